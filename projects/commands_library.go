package projects

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/region"
	"fundbook/ledger"
)

// businessDay returns the business day on which a command runs.
func businessDay(tx *db.Tx) ledger.Date { return ledger.DateOf(time.UnixMicro(tx.Now)) }

// LoadProject returns a project as the command sees it. An account of a township
// gets its own and the county's only.
func LoadProject(ctx context.Context, tx *db.Tx, code string) (Project, error) {
	return projectFile.Load(ctx, tx, code)
}

// EnterCmd enters a project as a draft. Its code is given by the library.
type EnterCmd struct {
	Particulars
	On ledger.Date `json:"on,omitzero"` // of the application; today when left out
}

// EnterProject enters a project as a draft (DOMAIN 5.1): all twelve official
// fields, goals among them, financing and shares that add up, a village that is
// known, external numbers that no other project has. A township enters its own.
func EnterProject(ctx context.Context, tx *db.Tx, c EnterCmd) error {
	x, err := c.Particulars.ready(ctx, tx)
	if err != nil {
		return err
	}
	on, err := stepDay(tx, c.On)
	if err != nil {
		return err
	}
	_, err = openProject(ctx, tx, Entered{Particulars: x, State: StateDraft, On: on})
	return err
}

// stepDay is the day that a command states, or today; ErrOrder for one to come.
func stepDay(tx *db.Tx, on ledger.Date) (ledger.Date, error) {
	today := businessDay(tx)
	switch {
	case on.IsZero():
		return today, nil
	case on > today:
		return 0, ErrOrder.With("日期 %s，今天 %s", on, today).At("on", "in the future", on.String())
	}
	return on, nil
}

// ready completes and checks particulars: by themselves, against the divisions of
// the county, and against the township of the account.
func (x Particulars) ready(ctx context.Context, tx *db.Tx) (Particulars, error) {
	if tx.Unit != "" {
		if x.Tier == "" {
			x.Tier = TierTownship
		}
		if x.Town == "" && x.Tier == TierTownship {
			x.Town = tx.Unit
		}
		if x.Town != tx.Unit {
			return x, ErrTownship.With("项目 %s 属 %s，账户属 %s", x.Name, orCounty(x.Town), tx.Unit).At("town", "not the account's", x.Town)
		}
	}
	x.setDefaults()
	if err := x.check(); err != nil {
		return x, err
	}
	known, err := region.Known(ctx, tx)
	if err != nil {
		return x, err
	}
	return x, x.checkVillages(tx.County(), known)
}

// checkVillages refuses a village of another county, one that the divisions
// imported do not have, and one of another township than the project's. Without
// imported villages only the form is held.
func (x *Particulars) checkVillages(county string, known *region.Set) error {
	codes := []string{}
	if x.Village != "" {
		codes = append(codes, x.Village)
	}
	for _, v := range x.Villages {
		codes = append(codes, v.Village)
	}
	listed := slices.ContainsFunc(known.Children(region.Code(county), 0), func(c region.Code) bool { return len(known.Children(c, 0)) > 0 })
	for _, v := range codes {
		code := region.Code(v)
		switch {
		case code.Level() != region.Village || (len(county) == 6 && !strings.HasPrefix(v, county)):
			return ErrVillage.With("项目 %s：%q 不是 %s 的村级代码（12 位）", x.Name, v, county).At("village", "not of the county", v)
		case listed && len(known.History(code)) == 0:
			return ErrVillage.With("项目 %s：区划中没有 %s；请先导入区划变更", x.Name, v).At("village", "unknown", v)
		}
	}
	if x.Village == "" || x.Town == "" {
		return nil
	}
	parent := region.Code(x.Village).Parent()
	towns := known.Find(region.Query{Township: x.Town})
	if len(towns) > 0 && !slices.ContainsFunc(towns, func(d region.Division) bool { return d.Code == parent }) {
		return ErrVillage.With("项目 %s：村 %s 不属 %s", x.Name, x.Village, x.Town).At("village", "of another township", x.Village)
	}
	return nil
}

