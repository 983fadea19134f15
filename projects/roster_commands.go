package projects

import (
	"context"

	"fundbook/internal/db"
	"fundbook/internal/translog"
	"fundbook/ledger"
)

// RosterCmd creates a roster from a file of persons. File is CSV in UTF-8 or
// GB18030 with the columns of RosterTemplate.
type RosterCmd struct {
	Code      string     `json:"code" validate:"required,max=64"`
	Name      string     `json:"name" validate:"required,max=100"`
	Kind      RosterKind `json:"kind" validate:"required,oneof=household subsidy wage minor health"`
	Project   string     `json:"project" validate:"required,max=64"`
	Programme string     `json:"programme" validate:"required,max=64"`
	Year      int        `json:"year" validate:"required,min=2000,max=2199"`
	Measure   string     `json:"measure" validate:"required,max=20"`
	Policy    string     `json:"policy" validate:"required,max=100"`
	FileName  string     `json:"file_name,omitempty" validate:"max=100"`
	File      []byte     `json:"file" validate:"required,max=16777216"`
}

// AmendCmd changes a roster before it is confirmed: rows are struck, persons of a
// file are added. Date is the voucher date of what a committed roster's authority
// changes by.
type AmendCmd struct {
	Code     string      `json:"code" validate:"required,max=64"`
	Strike   []int       `json:"strike,omitempty" validate:"max=50000"`
	FileName string      `json:"file_name,omitempty" validate:"max=100"`
	File     []byte      `json:"file,omitempty" validate:"max=16777216"`
	Date     ledger.Date `json:"date" validate:"required"`
	Document string      `json:"document" validate:"required,max=80"`
}

// CommitCmd binds the roster's amount in the plan of its project (E08).
type CommitCmd struct {
	Code string          `json:"code" validate:"required,max=64"`
	Date ledger.Date     `json:"date" validate:"required"`
	Mode ledger.DrawMode `json:"mode,omitempty" validate:"omitempty,oneof=PRO_RATA FIFO_BY_DEADLINE RESTRICTED_FIRST"`
	Lots []ledger.LotID  `json:"lots,omitempty" validate:"max=200"`
}

// ConfirmCmd makes the roster owed to its people after notice N8 (E15a, E21).
type ConfirmCmd struct {
	Code   string      `json:"code" validate:"required,max=64"`
	Date   ledger.Date `json:"date" validate:"required"`
	Waiver string      `json:"waiver,omitempty" validate:"max=64"`
}

// LineCmd stops one row of a roster, or lets it go on, by a decision about an
// objection.
type LineCmd struct {
	Code     string `json:"code" validate:"required,max=64"`
	Line     int    `json:"line" validate:"required,min=1"`
	Decision string `json:"decision" validate:"required,max=80"`
}

// StrikeCmd strikes rows off a confirmed roster (E15f).
type StrikeCmd struct {
	Code     string      `json:"code" validate:"required,max=64"`
	Lines    []int       `json:"lines" validate:"required,min=1,max=50000"`
	Date     ledger.Date `json:"date" validate:"required"`
	Decision string      `json:"decision" validate:"required,max=80"`
}

// CorrectCmd gives rows another card of the same person.
type CorrectCmd struct {
	Code     string    `json:"code" validate:"required,max=64"`
	Rows     []CardFix `json:"rows" validate:"required,min=1,max=50000,dive"`
	Document string    `json:"document" validate:"required,max=80"`
}

// CardFix (换卡) is one row's new card. ID must be the row's resident number; Name
// is given only when the bank knows the person by another (doubt A23).
type CardFix struct {
	Line int    `json:"line" validate:"required,min=1"`
	ID   string `json:"id" validate:"required,max=20"`
	Card string `json:"card" validate:"required,max=30"`
	Name string `json:"name,omitempty" validate:"max=50"`
}

