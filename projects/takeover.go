package projects

import (
	"context"
	"crypto/sha256"
	"slices"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/internal/region"
	"fundbook/ledger"
)

// The faults of taking over a running county.
var (
	ErrTakeoverRows   = fault.New(fault.Invalid, "takeover.rows", "期初表有不合要求的行，未作任何记录；请按报告更正后重新导入", "rows of the opening tables are not acceptable: nothing was recorded")
	ErrTakeoverState  = fault.New(fault.Refused, "takeover.state", "此次接管已经确认，期初只办一次", "the take-over is confirmed already: opening balances are taken once")
	ErrTakeoverPerson = fault.New(fault.Refused, "takeover.four_eyes", "期初须由编制人以外的人确认（法则 8）", "opening balances are confirmed by somebody else than their preparer (law 8)")
	ErrTakeoverFiles  = fault.New(fault.Refused, "takeover.files", "确认的文件与编制时登记的不是同一份", "the files confirmed are not those that were prepared")
	ErrTakeoverSize   = fault.New(fault.TooLarge, "takeover.too_large", "互相垫付的批次合计超过一张凭证的 5000 行", "lots that lent to each other have more than the 5,000 lines of one entry")
)

// TakeoverTable (期初表) is one of the three tables, as CSV or a workbook.
type TakeoverTable struct {
	Name string `json:"name" validate:"required,max=100"`
	File []byte `json:"file" validate:"required,max=16777216"`
}

// TakeoverCmd takes a running county over from three tables: lots, projects with
// their contracts, and balances. Date is the voucher date of E00.
type TakeoverCmd struct {
	Code     string        `json:"code" validate:"required,max=40"`
	Document string        `json:"document" validate:"required,max=80"`
	Date     ledger.Date   `json:"date" validate:"required"`
	Lots     TakeoverTable `json:"lots"`
	Projects TakeoverTable `json:"projects"`
	Balances TakeoverTable `json:"balances"`
}

// TakeoverFile (期初文件) is what is recorded of a table: its content by its digest.
type TakeoverFile struct {
	Name   string        `json:"name"`
	Digest ledger.Digest `json:"digest"`
	Rows   int           `json:"rows"`
}

// Takeover (期初接管) is one taking over: prepared by one person, confirmed by
// another.
type Takeover struct {
	Code      string         `json:"code"`
	State     string         `json:"state"` // PREPARED CONFIRMED
	Document  string         `json:"document"`
	Date      ledger.Date    `json:"date"`
	Files     []TakeoverFile `json:"files"`
	Cash      ledger.Amount  `json:"cash"`      // 1001 and 1002 of all books
	Authority ledger.Amount  `json:"authority"` // Σ7xxx
	Preparer  ledger.ID      `json:"preparer"`
	Confirmer ledger.ID      `json:"confirmer,omitzero"`
	Projects  []string       `json:"projects,omitempty"` // codes that the library gave, in the order of the table
}

// The states of a take-over.
const (
	TakeoverPrepared  = "PREPARED"
	TakeoverConfirmed = "CONFIRMED"
)

type takeoverConfirmed struct {
	By       ledger.ID
	Projects []string
}

var takeoverFile = dossier.NewKind("takeover", func(t *Takeover) dossier.Index {
	return dossier.Index{Status: t.State, Title: t.Document, Year: t.Date.Year(), Amount: int64(t.Authority)}
})

var (
	didPrepareTakeover = dossier.On(takeoverFile, "takeover.prepared", func(t *Takeover, f *Takeover, _ dossier.Stamp) { *t = *f })
	didConfirmTakeover = dossier.On(takeoverFile, "takeover.confirmed", func(t *Takeover, f *takeoverConfirmed, _ dossier.Stamp) {
		t.State, t.Confirmer, t.Projects = TakeoverConfirmed, f.By, f.Projects
	})
)

// state is the take-over that the tables make.
func (o *Opening) state(c *TakeoverCmd, preparer ledger.ID) Takeover {
	t := Takeover{Code: c.Code, State: TakeoverPrepared, Document: c.Document, Date: c.Date, Files: o.files, Preparer: preparer}
	for i := range o.lines {
		switch k := &o.lines[i].Key; {
		case k.Account == "1001" || k.Account == "1002":
			t.Cash += o.lines[i].Amount
		case k.Account[0] == '7':
			t.Authority += o.lines[i].Amount
		}
	}
	return t
}

