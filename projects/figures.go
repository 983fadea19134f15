package projects

import (
	"cmp"
	"slices"
	"strings"

	"fundbook/ledger"
)

// LibraryFigures (项目库汇总) are the computed figures of one library year. Reserve
// (储备) is what stands in the library and in no plan, Plan (年度计划) what is planned
// or beyond; they are two things and nothing here adds them. What is not yet in the
// library, and what was rolled or removed, is counted apart.
type LibraryFigures struct {
	Year    int         `json:"year"`
	Pending int         `json:"pending"` // on the way into the library
	Rolled  int         `json:"rolled"`
	Removed int         `json:"removed"`
	Reserve LibraryPart `json:"reserve"`
	Plan    LibraryPart `json:"plan"`
}

// LibraryPart (项目库部分) is the reserve or the plan. Total = county-run + Σ
// townships, each project once.
type LibraryPart struct {
	Total     LibrarySum    `json:"total"`
	CountyRun LibrarySum    `json:"county_run"`
	Townships []LibrarySum  `json:"townships"`
	DeepPoor  Tilt          `json:"deep_poor"` // 深度贫困村 / 重点帮扶村
	FuncCodes []FuncShare   `json:"func_codes"`
	Crossing  []CrossShares `json:"cross_township,omitempty"`
}

// LibrarySum (合计) is a number of projects and their budgets.
type LibrarySum struct {
	Town     string        `json:"town,omitempty"`
	Projects int           `json:"projects"`
	Budget   ledger.Amount `json:"budget"`
}

func (s *LibrarySum) add(p *Project) {
	s.Projects++
	s.Budget += p.Budget
}

// Tilt (倾斜) compares what goes to the deep-poverty villages with the rest: their
// share of the amount in basis points, and fen per person reached, 0 where nobody
// is stated.
type Tilt struct {
	Projects      int           `json:"projects"`
	Budget        ledger.Amount `json:"budget"`
	Persons       int           `json:"persons"`
	PerPerson     ledger.Amount `json:"per_person"`
	ShareBP       int           `json:"share_bp"`
	OthersPersons int           `json:"others_persons"`
	OthersPer     ledger.Amount `json:"others_per_person"`
}

// FuncShare (功能分类占比) is what goes to one function code below 21305, in amount and
// basis points of the whole; code "" is what states none, "other" what lies
// outside 21305.
type FuncShare struct {
	Code     string        `json:"code"`
	Projects int           `json:"projects"`
	Budget   ledger.Amount `json:"budget"`
	ShareBP  int           `json:"share_bp"`
}

// CrossShares (跨乡镇份额) is how a project of several townships divides: it has one
// owner and counts there, whole; the shares say where it lies.
type CrossShares struct {
	Project string        `json:"project"`
	Owner   string        `json:"owner,omitempty"`
	Shares  []AreaShare   `json:"shares"`
	Budget  ledger.Amount `json:"budget"`
}

// AreaShare (区域份额) is the part that lies in one township, by its code of nine
// digits.
type AreaShare struct {
	Township string        `json:"township"`
	Villages int           `json:"villages"`
	Amount   ledger.Amount `json:"amount"`
}

// Figures computes the figures of a library year from its projects.
func Figures(year int, list []Project) LibraryFigures {
	out := LibraryFigures{Year: year}
	var reserve, plan []*Project
	for i := range list {
		p := &list[i]
		switch {
		case p.Year != year:
		case p.State == StateRolled:
			out.Rolled++
		case p.State == StateRemoved:
			out.Removed++
		case p.Reached(StatePlanned):
			plan = append(plan, p)
		case p.Reached(StateInLibrary):
			reserve = append(reserve, p)
		default:
			out.Pending++
		}
	}
	out.Reserve, out.Plan = partOf(reserve), partOf(plan)
	return out
}

func partOf(list []*Project) LibraryPart {
	part := LibraryPart{Townships: []LibrarySum{}, FuncCodes: []FuncShare{}}
	towns := map[string]*LibrarySum{}
	funcs := map[string]*FuncShare{}
	var others ledger.Amount
	for _, p := range list {
		part.Total.add(p)
		if p.Town == "" {
			part.CountyRun.add(p)
		} else {
			sum := towns[p.Town]
			if sum == nil {
				sum = &LibrarySum{Town: p.Town}
				towns[p.Town] = sum
			}
			sum.add(p)
		}
		code := funcSuffix(p.FuncCode)
		if funcs[code] == nil {
			funcs[code] = &FuncShare{Code: code}
		}
		funcs[code].Projects++
		funcs[code].Budget += p.Budget
		if p.DeepPoor {
			part.DeepPoor.Projects++
			part.DeepPoor.Budget += p.Budget
			part.DeepPoor.Persons += p.Beneficiaries.Persons
		} else {
			others += p.Budget
			part.DeepPoor.OthersPersons += p.Beneficiaries.Persons
		}
		if x, crosses := crossing(p); crosses {
			part.Crossing = append(part.Crossing, x)
		}
	}
	for _, s := range towns {
		part.Townships = append(part.Townships, *s)
	}
	slices.SortFunc(part.Townships, func(a, b LibrarySum) int { return strings.Compare(a.Town, b.Town) })
	for _, s := range funcs {
		s.ShareBP = ledger.RatioBP(s.Budget, part.Total.Budget)
		part.FuncCodes = append(part.FuncCodes, *s)
	}
	slices.SortFunc(part.FuncCodes, func(a, b FuncShare) int { return strings.Compare(a.Code, b.Code) })
	t := &part.DeepPoor
	t.ShareBP = ledger.RatioBP(t.Budget, part.Total.Budget)
	t.PerPerson, t.OthersPer = perPerson(t.Budget, t.Persons), perPerson(others, t.OthersPersons)
	return part
}

func funcSuffix(code string) string {
	switch {
	case code == "":
		return ""
	case strings.HasPrefix(code, fundedBy):
		return code[len(fundedBy):]
	}
	return "other"
}

func perPerson(a ledger.Amount, persons int) ledger.Amount {
	if persons == 0 {
		return 0
	}
	return a / ledger.Amount(persons)
}

// crossing divides a project over the townships of its villages; false when they
// lie in one.
func crossing(p *Project) (CrossShares, bool) {
	out := CrossShares{Project: p.Code, Owner: p.Town, Budget: p.Budget}
	for _, v := range p.Villages {
		town := v.Village[:9]
		i := slices.IndexFunc(out.Shares, func(s AreaShare) bool { return s.Township == town })
		if i < 0 {
			out.Shares = append(out.Shares, AreaShare{Township: town})
			i = len(out.Shares) - 1
		}
		out.Shares[i].Villages++
		out.Shares[i].Amount += v.Amount
	}
	slices.SortFunc(out.Shares, func(a, b AreaShare) int { return cmp.Compare(a.Township, b.Township) })
	return out, len(out.Shares) > 1
}
