package projects

import (
	"fmt"
	"strings"
)

// Number (项目编码) is a project's code taken apart (DOMAIN 5.4): division of 12
// digits, library year, first level of the category, sequence, and one check
// character by ISO 7064 MOD 37-2 over what stands before it, without the hyphens:
//
//	360726101203-2025-01-0007-T
//
// A code is never used again, also when its project is removed.
type Number struct {
	Division string
	Year     int
	Category string // two digits
	Seq      int    // 1 to 9999
}

const (
	checkAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
	maxSeq        = 9999
)

// checkCharacter computes the check character of ISO 7064 MOD 37-2 over digits and
// capital letters; any other character counts as 0.
func checkCharacter(s string) byte {
	p := 0
	for i := range len(s) {
		p = (p + max(strings.IndexByte(checkAlphabet[:36], s[i]), 0)) * 2 % 37
	}
	return checkAlphabet[(38-p)%37]
}

func (n Number) prefix() string { return fmt.Sprintf("%s-%04d-%s-", n.Division, n.Year, n.Category) }

func (n Number) check() byte {
	return checkCharacter(fmt.Sprintf("%s%04d%s%04d", n.Division, n.Year, n.Category, n.Seq))
}

// String prints the code.
func (n Number) String() string { return fmt.Sprintf("%s%04d-%c", n.prefix(), n.Seq, n.check()) }

// ParseNumber reads a project's code and verifies its check character. ErrCodeForm
// says what is wrong; a mistyped character never passes.
func ParseNumber(code string) (Number, error) {
	parts := strings.Split(code, "-")
	if len(parts) != 5 || len(parts[0]) != 12 || len(parts[1]) != 4 || len(parts[2]) != 2 || len(parts[3]) != 4 || len(parts[4]) != 1 {
		return Number{}, ErrCodeForm.With("%.80q：应为 区划12位-年度4位-类别2位-序号4位-校验符", code)
	}
	for _, p := range parts[:4] {
		if !isDigits(p) {
			return Number{}, ErrCodeForm.With("%.80q：校验符前只能是数字", code)
		}
	}
	n := Number{Division: parts[0], Year: digits(parts[1]), Category: parts[2], Seq: digits(parts[3])}
	if n.Seq == 0 {
		return Number{}, ErrCodeForm.With("%s：序号自 0001 起", code)
	}
	if want := n.check(); parts[4][0] != want {
		return Number{}, ErrCodeForm.With("%s：校验符应为 %c，请核对原件", code, want)
	}
	return n, nil
}

// digits reads a few digits, which isDigits has seen.
func digits(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// nextNumber numbers a new project after those of the same division, year and
// category among the codes given. A sequence whose check character would be * is
// passed over, so that codes are letters and digits only. ErrCodeFull after 9999.
func nextNumber(n Number, codes []string) (Number, error) {
	prefix := n.prefix()
	last := 0
	for _, c := range codes {
		if len(c) < len(prefix)+4 || !strings.HasPrefix(c, prefix) {
			continue
		}
		if seq := c[len(prefix) : len(prefix)+4]; isDigits(seq) {
			last = max(last, digits(seq))
		}
	}
	for n.Seq = last + 1; n.Seq <= maxSeq; n.Seq++ {
		if n.check() != '*' {
			return n, nil
		}
	}
	return Number{}, ErrCodeFull.With("%s 已编至 %d；请改用下级区划编号", prefix, last)
}