// open reads the tables as the command sees the county.
func (c *TakeoverCmd) open(ctx context.Context, tx *db.Tx) (*Opening, error) {
	known, err := region.Known(ctx, tx)
	if err != nil {
		return nil, err
	}
	o, err := ReadOpening(c, tx.County(), known)
	if err != nil {
		return nil, err
	}
	return o, o.Fault()
}

// PrepareTakeover reads and judges the three tables, holds them to the equations,
// and records what was prepared. It posts nothing. It may be done again until it is
// confirmed.
func PrepareTakeover(ctx context.Context, tx *db.Tx, c TakeoverCmd) error {
	o, err := c.open(ctx, tx)
	if err != nil {
		return err
	}
	was, found, err := loadOr(ctx, tx, takeoverFile, c.Code)
	if err != nil {
		return err
	}
	now := o.state(&c, tx.Actor)
	switch {
	case !found:
		return didPrepareTakeover.Open(ctx, tx, c.Code, &was, now)
	case was.State != TakeoverPrepared:
		return ErrTakeoverState.With("%s：%s", c.Code, was.State)
	}
	return didPrepareTakeover.Record(ctx, tx, c.Code, &was, now)
}

// ConfirmTakeover takes the county over: lots, projects, contracts, what the
// projects are funded by, and E00 per lot, all in one command and all or nothing. The
// confirmer is not the preparer and confirms the same files.
func ConfirmTakeover(ctx context.Context, tx *db.Tx, c TakeoverCmd) error {
	t, err := takeoverFile.Load(ctx, tx, c.Code)
	switch {
	case err != nil:
		return err
	case t.State != TakeoverPrepared:
		return ErrTakeoverState.With("%s：%s", c.Code, t.State)
	case t.Preparer == ledger.ID(tx.Actor):
		return ErrTakeoverPerson.With("%s：编制人与确认人同为 %s", c.Code, t.Preparer)
	}
	o, err := c.open(ctx, tx)
	if err != nil {
		return err
	}
	if !slices.Equal(o.files, t.Files) || t.Date != c.Date || t.Document != c.Document {
		return ErrTakeoverFiles.With("%s：编制 %s %s，确认 %s %s", c.Code, t.Date, t.Document, c.Date, c.Document)
	}
	w := taker{tx: tx, cmd: &c, o: o, lots: map[ledger.LotID]ledger.LotID{}, codes: map[string]string{}}
	for _, step := range []func(context.Context) error{w.takeLots, w.takeProjects, w.post, w.takeContracts, w.takePlan} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	f := takeoverConfirmed{By: tx.Actor}
	for i := range o.projects {
		f.Projects = append(f.Projects, w.codes[o.projects[i].code])
	}
	return didConfirmTakeover.Record(ctx, tx, c.Code, &t, f)
}

// taker is one confirmation at work: the tables' own lots and project codes, and
// what they became.
type taker struct {
	tx    *db.Tx
	cmd   *TakeoverCmd
	o     *Opening
	lots  map[ledger.LotID]ledger.LotID
	codes map[string]string
}

func (w *taker) takeLots(ctx context.Context) error {
	for _, l := range w.o.lots {
		was := l.ID
		l.ID = ledger.LotID{}
		id, err := ledger.RegisterLot(ctx, w.tx, l)
		if err != nil {
			return err
		}
		w.lots[was] = id
	}
	return nil
}

func (w *taker) takeProjects(ctx context.Context) error {
	for i := range w.o.projects {
		p := &w.o.projects[i]
		code, err := openProject(ctx, w.tx, Entered{Particulars: p.x, State: p.state, On: w.cmd.Date})
		if err != nil {
			return err
		}
		w.codes[p.code] = code
	}
	return nil
}

// post posts E00 with the lots and codes of this county.
func (w *taker) post(ctx context.Context) error {
	ps, err := w.o.postings(w.cmd.Date, w.cmd.Document)
	if err != nil {
		return err
	}
	for i := range ps {
		for j := range ps[i].Opening {
			k := &ps[i].Opening[j].Key
			k.Lot, k.Peer = w.lots[k.Lot], w.lots[k.Peer]
			if k.Project != "" {
				k.Project = w.codes[k.Project]
			}
		}
	}
	if err := ledger.Post(ctx, w.tx, ps); err != nil {
		return w.o.explain(err)
	}
	return nil
}

