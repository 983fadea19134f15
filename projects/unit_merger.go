package projects

import (
	"context"
	"slices"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

var (
	// ErrUnitGone refuses something new for a unit that has been merged into another.
	ErrUnitGone = fault.New(fault.Refused, "unit.merged", "单位已并入其他单位，不再新立案卷（4.3 E28）", "the unit has been merged into another and gets nothing new (E28)")
	// ErrUnitName refuses a name of a unit that cannot be one.
	ErrUnitName = fault.New(fault.Invalid, "unit.name", "单位名称不合要求", "not a name of a unit")
	// ErrUnitTouched refuses to undo a merger on which something has been built.
	ErrUnitTouched = fault.New(fault.Conflict, "unit.touched", "并转后案卷已有变动，不能撤销并转（4.3 E28）", "what the merger moved has changed since: it cannot be undone (E28)")
)

// UnitFile (单位) is what became of a unit's name: how it was renamed, which posts
// nothing (DOMAIN 4.3), and into which unit it was merged (E28). Its accounts and
// dossiers keep the name by which they began.
type UnitFile struct {
	Unit       string      `json:"unit"`
	Names      []UnitName  `json:"names,omitempty"` // in order of recording
	MergedInto string      `json:"merged_into,omitempty"`
	MergedOn   ledger.Date `json:"merged_on,omitzero"`
	Document   string      `json:"document,omitempty"` // that approved the merger
}

// UnitName (单位名称) is a name that a unit bears from a day on.
type UnitName struct {
	Name     string      `json:"name"`
	From     ledger.Date `json:"from"`
	Document string      `json:"document"`
}

type (
	unitRenamed struct {
		Unit string
		Name UnitName
	}
	unitMerged struct {
		Unit, Into, Document string // Into "": the merger was undone
		On                   ledger.Date
	}
)

var unitFile = dossier.NewKind("unit", func(u *UnitFile) dossier.Index {
	status, title := "STANDS", u.Unit
	if u.MergedInto != "" {
		status = "MERGED"
	}
	if n := len(u.Names); n > 0 {
		title = u.Names[n-1].Name
	}
	return dossier.Index{Status: status, Parent: u.MergedInto, Title: title}
})

var (
	didRename = dossier.On(unitFile, "unit.renamed", func(u *UnitFile, f *unitRenamed, _ dossier.Stamp) {
		u.Unit = f.Unit
		u.Names = append(u.Names, f.Name)
	})
	didMerge = dossier.On(unitFile, "unit.merged", func(u *UnitFile, f *unitMerged, _ dossier.Stamp) {
		u.Unit, u.MergedInto, u.MergedOn, u.Document = f.Unit, f.Into, f.On, f.Document
	})
)

// NameOn is what the unit is called on a day.
func (u *UnitFile) NameOn(day ledger.Date) string {
	name, since := u.Unit, ledger.Date(0)
	for _, n := range u.Names {
		if n.From <= day && n.From >= since {
			name, since = n.Name, n.From
		}
	}
	return name
}

// UnitRenameCmd records that a unit bears another name from a day on.
type UnitRenameCmd struct {
	Unit     string      `json:"unit" validate:"required,max=64"` // as its accounts and dossiers have it
	Name     string      `json:"name" validate:"required,max=64"`
	From     ledger.Date `json:"from" validate:"required"`
	Document string      `json:"document" validate:"required,max=80"`
}

// rename decides on a new name: one in canonical form that the unit does not bear
// already.
func (c *UnitRenameCmd) rename(u *UnitFile) (unitRenamed, error) {
	switch why := ledger.NameProblem(c.Name); {
	case why != "":
		return unitRenamed{}, ErrUnitName.With("%q：%s", c.Name, why).AtText("name", fault.Say("%s", why), c.Name)
	case u.MergedInto != "":
		return unitRenamed{}, ErrUnitGone.With("%s 已于 %s 并入 %s", u.Unit, u.MergedOn, u.MergedInto)
	case u.NameOn(c.From) == c.Name:
		return unitRenamed{}, ErrUnitName.With("%s 自 %s 已称 %s", u.Unit, c.From, c.Name).At("name", "the name it bears", c.Name)
	}
	return unitRenamed{c.Unit, UnitName{c.Name, c.From, c.Document}}, nil
}

// RenameUnit records a dated name of a unit; nothing is posted, and its accounts and
// dossiers keep the old name (DOMAIN 4.3).
func RenameUnit(ctx context.Context, tx *db.Tx, c UnitRenameCmd) error {
	u, found, err := loadOr(ctx, tx, unitFile, c.Unit)
	if err != nil {
		return err
	}
	if !found {
		u.Unit = c.Unit
	}
	f, err := c.rename(&u)
	if err != nil {
		return err
	}
	if !found {
		return didRename.Open(ctx, tx, c.Unit, &u, f)
	}
	return didRename.Record(ctx, tx, c.Unit, &u, f)
}

// checkUnitStands refuses to begin something for a unit that is merged.
func checkUnitStands(ctx context.Context, tx *db.Tx, unit string) error {
	u, found, err := loadOr(ctx, tx, unitFile, unit)
	if err != nil || !found || u.MergedInto == "" {
		return err
	}
	return ErrUnitGone.With("%s 已于 %s 并入 %s（%s）；请以 %s 办理", u.Unit, u.MergedOn, u.MergedInto, u.Document, u.MergedInto).
		At("unit", "merged", unit)
}

// UnitMove (单位变更) is a merger as dossiers follow it: what belonged to From
// belongs to To. Accounts says that the unit of ledger accounts moves with it, as
// after E28. Back, when set, undoes: only what it lists moves, field by field.
type UnitMove struct {
	From, To, Document string
	On                 ledger.Date
	Accounts           bool
	Back               []Followed
	Before             int64 // with Back: no dossier may have a fact from this record on
}

// Followed (随转案卷) is a dossier that followed a merger, and which of the fields
// that name units.
type Followed struct {
	Kind  string `json:"kind"`
	Code  string `json:"code"`
	Items []int  `json:"items"`
}

// UnitMoved is the fact of every kind of dossier that follows a merger. Items are the
// positions of the fields in the list that the kind makes of its state.
type UnitMoved struct {
	From, To, Document string
	Items              []int
}

// UnitField is a field of a state that names a unit: whose dossier it is, or, of an
// account, the unit dimension by which the ledger knows it.
type UnitField struct {
	Name    *string
	Account bool
}

func owner(p *string) UnitField   { return UnitField{p, false} }
func account(p *string) UnitField { return UnitField{p, true} }

// Mover (随转) lets the dossiers of one kind follow a merger.
type Mover interface {
	Follow(ctx context.Context, tx *db.Tx, m *UnitMove) ([]Followed, error)
}

type mover[S any] struct {
	kind   *dossier.Kind[S]
	fact   *dossier.Fact[S, UnitMoved]
	fields func(*S) []UnitField
}

// OnUnitMove declares the fact by which a kind of dossier follows a merger; fields
// lists what of its state names a unit, always in the same order.
func OnUnitMove[S any](k *dossier.Kind[S], fields func(*S) []UnitField) Mover {
	fact := dossier.On(k, k.Name()+".readdressed", func(s *S, f *UnitMoved, _ dossier.Stamp) {
		list := fields(s)
		for _, i := range f.Items {
			*list[i].Name = f.To
		}
	})
	return mover[S]{k, fact, fields}
}

// FollowAll lets the dossiers of several kinds follow a merger, and lists those that
// did. ErrUnitTouched when an undone merger has been built upon.
func FollowAll(ctx context.Context, tx *db.Tx, m *UnitMove, movers ...Mover) ([]Followed, error) {
	var out []Followed
	for _, x := range movers {
		list, err := x.Follow(ctx, tx, m)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// Follow lets every dossier of the kind follow that has a field of the unit.
func (r mover[S]) Follow(ctx context.Context, tx *db.Tx, m *UnitMove) ([]Followed, error) {
	k := r.kind
	list, err := m.candidates(k.Name(), func() ([]string, error) { return k.Codes(ctx, tx) })
	if err != nil {
		return nil, err
	}
	out := list[:0:0]
	for _, x := range list {
		s, err := k.Load(ctx, tx, x.Code)
		if err != nil {
			return nil, err
		}
		if m.Back == nil {
			x.Items = m.named(r.fields(&s))
		} else if last, err := k.Last(ctx, tx, x.Code); err != nil {
			return nil, err
		} else if last >= m.Before {
			return nil, ErrUnitTouched.With("%s %s 在并转之后又有记录 %d；请以 %s 继续办理", k.Name(), x.Code, last, m.From)
		}
		if len(x.Items) == 0 {
			continue
		}
		if err := r.fact.Record(ctx, tx, x.Code, &s, UnitMoved{m.From, m.To, m.Document, x.Items}); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// named are the positions of the fields that a merger changes.
func (m *UnitMove) named(fields []UnitField) []int {
	var out []int
	for i, f := range fields {
		if *f.Name == m.From && (m.Accounts || !f.Account) {
			out = append(out, i)
		}
	}
	return out
}

// candidates are the dossiers of a kind that may move: all, or those that a merger
// to be undone has moved.
func (m *UnitMove) candidates(kind string, all func() ([]string, error)) ([]Followed, error) {
	if m.Back != nil {
		return slices.DeleteFunc(slices.Clone(m.Back), func(f Followed) bool { return f.Kind != kind }), nil
	}
	codes, err := all()
	out := make([]Followed, len(codes))
	for i, code := range codes {
		out[i] = Followed{Kind: kind, Code: code}
	}
	return out, err
}

func (p *Project) units() []UnitField {
	return []UnitField{owner(&p.Town), account(&p.Unit), owner(&p.Department)}
}

func (f *Funding) units() []UnitField {
	out := []UnitField{owner(&f.Town), account(&f.Unit)}
	for i := range f.Lines {
		out = append(out, account(&f.Lines[i].Holder))
	}
	return out
}

func (p *Plan) units() []UnitField {
	out := make([]UnitField, len(p.Items))
	for i := range p.Items {
		out[i] = account(&p.Items[i].Unit)
	}
	return out
}

func (c *Contract) units() []UnitField { return []UnitField{owner(&c.Town), account(&c.Unit)} }
func (r *Roster) units() []UnitField   { return []UnitField{owner(&r.Town), account(&r.Unit)} }
func (l *Loan) units() []UnitField     { return []UnitField{owner(&l.Town)} }
func (a *Asset) units() []UnitField    { return []UnitField{owner(&a.Town)} }

func (p *Performance) units() []UnitField { return []UnitField{owner(&p.Town), owner(&p.Unit)} }

var movers = []Mover{
	OnUnitMove(projectFile, (*Project).units), OnUnitMove(fundingFile, (*Funding).units), OnUnitMove(planFile, (*Plan).units),
	OnUnitMove(contractFile, (*Contract).units), OnUnitMove(rosterFile, (*Roster).units), OnUnitMove(loanFile, (*Loan).units),
	OnUnitMove(performanceFile, (*Performance).units), OnUnitMove(assetFile, (*Asset).units),
}

// FollowMerger lets the dossiers of this room follow a merger, and notes at the unit
// what became of it.
func FollowMerger(ctx context.Context, tx *db.Tx, m *UnitMove) ([]Followed, error) {
	if err := noteMerger(ctx, tx, m); err != nil {
		return nil, err
	}
	return FollowAll(ctx, tx, m, movers...)
}

// noteMerger records at the unit that goes that it is merged, or no longer.
func noteMerger(ctx context.Context, tx *db.Tx, m *UnitMove) error {
	fact := unitMerged{m.From, m.To, m.Document, m.On}
	if m.Back != nil {
		fact = unitMerged{m.To, "", m.Document, m.On}
	} else if err := checkUnitStands(ctx, tx, m.To); err != nil {
		return err
	}
	u, found, err := loadOr(ctx, tx, unitFile, fact.Unit)
	if err != nil {
		return err
	}
	if !found {
		return didMerge.Open(ctx, tx, fact.Unit, &u, fact)
	}
	return didMerge.Record(ctx, tx, fact.Unit, &u, fact)
}
