package payments

import (
	"context"

	"fundbook/internal/db"
	"fundbook/ledger"
	"fundbook/projects"
)

func owner(p *string) projects.UnitField   { return projects.UnitField{Name: p} }
func account(p *string) projects.UnitField { return projects.UnitField{Name: p, Account: true} }
func book(b *ledger.Book) projects.UnitField {
	return account((*string)(b))
}

func (c *Claim) units() []projects.UnitField {
	return []projects.UnitField{owner(&c.Town), account(&c.Unit)}
}
func (p *PayFile) units() []projects.UnitField { return []projects.UnitField{owner(&p.Town)} }
func (r *Request) units() []projects.UnitField {
	return []projects.UnitField{owner(&r.Town), account(&r.Unit), account(&r.Township)}
}
func (t *Transfer) units() []projects.UnitField { return []projects.UnitField{owner(&t.Town)} }
func (e *Evidence) units() []projects.UnitField { return []projects.UnitField{owner(&e.Unit)} }
func (r *Recovery) units() []projects.UnitField {
	return []projects.UnitField{owner(&r.Town), account(&r.Unit), account(&r.Township)}
}

func (b *Batch) units() []projects.UnitField {
	return []projects.UnitField{owner(&b.Town), account(&b.Unit), book(&b.Book)}
}

func (r *CardReopening) units() []projects.UnitField { return []projects.UnitField{owner(&r.Town)} }

var movers = []projects.Mover{
	projects.OnUnitMove(claimFile, (*Claim).units), projects.OnUnitMove(payFile, (*PayFile).units),
	projects.OnUnitMove(requestFile, (*Request).units), projects.OnUnitMove(transferFile, (*Transfer).units),
	projects.OnUnitMove(evidenceFile, (*Evidence).units), projects.OnUnitMove(recoveryFile, (*Recovery).units),
	projects.OnUnitMove(batchFile, (*Batch).units), projects.OnUnitMove(reopeningFile, (*CardReopening).units),
}

// followMerger lets the dossiers of this room and of the library follow a merger.
// Statements and closed months stay with the book that the unit had: its series of
// vouchers ends with it.
func followMerger(ctx context.Context, tx *db.Tx, m *projects.UnitMove) ([]projects.Followed, error) {
	out, err := projects.FollowMerger(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	more, err := projects.FollowAll(ctx, tx, m, movers...)
	return append(out, more...), err
}

// standsAt reports whether a unit has anything that E28 moves, and whether it has
// executed anything, which E28 leaves.
func standsAt(ctx context.Context, tx *db.Tx, unit string) (moves, executed bool, err error) {
	for _, f := range []ledger.Filter{{Book: ledger.Book(unit)}, {Book: ledger.County, Unit: unit}} {
		list, err := ledger.BalancesAt(ctx, tx, ledger.MaxDate, f)
		if err != nil {
			return false, false, err
		}
		for i := range list {
			switch k := &list[i].Key; {
			case list[i].Net == 0 || k.Account[0] == '9' || k.Account == "7105":
			case k.Account == "7302":
				executed = true
			default:
				moves = true
			}
		}
	}
	return moves, executed, nil
}