// takeContracts opens the contracts as they stand and lists them with their
// projects.
func (w *taker) takeContracts(ctx context.Context) error {
	for i := range w.o.contracts {
		x := &w.o.contracts[i]
		if x.roster {
			continue
		}
		c := x.contract
		c.Projects, c.Funding = slices.Clone(c.Projects), slices.Clone(c.Funding)
		for j := range c.Projects {
			c.Projects[j].Project = w.codes[c.Projects[j].Project]
		}
		for j := range c.Funding {
			c.Funding[j].Project = w.codes[c.Funding[j].Project]
			c.Funding[j].Lot = w.lots[c.Funding[j].Lot]
		}
		if err := w.openContract(ctx, &c); err != nil {
			return err
		}
		for _, p := range c.Projects {
			project, err := projectFile.Load(ctx, w.tx, p.Project)
			if err != nil {
				return err
			}
			f := Advanced{Event: EventContract, Was: project.State, State: project.State, On: w.cmd.Date, Document: w.cmd.Document, Subject: c.Code}
			if err := projectAdvanced.Record(ctx, w.tx, p.Project, &project, f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *taker) openContract(ctx context.Context, c *Contract) error {
	var state Contract
	err := didSign.Open(ctx, w.tx, c.Code, &state, contractSigned{
		Code: c.Code, Name: c.Name, Kind: c.Kind, Payee: c.Payee, PayeeID: c.PayeeID, Unit: c.Unit, Town: c.Town, SignedOn: c.SignedOn,
		Amount: c.Amount, Projects: c.Projects, Funding: c.Funding, Terms: c.Terms, Digest: w.digest(), VoucherDate: w.cmd.Date,
	})
	if err != nil {
		return err
	}
	switch c.State {
	case ContractStarted, ContractCompleted:
		return didStep.Record(ctx, w.tx, c.Code, &state, contractStep{State: c.State, On: w.cmd.Date, Document: w.cmd.Document})
	case ContractAccepted, ContractSettled:
		f := contractAccepted{On: c.AcceptedOn, Form: w.digest(), Pass: true, Opinion: "期初接管：" + w.cmd.Document, DefectUntil: addMonths(c.AcceptedOn, c.Terms.DefectMonths)}
		if err := didAccept.Record(ctx, w.tx, c.Code, &state, f); err != nil || c.State == ContractAccepted {
			return err
		}
		return didSettle.Record(ctx, w.tx, c.Code, &state, contractSettled{
			On: w.cmd.Date, Amount: c.Amount, Document: w.cmd.Document, Report: w.digest(), Projects: c.Projects, Funding: c.Funding,
		})
	default: // signed
		return nil
	}
}

// digest is the evidence of what was taken over: the table of projects.
func (w *taker) digest() ledger.Digest { return w.o.files[1].Digest }

// takePlan records what the projects are funded by, and the plan that they stand
// in.
func (w *taker) takePlan(ctx context.Context) error {
	var items []PlanItem
	for i := range w.o.projects {
		p := &w.o.projects[i]
		lines := w.o.fundingOf(p.code, w.cmd.Code)
		if len(lines) == 0 {
			continue
		}
		var sum ledger.Amount
		for j := range lines {
			sum += lines[j].Amount
			lines[j].Lot = w.lots[lines[j].Lot]
		}
		code := w.codes[p.code]
		var f Funding
		fact := fundingPlanned{Project: code, Unit: p.x.Unit, Town: p.x.Town, Document: w.cmd.Document, Lines: lines}
		if err := didPlanFunding.Open(ctx, w.tx, code, &f, fact); err != nil {
			return err
		}
		items = append(items, PlanItem{Project: code, Unit: p.x.Unit, Approved: sum, Amount: sum})
	}
	if len(items) == 0 {
		return nil
	}
	var plan Plan
	return didAdopt.Open(ctx, w.tx, w.cmd.Code, &plan, planAdopted{
		Code: w.cmd.Code, Name: "期初接管的在途计划", Kind: "annual", Year: w.cmd.Date.Year(), Document: w.cmd.Document, Digest: w.digest(),
		AdoptedOn: w.cmd.Date, Meeting: w.cmd.Document, Items: items,
	})
}

func (t *TakeoverTable) record(rows int) TakeoverFile {
	return TakeoverFile{Name: t.Name, Digest: sha256.Sum256(t.File), Rows: rows}
}
