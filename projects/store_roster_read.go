package projects

import (
	"context"

	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// Payee (发放对象) is one row of a roster with its person, opened and compared with
// what the log says of it.
type Payee struct {
	N, Rev    int
	Amount    ledger.Amount
	Quantity  Quantity
	Standard  ledger.Amount
	IDIndex   ledger.Digest
	CardIndex ledger.Digest
	Person    Person
}

// OpenLines opens rows of a roster in the order of lines. The caller must be
// permitted to read persons, and writes nothing of them into a log, an error or an
// address.
func OpenLines(ctx context.Context, q bun.IDB, at Desk, roster string, lines []RosterLine) ([]Payee, error) {
	rows, err := at.open(ctx, q, roster, lines)
	if err != nil {
		return nil, err
	}
	out := make([]Payee, len(rows))
	for i := range rows {
		r := &rows[i]
		out[i] = Payee{r.N, r.Rev, r.Amount, r.Quantity, r.Standard, r.IDIndex, r.CardIndex, r.Person}
	}
	return out, nil
}

// Flaws judges an opened row again, as before a payment: resident number, card,
// name. It returns the stable code of what is wrong, its rule and its remedy.
func (p *Payee) Flaws(today ledger.Date) []RowFinding {
	var out []RowFinding
	add := func(col string, bad flaw, ok bool) {
		if !ok {
			c := cell{p.N, col, ""}
			if col == colCard {
				c.text = p.Person.Card
			}
			out = append(out, RowFinding{Row: p.N, Column: col, Value: c.shown(), Code: bad.code, Severity: "error", Why: bad.why, Remedy: bad.remedy})
		}
	}
	bad, ok := checkName(p.Person.Name)
	add(colName, bad, ok)
	bad, ok = checkID(p.Person.ID, today)
	add(colID, bad, ok)
	bad, ok = checkCard(p.Person.Card)
	add(colCard, bad, ok)
	return out
}
