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

var movers = []projects.Mover{
	projects.OnUnitMove(claimFile, (*Claim).units), projects.OnUnitMove(payFile, (*PayFile).units),
	projects.OnUnitMove(requestFile, (*Request).units), projects.OnUnitMove(transferFile, (*Transfer).units),
	projects.OnUnitMove(evidenceFile, (*Evidence).units), projects.OnUnitMove(recoveryFile, (*Recovery).units),
	projects.OnUnitMove(batchFile, (*Batch).units),
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
