package ledger

import (
	"fmt"
)

// MaxLines is the greatest number of lines in one entry.
const MaxLines = 30_000

// Line (分录) is one amount on one side of one account. A red line (红字) has a
// negative amount and stays on its side, so turnover stays right.
type Line struct {
	Key    Key    `json:"key"`
	Side   Side   `json:"side"`
	Amount Amount `json:"amount"`
	// Note is a label kept with the line: the project, place or recipient as a
	// document prints it. It is no dimension.
	Note string `json:"note,omitempty"`
	// Inferred (推定) marks a split that no document states; such lines stay out
	// of statements by tier.
	Inferred bool `json:"inferred,omitempty"`
}

// Net returns the effect on the debit side.
func (l Line) Net() Amount { return Amount(l.Side) * l.Amount }

// DrawMode (抽取规则) says how an amount was split over lots (DOMAIN 4.4).
type DrawMode string

// The draw rules; the empty one means that the lots were named outright.
const (
	DrawProRata         DrawMode = "PRO_RATA"         // 按比例
	DrawFIFO            DrawMode = "FIFO_BY_DEADLINE" // 先到期先用
	DrawRestrictedFirst DrawMode = "RESTRICTED_FIRST" // 限定用途先用
)

// VoucherNo (凭证号) is the number an entry takes in one book: 1..n without a
// gap per (book, fiscal year, period, word), given in order of recording.
type VoucherNo struct {
	Book   Book   `json:"book"`
	Period Period `json:"period"`
	Word   string `json:"word"` // 字
	No     int64  `json:"no"`
}

// String prints 2026-05 记-0001.
func (v VoucherNo) String() string {
	return fmt.Sprintf("%s %s %s-%04d", v.Book, v.Period, v.Word, v.No)
}

// Head is everything an entry carries besides its lines. All of it stands in
// the entry's leaf from the first row on.
type Head struct {
	Event    EventCode `json:"event"`
	Step     string    `json:"step,omitempty"`
	Date     Date      `json:"date"`              // voucher date 凭证日期 = effective day
	Business Date      `json:"business,omitzero"` // 业务日期; zero = not stated
	Period13 bool      `json:"period13,omitempty"`
	Memo     string    `json:"memo,omitempty"` // 摘要
	Decision string    `json:"decision,omitempty"`
	Waiver   string    `json:"waiver,omitempty"`
	// Attachments are the digests of the papers; their count is the 附件数.
	Attachments []Digest `json:"attachments,omitempty"`
	// Reverses is the sequence number of the entry that this one turns red.
	Reverses int64    `json:"reverses,omitempty"`
	Draw     DrawMode `json:"draw,omitempty"`
	// Maker (制单), checker (审核) and poster (记账). An empty checker is printed 未审核:
	// every entry while the policy four_eyes is none, and what one person alone posts
	// directly.
	Maker   ID `json:"maker"`
	Checker ID `json:"checker,omitzero"`
	Poster  ID `json:"poster,omitzero"`
	// Vouchers are given when the entry is posted, one per book touched.
	Vouchers []VoucherNo `json:"vouchers,omitempty"`
}

// Entry (凭证) is a balanced set of lines with its head. Its lines can only be
// set by NewEntry, which refuses what breaks law 1.
type Entry struct {
	Head
	lines []Line
}

// NewEntry makes an entry. It refuses fewer than two lines, an amount of zero
// or beyond MaxLine, a key that the chart does not permit, and lines that do
// not balance per (book, group, lot) (rule R1).
func NewEntry(h Head, lines []Line) (Entry, error) {
	if len(lines) < 2 || len(lines) > MaxLines {
		return Entry{}, ErrLines.With("%s 共 %d 行，须为 2 至 %d 行", h.Event, len(lines), MaxLines)
	}
	for i := range lines {
		l := &lines[i]
		if err := l.Key.check(); err != nil {
			return Entry{}, err
		}
		if l.Amount == 0 || l.Amount > MaxLine || l.Amount < -MaxLine || (l.Side != Debit && l.Side != Credit) {
			return Entry{}, ErrLine.With("第 %d 行 %s：金额 %s（不得为零，绝对值不超过 %s）", i+1, l.Key, l.Amount, MaxLine)
		}
	}
	if err := checkBalanced(lines); err != nil {
		return Entry{}, err
	}
	return Entry{Head: h, lines: append([]Line(nil), lines...)}, nil
}

// Lines returns the lines. The caller must not change them.
func (e Entry) Lines() []Line { return e.lines }

// Books returns the books touched, the county book first, then by name.
func (e Entry) Books() []Book {
	var out []Book
	for i := range e.lines {
		b := e.lines[i].Key.Book
		at := len(out)
		for at > 0 && bookLess(b, out[at-1]) {
			at--
		}
		if at > 0 && out[at-1] == b {
			continue
		}
		out = append(out, "")
		copy(out[at+1:], out[at:])
		out[at] = b
	}
	return out
}

func bookLess(a, b Book) bool {
	if a == b || b == County {
		return false
	}
	return a == County || a < b
}

type balanceGroup struct {
	book  Book
	group Group
	lot   LotID
}

// checkBalanced is rule R1. Most entries have one or two groups, so a short
// list beats a map.
func checkBalanced(lines []Line) error {
	var buf [8]struct {
		g   balanceGroup
		net Amount
	}
	sums := buf[:0]
	for i := range lines {
		k := &lines[i].Key
		g := balanceGroup{k.Book, GroupOf(k.Account), k.Lot}
		at := len(sums) - 1
		for at >= 0 && sums[at].g != g {
			at--
		}
		if at < 0 {
			if len(sums) > 64 {
				return checkBalancedMany(lines)
			}
			sums = append(sums, struct {
				g   balanceGroup
				net Amount
			}{g, lines[i].Net()})
			continue
		}
		sums[at].net += lines[i].Net()
	}
	for _, s := range sums {
		if s.net != 0 {
			return unbalanced(s.g, s.net)
		}
	}
	return nil
}

func checkBalancedMany(lines []Line) error {
	sums := map[balanceGroup]Amount{}
	for i := range lines {
		k := &lines[i].Key
		sums[balanceGroup{k.Book, GroupOf(k.Account), k.Lot}] += lines[i].Net()
	}
	for i := range lines {
		k := &lines[i].Key
		g := balanceGroup{k.Book, GroupOf(k.Account), k.Lot}
		if sums[g] != 0 {
			return unbalanced(g, sums[g])
		}
	}
	return nil
}

func unbalanced(g balanceGroup, net Amount) error {
	return ErrUnbalanced.With("账套 %s、账组 %s、批次 %s，借方减贷方 = %s", g.book, g.group, g.lot, net)
}

// Reversed returns the red lines (红字): the same keys and sides with the
// amounts negated.
func (e Entry) Reversed() []Line {
	out := append([]Line(nil), e.lines...)
	for i := range out {
		out[i].Amount = -out[i].Amount
	}
	return out
}
