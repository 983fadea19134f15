package projects

import (
	"cmp"
	"slices"
	"strconv"

	"fundbook/ledger"
)

// The sources of a contract's money.
const (
	sourceLot      = "lot"
	sourceOther    = "other"
	sourceOwn      = "own"
	sourceCredit   = "credit"
	sourceUnfunded = "unfunded"
)

// same reports whether two parts stand in the same row of the funding table.
func (f *FundingPart) same(o FundingPart) bool {
	return f.Project == o.Project && f.Source == o.Source && f.Lot == o.Lot && f.Since == o.Since
}

// checkFunding refuses a funding table that does not fit its split over projects:
// per project, lots, other money and what is not yet funded add up to the part
// (amounts may be negative in a change).
func checkFunding(projects []ProjectPart, funding []FundingPart) error {
	left := map[string]ledger.Amount{}
	for i, p := range projects {
		if _, twice := left[p.Project]; twice {
			return ErrContractParts.With("项目 %s 重复", p.Project).At("projects["+strconv.Itoa(i)+"].project", "twice", p.Project)
		}
		left[p.Project] = p.Amount
	}
	for i := range funding {
		f := &funding[i]
		at := "funding[" + strconv.Itoa(i) + "]"
		if _, known := left[f.Project]; !known {
			return ErrContractParts.With("资金来源中的项目 %s 不在项目分摊内", f.Project).At(at+".project", "not in the split", f.Project)
		}
		if (f.Source == sourceLot) == f.Lot.IsZero() {
			return ErrContractParts.With("项目 %s 来源 %s：只有来源为批次（lot）的须写明批次", f.Project, f.Source).At(at+".lot", "with source lot only", "")
		}
		if slices.ContainsFunc(funding[:i], f.same) {
			return ErrContractParts.With("项目 %s 来源 %s 重复", f.Project, f.Source).At(at, "twice", "")
		}
		left[f.Project] -= f.Amount
	}
	for _, p := range projects {
		if rest := left[p.Project]; rest != 0 {
			return ErrContractParts.With("项目 %s：分摊 %s，资金来源合计 %s，差 %s；未落实的部分请列为 unfunded", p.Project, p.Amount, p.Amount-rest, rest).
				At("funding", "does not add up", rest.String())
		}
	}
	return nil
}

// addFunding merges changes into a funding table. Unfunded parts are taken from the
// oldest first. A row that comes to nothing goes; one that would pass below nothing
// is refused.
func addFunding(table, changes []FundingPart) ([]FundingPart, error) {
	out := slices.Clone(table)
	for _, c := range changes {
		if c.Source == sourceUnfunded && c.Amount < 0 {
			var err error
			if out, err = takeUnfunded(out, c); err != nil {
				return nil, err
			}
			continue
		}
		i := slices.IndexFunc(out, c.same)
		switch {
		case i >= 0:
			out[i].Amount += c.Amount
		default:
			i = len(out)
			out = append(out, c)
		}
		if out[i].Amount < 0 {
			return nil, ErrContractCut.With("项目 %s 来源 %s：现有 %s，减少 %s", c.Project, c.Source, out[i].Amount-c.Amount, -c.Amount)
		}
		if out[i].Amount == 0 {
			out = slices.Delete(out, i, i+1)
		}
	}
	return out, nil
}

func takeUnfunded(table []FundingPart, c FundingPart) ([]FundingPart, error) {
	rows := make([]int, 0, len(table))
	for i := range table {
		if table[i].Project == c.Project && table[i].Source == sourceUnfunded {
			rows = append(rows, i)
		}
	}
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(table[a].Since, table[b].Since) })
	want := -c.Amount
	for _, i := range rows {
		n := min(want, table[i].Amount)
		table[i].Amount -= n
		want -= n
	}
	if want > 0 {
		return nil, ErrContractCut.With("项目 %s：未落实资金只有 %s，不足 %s", c.Project, -c.Amount-want, -c.Amount)
	}
	return slices.DeleteFunc(table, func(f FundingPart) bool { return f.Amount == 0 }), nil
}

// addProjects merges changes into the split over projects.
func addProjects(table, changes []ProjectPart) ([]ProjectPart, error) {
	out := slices.Clone(table)
	for _, c := range changes {
		i := slices.IndexFunc(out, func(p ProjectPart) bool { return p.Project == c.Project })
		if i < 0 {
			return nil, ErrContractParts.With("项目 %s 不在合同内；新增项目请另签合同", c.Project)
		}
		if out[i].Amount += c.Amount; out[i].Amount < 0 {
			return nil, ErrContractCut.With("项目 %s：合同分摊 %s，减少 %s", c.Project, out[i].Amount-c.Amount, -c.Amount)
		}
	}
	return out, nil
}

// lotSums adds up what lots pay of some parts, per project and lot in the order in
// which they come.
func lotSums(funding []FundingPart) []FundingPart {
	var out []FundingPart
	for i := range funding {
		f := funding[i]
		if f.Source != sourceLot {
			continue
		}
		j := slices.IndexFunc(out, func(x FundingPart) bool { return x.Project == f.Project && x.Lot == f.Lot })
		if j < 0 {
			out = append(out, f)
			continue
		}
		out[j].Amount += f.Amount
	}
	return out
}

// commitments are the postings that commit lots to a contract, one per project:
// E08 of new money, E09 of a change.
func (c *Contract) commitments(event ledger.EventCode, date ledger.Date, funding []FundingPart, document string) []ledger.Posting {
	var out []ledger.Posting
	for _, f := range lotSums(funding) {
		if f.Amount == 0 {
			continue
		}
		i := slices.IndexFunc(out, func(p ledger.Posting) bool { return p.Project == f.Project })
		if i < 0 {
			i = len(out)
			out = append(out, c.posting(event, "", date, f.Project))
			out[i].Decision = document
		}
		out[i].Parts = append(out[i].Parts, ledger.Part{Lot: f.Lot, Amount: f.Amount})
	}
	return out
}

// posting is an event on the contract's accounts of one project, without parts.
func (c *Contract) posting(event ledger.EventCode, step string, date ledger.Date, project string) ledger.Posting {
	return ledger.Posting{
		Event: event, Step: step, Date: date, Project: project, Contract: c.Code, Payee: c.Payee, Unit: c.Unit, Memo: "合同 " + c.Code,
	}
}

// Unfunded is what nobody pays for yet.
func (c *Contract) Unfunded() ledger.Amount {
	var sum ledger.Amount
	for i := range c.Funding {
		if c.Funding[i].Source == sourceUnfunded {
			sum += c.Funding[i].Amount
		}
	}
	return sum
}

// LotFunded is what lots of the county pay: the committed part (E08, E09).
func (c *Contract) LotFunded() ledger.Amount {
	var sum ledger.Amount
	for i := range c.Funding {
		if c.Funding[i].Source == sourceLot {
			sum += c.Funding[i].Amount
		}
	}
	return sum
}