// CreateRoster records a prepared roster. ErrRosterMoved when its project changed
// since it was prepared.
func CreateRoster(ctx context.Context, tx *db.Tx, c PreparedRoster) error {
	p, err := projectFile.Load(ctx, tx, c.project)
	if err != nil {
		return err
	}
	if err := mayHaveRoster(&p, tx.Unit); err != nil {
		return err
	}
	if p.Town != c.town {
		return ErrRosterMoved.With("项目 %s 的所属乡镇有变", p.Code)
	}
	taken, err := contractFile.Exists(ctx, tx, c.code)
	if err != nil {
		return err
	}
	if taken {
		return ErrRosterCode.With("编号 %s 已用于合同；请另编名册号", c.code)
	}
	f := c.fact
	f.Unit, f.Town = p.Unit, p.Town
	var r Roster
	if err := factRosterCreated.Open(ctx, tx, c.code, &r, f); err != nil {
		return err
	}
	saveSealed(tx, sealedRows{Roster: r.Code, Year: r.Year, Programme: r.Programme, Rows: c.sealed})
	return factProjectRoster.Record(ctx, tx, p.Code, &p, projectRoster{c.code})
}

// AmendRoster records a prepared change of a roster that is not confirmed. What a
// committed roster's amount changes by is bound or set free in the same command.
func AmendRoster(ctx context.Context, tx *db.Tx, c PreparedAmend) error {
	r, err := rosterFile.Load(ctx, tx, c.code)
	if err != nil {
		return err
	}
	if err := r.own(tx.Unit); err != nil {
		return err
	}
	if err := r.in("增减人员", RosterDraft, RosterCommitted); err != nil {
		return err
	}
	p, err := goingProject(ctx, tx, r.Project)
	if err != nil {
		return err
	}
	if x := r.standing(&p); x != nil {
		return ErrRosterPosted.With("名册 %s 的公示自 %s 张贴；请先登记撤下，增减后重新公示", r.Code, x.From)
	}
	if len(r.Lines) != c.base {
		return ErrRosterMoved.With("名册 %s 已有 %d 行，准备时 %d 行", r.Code, len(r.Lines), c.base)
	}
	struck, err := r.strike(c.fact.Struck)
	if err != nil {
		return err
	}
	change := -sumOf(struck)
	for i := range c.fact.Added {
		change += c.fact.Added[i].Amount
	}
	if r.Total()+change <= 0 {
		return ErrRosterEmpty.With("名册 %s：增减后合计 %s", r.Code, r.Total()+change)
	}
	f := c.fact
	f.Struck = numbersOf(struck)
	if err := factRosterAmended.Record(ctx, tx, r.Code, &r, f); err != nil {
		return err
	}
	saveSealed(tx, sealedRows{Roster: r.Code, Year: r.Year, Programme: r.Programme, Rows: c.sealed})
	if r.State != RosterCommitted || change == 0 {
		return nil
	}
	return r.recommit(ctx, tx, &p, c.date, change)
}

// recommit changes what a committed roster binds: more by E08, less by E09.
func (r *Roster) recommit(ctx context.Context, tx *db.Tx, project *Project, day ledger.Date, change ledger.Amount) error {
	p := r.posting("E08", day)
	if change > 0 {
		p.Draw = &ledger.Draw{Mode: r.Mode, Amount: change, Lots: r.Lots}
		return r.postFree(ctx, tx, project, p)
	}
	parts, err := r.from(ctx, tx, "7202", day, -change)
	if err != nil {
		return err
	}
	for i := range parts {
		parts[i].Amount = -parts[i].Amount
	}
	p.Event, p.Parts = "E09", parts
	return ledger.Post(ctx, tx, []ledger.Posting{p})
}

// posting begins a posting in the roster's dimensions.
func (r *Roster) posting(event ledger.EventCode, day ledger.Date) ledger.Posting {
	return ledger.Posting{Event: event, Date: day, Project: r.Project, Contract: r.Code, Payee: r.Code, Unit: r.Unit, Memo: r.Name}
}

