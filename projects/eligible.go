package projects

import (
	"slices"
	"strings"

	"fundbook/internal/fault"
	"fundbook/ledger"
)

// Use (用途) is what the money of a lot is to be used for, as far as the rules of
// eligibility ask (DOMAIN 1.1, 4.4, 8): the project, its category, and whatever is
// known of the spending itself.
type Use struct {
	Project  string
	Category Category
	Words    string // name, task and standard, where negative lists look for words
	Village  string
	Town     string
	FuncCode string
	// Household: the money goes to households.
	Household bool
	// Contract: it goes to a contract, not to a roster.
	Contract bool
	// Econ are codes of the economic classification, and PayeeKind what the payee
	// is (household, company, institution, official), where they are known.
	Econ      []string
	PayeeKind string
	// Confirmed is the document by which whoever gave the money agreed that this
	// use fits its purpose.
	Confirmed string
	// Lists are the negative lists that the county has loaded.
	Lists []NegativeList
}

// UseOf returns what a project says of the use of its money.
func UseOf(p *Project) Use {
	c, _ := CategoryOf(p.Category, p.Year)
	return Use{
		Project: p.Code, Category: c, Words: strings.Join([]string{p.Name, p.Task, p.Standard}, "\n"), Village: p.Village, Town: p.Town,
		FuncCode: p.FuncCode, Household: p.Household || c.Eligible.Household,
	}
}

// Bar (限制) is one rule that keeps a lot from a use: which list in which version,
// its clause, and why.
type Bar struct {
	List    string `json:"list"`
	Version string `json:"version,omitempty"`
	Clause  string `json:"clause"`
	Reason  string `json:"reason"`
}

// String prints the bar for messages.
func (b *Bar) String() string { return b.In(fault.Chinese) }

// In prints the bar in a language.
func (b *Bar) In(lang string) string {
	if b.Version != "" {
		return fault.Say("%s（%s） %s：%s", b.List, b.Version, b.Clause, b.Reason).In(lang)
	}
	return fault.Say("%s %s：%s", b.List, b.Clause, b.Reason).In(lang)
}

// Eligibility rules that depend on the class of a lot, with their clauses.
const (
	listClass   = "资金类别使用规定"
	listPurpose = "资金限定用途"
)

// Bars returns every rule that keeps the money of a lot from a use; none when it
// may be used. ErrNegativeList when the lot names a list that is not on file.
func Bars(l *ledger.Lot, u *Use) ([]Bar, error) {
	out := classBars(l, u)
	out = append(out, purposeBars(l, u)...)
	listed, err := negativeBars(l, u)
	return append(out, listed...), err
}

// CheckUse refuses the money of a lot for a use by the first rule that keeps it
// from it (ErrIneligible): it names list, version, clause, lot and project.
func CheckUse(l *ledger.Lot, u *Use) error {
	bars, err := Bars(l, u)
	if err != nil || len(bars) == 0 {
		return err
	}
	f := ErrIneligible.With("批次 %s（%s，%s）用于项目 %s：%s；请改用其他批次，或调整项目内容后重新报批",
		l.Code, l.Class.Chinese(), l.DocumentLabel(), u.Project, &bars[0])
	for i := range bars {
		f = f.AtText("lot", &bars[i], l.Code)
	}
	return f
}

// classBars are the rules of DOMAIN 1.1: class × category × object.
func classBars(l *ledger.Lot, u *Use) []Bar {
	var out []Bar
	bar := func(on bool, clause, reason string) {
		if on {
			out = append(out, Bar{List: listClass, Clause: clause, Reason: reason})
		}
	}
	e := u.Category.Eligible
	switch l.Class {
	case ledger.ClassZQ:
		bar(u.Household, "1.1 ZQ", "一般债券资金不得用于到户支出")
		bar(!e.Capital && !u.Household, "1.1 ZQ", "一般债券资金只用于公益性资本支出，类别“"+u.Category.Name+"”属经常性支出")
	case ledger.ClassTX:
		bar(!e.Loan, "1.1 TX", "贴息资金只用于小额信贷贴息，类别“"+u.Category.Name+"”不是贴息")
		bar(e.Loan && u.Contract, "1.1 TX", "贴息资金只经贴息名册支付，不签合同")
	case ledger.ClassLX:
		bar(l.InterestPolicy == "remit", "1.1 LX", "该利息按规定上缴国库，不作项目资金")
		bar(e.Fee, "1.1 LX", "利息转作扶贫资金本金，不得提取项目管理费")
	case ledger.ClassRZ:
		bar(e.Fee || !e.Capital && !u.Household && !e.Loan, "8.1 A09", "融资资金不得用于与“两不愁三保障”无关的事项，类别“"+u.Category.Name+"”不在其内")
	case ledger.ClassSH, ledger.ClassHZ, ledger.ClassCP:
		bar(e.Fee, "1.1 "+string(l.Class), "捐赠、协作帮扶与彩票公益金不得提取项目管理费")
	case ledger.ClassBZ, ledger.ClassDQ:
		bar(true, "1.1 "+string(l.Class), l.Class.Chinese()+"不是本县可以安排的资金")
	default:
	}
	return out
}

// purposeBars holds a use to the purpose that the lot is restricted to. A purpose
// that the program can compare is written as 项目:CODE, 类别:CODE, 村:DIVISION,
// 单位:NAME or 功能:CODE, several joined by ；; one of them must fit. Any other words
// are for people: the use needs the document that confirms it.
func purposeBars(l *ledger.Lot, u *Use) []Bar {
	if l.Purpose == "" || u.Confirmed != "" {
		return nil
	}
	legible := true
	for _, part := range strings.FieldsFunc(l.Purpose, func(r rune) bool { return r == '；' || r == ';' }) {
		name, value, ok := strings.Cut(strings.ReplaceAll(part, "：", ":"), ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || !slices.Contains(purposeNames, name) || value == "" {
			legible = false
			continue
		}
		if purposeFits(name, value, u) {
			return nil
		}
	}
	who := "资金文件"
	if l.Class == ledger.ClassSH || l.Class == ledger.ClassHZ {
		who = "捐赠（帮扶）方"
	}
	reason := who + "限定用途“" + l.Purpose + "”，与本项目不符"
	if !legible {
		reason = who + "限定用途“" + l.Purpose + "”，须附其同意用于本项目的文件（confirmed）"
	}
	return []Bar{{List: listPurpose, Clause: "1.1 " + string(l.Class), Reason: reason}}
}

var purposeNames = []string{"项目", "类别", "村", "单位", "功能"}

func purposeFits(name, value string, u *Use) bool {
	switch name {
	case "项目":
		return u.Project == value
	case "类别":
		return strings.HasPrefix(u.Category.Code, value)
	case "村":
		return strings.HasPrefix(u.Village, value)
	case "单位":
		return u.Town == value
	default:
		return u.FuncCode == value
	}
}
