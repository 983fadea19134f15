package audit

import (
	"context"

	"fundbook/internal/db"
	"fundbook/projects"
)

func (f *Finding) units() []projects.UnitField {
	return []projects.UnitField{{Name: &f.Town}, {Name: &f.Unit}}
}

func (o *FindingOrigin) units() []projects.UnitField { return []projects.UnitField{{Name: &o.Town}} }

var movers = []projects.Mover{projects.OnUnitMove(findingFile, (*Finding).units), projects.OnUnitMove(originFile, (*FindingOrigin).units)}

// FollowMerger lets findings follow a merger of units: the unit that goes on is
// responsible for them.
func FollowMerger(ctx context.Context, tx *db.Tx, m *projects.UnitMove) ([]projects.Followed, error) {
	return projects.FollowAll(ctx, tx, m, movers...)
}