// from spreads an amount over what an account holds for the roster.
func (r *Roster) from(ctx context.Context, tx *db.Tx, account ledger.Code, day ledger.Date, amount ledger.Amount) ([]ledger.Part, error) {
	held, err := ledger.BalancesAt(ctx, tx, day, ledger.Filter{
		Book: ledger.County, Account: account, Project: r.Project, Contract: r.Code, Payee: r.Code, Unit: r.Unit,
	})
	if err != nil {
		return nil, err
	}
	return Spread(amount, held, string(account)+" 名册 "+r.Code)
}

// postFree posts a commitment and refuses a lot whose money may not be used so: a
// bond for households, a purpose of its own (DOMAIN 1.1, 4.4, A09).
func (r *Roster) postFree(ctx context.Context, tx *db.Tx, project *Project, p ledger.Posting) error {
	seq := tx.NextSeq()
	if err := ledger.Post(ctx, tx, []ledger.Posting{p}); err != nil {
		return err
	}
	_, payload, ok := tx.Buffered(seq)
	if !ok {
		return ErrPersonRow.With("记录 %d", seq) // invariant: what was just posted is buffered
	}
	e, err := ledger.DecodeEntry(translog.NewDecoder(payload))
	if err != nil {
		return err
	}
	use, err := useOf(ctx, tx, project)
	if err != nil {
		return err
	}
	use.Household, use.Words = true, use.Words+"\n"+r.Name
	use.Confirmed = "计划" // the purpose was judged when the lot was planned for the project
	for _, l := range e.Lines() {
		lot, err := ledger.LotOf(ctx, tx, l.Key.Lot)
		if err != nil {
			return err
		}
		if err := CheckUse(&lot.Lot, &use); err != nil {
			return err
		}
	}
	return nil
}

