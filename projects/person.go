package projects

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"fundbook/ledger"
)

// Person (收款人) is what a roster knows of one payee. It is stored sealed only;
// printed by any verb it shows nothing but a masked name.
type Person struct {
	Name      string
	ID        string // 居民身份证号 (GB 11643)
	Card      string // 一卡通账号
	Phone     string
	Relation  string // 与户主关系
	Household string // 户号: with the group it tells namesakes apart
	Group     string // 村民小组
	Village   string // division code of 12 digits
}

// String prints the masked name.
func (p Person) String() string { return MaskName(p.Name) }

// GoString prints the masked name for %#v as well.
func (p Person) GoString() string { return p.String() }

// MarshalText prints the masked name for JSON and logs.
func (p Person) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// MaskName keeps the first character of a name: 李＊明 becomes 李＊＊.
func MaskName(name string) string {
	r, size := utf8.DecodeRuneInString(name)
	if size == 0 {
		return ""
	}
	return string(r) + strings.Repeat("＊", utf8.RuneCountInString(name[size:]))
}

// MaskCard keeps the last four digits of a card.
func MaskCard(card string) string {
	if len(card) <= 4 {
		return strings.Repeat("*", len(card))
	}
	return "****" + card[len(card)-4:]
}

// Masked shows a refused cell of a file of persons: any long run of digits, which
// may be a resident or a card number in the wrong column, keeps its last four,
// spaced out or not.
func Masked(s string) string {
	const most, long = 30, 8
	var out, run []rune
	digits := 0
	end := func() {
		if digits >= long {
			run = append([]rune("****"), run[len(run)-4:]...)
		}
		out, run, digits = append(out, run...), run[:0], 0
	}
	for _, r := range s {
		switch {
		case unicode.IsDigit(r) || r == 'X' || r == 'x':
			run, digits = append(run, r), digits+1
		case r == ' ' || r == '-' || r == '　' || r == '\'':
			run = append(run, r)
		default:
			end()
			out = append(out, r)
		}
	}
	end()
	if len(out) > most {
		return string(out[:most]) + "…"
	}
	return string(out)
}

// flaw is what is wrong with one cell: a stable code, the rule, the remedy.
type flaw struct{ code, why, remedy string }

var (
	flawIDLength = flaw{"id_length", "身份证号须为 18 位", "按身份证原件补全 18 位"}
	flawIDDigits = flaw{"id_digits", "身份证号前 17 位须为数字，末位为数字或 X", "按身份证原件改正"}
	flawIDRegion = flaw{"id_region", "身份证号前两位不是省级代码", "按身份证原件改正"}
	flawIDDate   = flaw{"id_date", "身份证号中的出生日期不存在或不在 1900 年至今天", "按身份证原件改正"}
	flawIDCheck  = flaw{"id_check", "身份证号校验位不符（GB 11643）", "某一位录错，按身份证原件逐位核对"}
	flawCard     = flaw{"card_digits", "银行账号须为 16 至 19 位数字，不带空格", "按一卡通存折或卡面改正，单元格设为文本"}
	flawLuhn     = flaw{"card_check", "银行账号校验位不符（Luhn）", "某一位录错，按一卡通存折或卡面逐位核对"}
	flawName     = flaw{"name", "姓名为空、超过 50 字，或含数字、符号", "按身份证原件填写"}
	flawPhone    = flaw{"phone", "电话须为 7 至 12 位数字，可带区号短横", "改正或留空"}
)

// idWeights are those of GB 11643.
var idWeights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

const (
	idLength = 18
	idChecks = "10X98765432"
	// provinces are the first two digits of every resident number.
	provinces = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 91 "
)

// foldID brings a resident number to the one form in which numbers are compared:
// no spaces around it, a capital X.
func foldID(s string) string { return strings.ToUpper(strings.TrimSpace(s)) }

// checkID judges a resident number (GB 11643) on a day: its digits, region, date
// of birth and check character.
func checkID(id string, today ledger.Date) (bad flaw, ok bool) {
	if len(id) != idLength {
		return flawIDLength, false
	}
	sum := 0
	for i, w := range idWeights {
		if id[i] < '0' || id[i] > '9' {
			return flawIDDigits, false
		}
		sum += int(id[i]-'0') * w
	}
	last := id[idLength-1]
	if (last < '0' || last > '9') && last != 'X' {
		return flawIDDigits, false
	}
	if !strings.Contains(provinces, " "+id[:2]+" ") {
		return flawIDRegion, false
	}
	born, err := time.Parse("20060102", id[6:14]) // a ledger.Date does not go back as far
	if err != nil || born.Year() < 1900 || born.Format(time.DateOnly) > today.String() {
		return flawIDDate, false
	}
	if idChecks[sum%11] != last {
		return flawIDCheck, false
	}
	return flaw{}, true
}

// checkCard judges a bank card: 16 to 19 digits and the Luhn check.
func checkCard(card string) (bad flaw, ok bool) {
	if len(card) < 16 || len(card) > 19 {
		return flawCard, false
	}
	sum := 0
	for i := range len(card) {
		d := int(card[len(card)-1-i]) - '0'
		if d < 0 || d > 9 {
			return flawCard, false
		}
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	if sum%10 != 0 {
		return flawLuhn, false
	}
	return flaw{}, true
}

// checkName judges a name: letters of any script, the point of minority and
// foreign names, single spaces.
func checkName(name string) (bad flaw, ok bool) {
	if name == "" || utf8.RuneCountInString(name) > 50 || strings.TrimSpace(name) != name {
		return flawName, false
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.Is(unicode.M, r) && r != '·' && r != '•' && r != ' ' && r != '〇' {
			return flawName, false
		}
	}
	return flaw{}, true
}

// checkPhone judges a telephone number; it may be left out.
func checkPhone(s string) (bad flaw, ok bool) {
	if s == "" {
		return flaw{}, true
	}
	digits := strings.ReplaceAll(s, "-", "")
	if len(digits) < 7 || len(digits) > 12 || strings.Trim(digits, "0123456789") != "" {
		return flawPhone, false
	}
	return flaw{}, true
}