// openProject numbers a new project, records it and takes its external numbers. It
// returns the code.
func openProject(ctx context.Context, tx *db.Tx, f Entered) (string, error) {
	c, ok := CategoryOf(f.Particulars.Category, f.Particulars.Year)
	if !ok {
		return "", ErrCategory.With("%d 年度没有类别 %q", f.Particulars.Year, f.Particulars.Category)
	}
	division := f.Particulars.division(tx.County())
	if len(division) != 12 || !isDigits(division) {
		return "", ErrVillage.With("项目 %s：账簿 %s 没有区划代码，须填村", f.Particulars.Name, tx.County()).At("village", "missing", "")
	}
	for _, unit := range []string{f.Particulars.Unit, f.Particulars.Town} {
		if err := checkUnitStands(ctx, tx, unit); err != nil {
			return "", err
		}
	}
	codes, err := projectFile.Codes(ctx, tx)
	if err != nil {
		return "", err
	}
	n, err := nextNumber(Number{Division: division, Year: f.Particulars.Year, Category: c.Level1()}, codes)
	if err != nil {
		return "", err
	}
	f.Code = n.String()
	if err := projectEntered.Open(ctx, tx, f.Code, &Project{}, f); err != nil {
		return "", err
	}
	return f.Code, holdExternal(ctx, tx, f.Code, f)
}

// ProjectAmendCmd states a draft or returned project anew, whole.
type ProjectAmendCmd struct {
	Project string `json:"project" validate:"required,max=64"`
	Particulars
	On ledger.Date `json:"on,omitzero"`
}

// AmendProject states a project anew. Only a draft or a returned project is
// amended; a returned one goes on as a draft, and what was posted of it is taken
// down, since it says something else now (DOMAIN 5.2, 6.4). Year, first level of
// the category, and division stay as they stand in the code.
func AmendProject(ctx context.Context, tx *db.Tx, c ProjectAmendCmd) error {
	p, err := projectFile.Load(ctx, tx, c.Project)
	if err != nil {
		return err
	}
	if err := p.ownedBy(tx.Unit); err != nil {
		return err
	}
	if p.State != StateDraft && p.State != StateReturned {
		return ErrAmend.With("项目 %s 现为 %s（%s）；请先退回", p.Code, p.State, p.State.Chinese())
	}
	x, err := c.Particulars.ready(ctx, tx)
	if err != nil {
		return err
	}
	on, err := stepDay(tx, c.On)
	if err != nil {
		return err
	}
	n, err := ParseNumber(p.Code)
	if err != nil {
		return err
	}
	if x.Year != n.Year || x.Category[:2] != n.Category || x.division(tx.County()) != n.Division {
		return ErrAmend.With("项目 %s：年度、一级类别、区划已编入编码，不得修改；请出库后重新录入", p.Code)
	}
	was := p.External
	if err := projectAmended.Record(ctx, tx, p.Code, &p, Amended{Particulars: x, On: on}); err != nil {
		return err
	}
	for _, e := range was {
		if !slices.Contains(x.External, e) {
			if err := moveExternal(ctx, tx, e, p.Code, ""); err != nil {
				return err
			}
		}
	}
	for _, e := range x.External {
		if !slices.Contains(was, e) {
			if err := moveExternal(ctx, tx, e, "", p.Code); err != nil {
				return err
			}
		}
	}
	return nil
}

// The numbers of projects in other systems: who holds each.
type externalNumber struct {
	System, ID, Project string
}

type externalMoved struct {
	System, ID, Project string // Project "" gives the number back
}

var (
	externalFile = dossier.NewKind("external", func(x *externalNumber) dossier.Index {
		return dossier.Index{Status: "HELD", Parent: x.Project, Title: x.System + " " + x.ID}
	})
	externalHeld = dossier.On(externalFile, "project.external_id_moved", func(x *externalNumber, f *externalMoved, _ dossier.Stamp) {
		x.System, x.ID, x.Project = f.System, f.ID, f.Project
	})
)

// externalCode names the dossier of a number: system and number may be longer than
// a code.
func externalCode(e ExternalID) string {
	sum := sha256.Sum256([]byte(e.System + "\x00" + e.ID))
	return hex.EncodeToString(sum[:20])
}

// moveExternal gives a number from one project to another; "" is nobody. ErrExternal
// when it is not the first's to give.
func moveExternal(ctx context.Context, tx *db.Tx, e ExternalID, from, to string) error {
	code := externalCode(e)
	f := externalMoved{e.System, e.ID, to}
	exists, err := externalFile.Exists(ctx, tx, code)
	if err != nil {
		return err
	}
	if !exists {
		return externalHeld.Open(ctx, tx, code, &externalNumber{}, f)
	}
	x, err := externalFile.Load(ctx, tx, code)
	if err != nil {
		return err
	}
	if x.Project != from && x.Project != "" {
		return ErrExternal.With("%s %s 属于项目 %s", e.System, e.ID, x.Project).At("external_ids", "taken", e.ID)
	}
	return externalHeld.Record(ctx, tx, code, &x, f)
}