// CommitRoster binds the roster's total in its project's plan (E08), drawn by the
// project's mode unless the command names another. The roster keeps the mode for
// everything that is drawn later. It takes the contract's place in the project's
// life, which moves on: after notice N5, not before (DOMAIN 5.2).
func CommitRoster(ctx context.Context, tx *db.Tx, c CommitCmd) error {
	r, err := rosterFile.Load(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if err := r.in("约束", RosterDraft); err != nil {
		return err
	}
	project, err := goingProject(ctx, tx, r.Project)
	if err != nil {
		return err
	}
	mode := c.Mode
	if mode == "" {
		if mode, err = DrawModeOf(ctx, tx, r.Project); err != nil {
			return err
		}
	}
	total := r.Total()
	p := r.posting("E08", c.Date)
	p.Draw = &ledger.Draw{Mode: mode, Amount: total, Lots: c.Lots}
	if err := factRosterCommitted.Record(ctx, tx, r.Code, &r, rosterCommitted{c.Date, mode, total, c.Lots}); err != nil {
		return err
	}
	if err := r.postFree(ctx, tx, &project, p); err != nil {
		return err
	}
	return Advance(ctx, tx, r.Project, Step{Event: EventRoster, On: c.Date, Subject: r.Code})
}

// goingProject loads a project of which rosters go on.
func goingProject(ctx context.Context, tx *db.Tx, code string) (Project, error) {
	p, err := projectFile.Load(ctx, tx, code)
	if err != nil {
		return Project{}, err
	}
	return p, mayHaveRoster(&p, "")
}

// MayConfirm refuses a roster that is not bound yet, or is confirmed already.
func (r *Roster) MayConfirm() error { return r.in("确认", RosterCommitted) }

// ConfirmRoster makes the roster owed to its people: E15a, for interest subsidies
// E21. Package payments has held it to the gates of its kind of payment; until is
// the last day of its notice's period, zero when a waiver released the notice. A
// blocked row is owed too; it is only not paid while it is blocked.
func ConfirmRoster(ctx context.Context, tx *db.Tx, r *Roster, c ConfirmCmd, until ledger.Date) error {
	if err := r.MayConfirm(); err != nil {
		return err
	}
	total := r.Total()
	p := r.posting("E15a", c.Date)
	if r.Kind == RosterSubsidy {
		p.Event = "E21"
	}
	p.Waiver, p.Draw = c.Waiver, &ledger.Draw{Mode: r.Mode, Amount: total}
	if err := factRosterConfirmed.Record(ctx, tx, r.Code, r, rosterConfirmed{c.Date, until, total, c.Waiver}); err != nil {
		return err
	}
	return ledger.Post(ctx, tx, []ledger.Posting{p})
}

// BlockLine stops one row by an accepted objection; all others are paid.
func BlockLine(ctx context.Context, tx *db.Tx, c LineCmd) error {
	r, err := rosterFile.Load(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if err := r.block(c.Line); err != nil {
		return err
	}
	return factRosterBlocked.Record(ctx, tx, r.Code, &r, rosterBlocked{c.Line, c.Decision})
}

// ReleaseLine lets a blocked row go on.
func ReleaseLine(ctx context.Context, tx *db.Tx, c LineCmd) error {
	r, err := rosterFile.Load(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if err := r.release(c.Line); err != nil {
		return err
	}
	return factRosterReleased.Record(ctx, tx, r.Code, &r, rosterReleased{c.Line, c.Decision})
}

// StrikeLines takes payees off a confirmed roster: what they were owed is red, and
// its authority waits for recovery (E15f).
func StrikeLines(ctx context.Context, tx *db.Tx, c StrikeCmd) error {
	r, err := rosterFile.Load(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if err := r.in("取消资格（确认前请办理增减）", RosterConfirmed); err != nil {
		return err
	}
	lines, err := r.strike(c.Lines)
	if err != nil {
		return err
	}
	amount := sumOf(lines)
	p := r.posting("E15f", c.Date)
	if p.Parts, err = r.from(ctx, tx, "7203", c.Date, amount); err != nil {
		return err
	}
	p.Decision, p.Cost = c.Decision, "5003"
	if r.Kind == RosterSubsidy {
		p.Cost = "5004"
	}
	if year := r.ConfirmedOn.Year(); year < c.Date.Year() {
		p.OriginYear = year
	}
	f := rosterStruck{c.Date, numbersOf(lines), amount, c.Decision}
	if err := factRosterStruck.Record(ctx, tx, r.Code, &r, f); err != nil {
		return err
	}
	if err := ledger.Post(ctx, tx, []ledger.Posting{p}); err != nil {
		return err
	}
	back := PlanRecovery{Project: r.Project, Document: c.Decision, On: c.Date, Reason: "名册 " + r.Code + " 取消资格"}
	for _, x := range p.Parts {
		back.Parts = append(back.Parts, LotPart{Lot: x.Lot, Amount: x.Amount})
	}
	if err := RecoverPlan(ctx, tx, back); err != nil {
		return err
	}
	return Reimburse(ctx, tx, r.Project, c.Date)
}

// CorrectLines records prepared cards. ErrRosterMoved when a row changed since.
func CorrectLines(ctx context.Context, tx *db.Tx, c PreparedCorrect) error {
	r, err := rosterFile.Load(ctx, tx, c.code)
	if err != nil {
		return err
	}
	if err := r.own(tx.Unit); err != nil {
		return err
	}
	for i := range c.fact.Rows {
		x := &c.fact.Rows[i]
		l := r.line(x.N)
		if l == nil || l.Rev != x.Rev-1 {
			return ErrRosterMoved.With("名册 %s 第 %d 行", r.Code, x.N)
		}
		if l.State != LineOwed {
			return ErrRosterLine.With("名册 %s 第 %d 行：%s；%s", r.Code, x.N, l.where(), l.remedy())
		}
	}
	if err := factRosterCorrected.Record(ctx, tx, r.Code, &r, c.fact); err != nil {
		return err
	}
	saveSealed(tx, sealedRows{Roster: r.Code, Year: r.Year, Programme: r.Programme, Rows: c.sealed})
	return nil
}

// HasLine refuses a row that the roster does not have.
func HasLine(ctx context.Context, tx *db.Tx, code string, line int) error {
	r, err := rosterFile.Load(ctx, tx, code)
	if err != nil {
		return err
	}
	if r.line(line) == nil {
		return ErrRosterLine.With("名册 %s 没有第 %d 行", code, line)
	}
	return nil
}
