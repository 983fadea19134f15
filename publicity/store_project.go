package publicity

import (
	"context"
	"errors"
	"slices"

	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/internal/region"
	"fundbook/ledger"
	"fundbook/projects"
)

// ErrNotYet refuses a notice of something that has not come about.
var ErrNotYet = fault.New(fault.Refused, "publicity.not_yet", "公告的事项尚未发生", "what the notice announces has not come about")

// past is what the library was at the cut-off.
func (v *view) past() projects.Past { return projects.Past{Q: v.Q, County: v.County, Seq: v.cutoff} }

// at is the ledger as known at the cut-off.
func (v *view) at() ledger.At { return ledger.At{KnownAt: v.cutoff} }

// ofProject makes a query of what a project's notice says.
func ofProject(ready projects.State, sheet func(*work) (Sheet, error)) func(context.Context, view) (Sheet, error) {
	return func(ctx context.Context, v view) (Sheet, error) {
		w, err := v.work(ctx, v.about)
		if err != nil {
			return Sheet{}, err
		}
		if ready != "" && !w.p.Reached(ready) {
			return Sheet{}, ErrNotYet.With("项目 %s 现为 %s，须至 %s", w.p.Code, w.p.State.Chinese(), ready.Chinese())
		}
		s, err := sheet(&w)
		s.town, s.projects = w.p.Town, []string{w.p.Code}
		return s, err
	}
}

// work reads a project with all that its notices say of it.
func (v *view) work(ctx context.Context, code string) (w work, err error) {
	past := v.past()
	if w.p, err = past.Project(ctx, code); err != nil {
		return w, err
	}
	if w.place, err = v.placeName(ctx, w.p.Village); err != nil {
		return w, err
	}
	if w.money, err = v.moneyOf(ctx, code); err != nil {
		return w, err
	}
	for _, c := range w.p.Contracts {
		k, err := past.Contract(ctx, c)
		if err != nil {
			return w, err
		}
		w.contracts = append(w.contracts, k)
	}
	if w.results, err = past.Performance(ctx, code); err != nil && !errors.Is(err, dossier.ErrUnknown) {
		return w, err
	}
	for _, a := range w.p.Assets {
		x, err := past.Asset(ctx, a)
		if err != nil {
			return w, err
		}
		w.assets = append(w.assets, x)
	}
	return w, nil
}

// moneyOf reads a project's money per lot, every project's with "".
func (v *view) moneyOf(ctx context.Context, project string) ([]lotMoney, error) {
	list, err := ledger.ProjectsReport(ctx, v.Q, v.County, ledger.ProjectsQuery{At: v.at(), Project: project})
	if err != nil || len(list.Rows) == 0 {
		return nil, err
	}
	lots, err := v.lots(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]lotMoney, len(list.Rows))
	for i, r := range list.Rows {
		l := lots[r.LotID]
		out[i] = lotMoney{l.Tier.Chinese(), l.Source, l.Document, r}
	}
	slices.SortStableFunc(out, func(a, b lotMoney) int { return tierRank(a.tier) - tierRank(b.tier) })
	return out, nil
}

// lots reads every lot as it stood at the cut-off.
func (v *view) lots(ctx context.Context) (map[ledger.LotID]*ledger.LotRow, error) {
	list, err := ledger.LotsReport(ctx, v.Q, v.County, ledger.LotsQuery{At: v.at()})
	if err != nil {
		return nil, err
	}
	out := make(map[ledger.LotID]*ledger.LotRow, len(list.Rows))
	for i := range list.Rows {
		out[list.Rows[i].LotID] = &list.Rows[i]
	}
	return out, nil
}

// tierRank is the order in which tiers are named.
func tierRank(tier string) int {
	return slices.Index([]string{"中央", "省级", "市级", "县级"}, tier)
}

// placeName is the name of a division on the day that the notice's moment falls on.
func (v *view) placeName(ctx context.Context, code string) (string, error) {
	if code == "" {
		return "", nil
	}
	set, err := region.AsOf(ctx, v.Q, v.County, v.cutoff)
	if err != nil {
		return "", err
	}
	return nameIn(set, region.Code(code), v.day), nil
}

// nameIn is a division's name with its township's.
func nameIn(set *region.Set, code region.Code, day region.Day) string {
	name, _ := set.NameOn(code, day)
	if town, ok := set.NameOn(code.Parent(), day); ok && code.Level() == region.Village {
		return town + name
	}
	return name
}