func holdExternal(ctx context.Context, tx *db.Tx, code string, f Entered) error {
	for _, e := range f.Particulars.External {
		if err := moveExternal(ctx, tx, e, f.RolledFrom, code); err != nil {
			return err
		}
	}
	return nil
}

// AdvanceCmd takes one step of a project's life.
type AdvanceCmd struct {
	Project string `json:"project" validate:"required,max=64"`
	Step
}

// AdvanceProject takes a step that no other command owns.
func AdvanceProject(ctx context.Context, tx *db.Tx, c AdvanceCmd) error {
	for i := range lifecycle {
		if t := &lifecycle[i]; t.event == c.Event && t.owner != "" {
			return ErrInternal.With("%s（%s）由 %s 办理", c.Event, c.Event.chinese(), t.owner).At("event", "internal", string(c.Event))
		}
	}
	if err := Advance(ctx, tx, c.Project, c.Step); err != nil || c.Event != EventPostPost {
		return err
	}
	return Reimburse(ctx, tx, c.Project, c.On) // its last payment may have come before
}

// Advance moves a project through its life cycle by the one table (DOMAIN 5.2): the
// event must fit its state and route, the account must be one that may take it,
// and every gate must hold. Commands that own an event call it after they posted,
// so that gates see their postings. ErrEvent, ErrStep, ErrTownship, ErrOffice,
// ErrOrder, or the fault of the gate.
func Advance(ctx context.Context, tx *db.Tx, code string, step Step) error {
	p, err := projectFile.Load(ctx, tx, code)
	if err != nil {
		return err
	}
	t, err := p.find(step.Event)
	if err != nil {
		return err
	}
	if err := t.permit(&p, tx.Unit); err != nil {
		return err
	}
	k, err := learn(ctx, tx, &p, t.needs(), step.On)
	if err != nil {
		return err
	}
	f, err := p.decide(t, &step, &k)
	if err != nil {
		return err
	}
	return projectAdvanced.Record(ctx, tx, code, &p, f)
}

func (t *transition) needs() need {
	var n need
	for _, g := range t.gates {
		n |= g.needs
	}
	return n
}

// PostNoticeCmd records that a notice was posted (DOMAIN 6.3): N4 with its level,
// N8 with its roster, N5, N6, N10, N11.
type PostNoticeCmd struct {
	Project  string        `json:"project" validate:"required,max=64"`
	Type     string        `json:"type" validate:"required,oneof=N4 N5 N6 N8 N10 N11"`
	Subject  string        `json:"subject,omitempty" validate:"max=80"`
	Notice   string        `json:"notice,omitempty" validate:"max=20"` // code of the issued notice
	From     ledger.Date   `json:"from" validate:"required"`
	To       ledger.Date   `json:"to,omitzero"`
	Evidence ledger.Digest `json:"evidence" validate:"required"` // of the photo
}

// PostNotice records evidence that a notice was posted from one day to another.
func PostNotice(ctx context.Context, tx *db.Tx, c PostNoticeCmd) error {
	p, err := projectFile.Load(ctx, tx, c.Project)
	if err != nil {
		return err
	}
	if err := p.ownedBy(tx.Unit); err != nil {
		return err
	}
	k, err := learn(ctx, tx, &p, 0, c.From)
	if err != nil {
		return err
	}
	n := Posted{Type: c.Type, Subject: c.Subject, Notice: c.Notice, From: c.From, To: c.To, Evidence: c.Evidence}
	if err := p.checkNotice(&n, &k); err != nil {
		return err
	}
	return projectNotice.Record(ctx, tx, p.Code, &p, NoticePosted{n})
}

// WithdrawNoticeCmd takes a posted notice down.
type WithdrawNoticeCmd struct {
	Project string `json:"project" validate:"required,max=64"`
	Type    string `json:"type" validate:"required,max=4"`
	Subject string `json:"subject,omitempty" validate:"max=80"`
	Reason  string `json:"reason" validate:"required,max=400"`
}

// WithdrawNotice takes a notice down, as after an objection that was upheld; a new
// posting starts its clock again (DOMAIN 6.4).
func WithdrawNotice(ctx context.Context, tx *db.Tx, c WithdrawNoticeCmd) error {
	p, err := projectFile.Load(ctx, tx, c.Project)
	if err != nil {
		return err
	}
	if err := p.ownedBy(tx.Unit); err != nil {
		return err
	}
	if _, stands := p.notice(c.Type, c.Subject); !stands {
		return ErrNoticeUnknown.With("项目 %s：%s %s", p.Code, c.Type, c.Subject)
	}
	return projectWithdrawn.Record(ctx, tx, p.Code, &p, NoticeWithdrawn{c.Type, c.Subject, c.Reason})
}
