package dossier

import (
	"context"

	"github.com/uptrace/bun"
)

// Browse is List of a kind by its name; each State points to a state of the kind.
// ErrUnknown for a kind that nobody declared.
func Browse(ctx context.Context, q bun.IDB, county int32, kind string, f Filter) ([]Item[any], error) {
	if _, ok := kinds[kind]; !ok {
		return nil, ErrUnknown.With("%s", clip(kind))
	}
	rows, err := listRows(ctx, q, county, kind, f)
	if err != nil {
		return nil, err
	}
	out := make([]Item[any], len(rows))
	for i := range rows {
		r := &rows[i]
		out[i] = Item[any]{Code: r.Code, Seq: r.Seq, Opened: r.Opened, Index: r.index()}
		if out[i].State, err = untyped(kind, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Look is Find of a kind by its name, with everything that happened to the dossier
// in order of recording.
func Look(ctx context.Context, q bun.IDB, at Ref) (Item[any], []Event, error) {
	if _, ok := kinds[at.Kind]; !ok {
		return Item[any]{}, nil, ErrUnknown.With("%s", clip(at.Kind))
	}
	r, err := findRow(ctx, q, at)
	if err != nil {
		return Item[any]{}, nil, err
	}
	out := Item[any]{Code: r.Code, Seq: r.Seq, Opened: r.Opened, Index: r.index()}
	if out.State, err = untyped(at.Kind, &r); err != nil {
		return out, nil, err
	}
	events, err := historyOf(ctx, q, at.County, at.Kind, at.Code)
	return out, events, err
}
