package app

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// ErrKind says that there is no such list.
var ErrKind = fault.New(fault.NotFound, "dossier.kind", "没有这类案卷", "there is no such kind of dossier")

// DossierKind (案卷种类) is a kind of dossier that the fronts list and show: Name is
// that of the kind, Path what lists of it are called.
type DossierKind struct {
	Name, Path string
	ZH, EN     string
}

// dossierKinds are the kinds that people read. What is not here is the rooms' own
// housekeeping; a test holds the two lists against the declared kinds.
var dossierKinds = []DossierKind{
	{"project", "projects", "项目", "projects of the library"},
	{"performance", "performances", "项目绩效", "performance of projects"},
	{"spotcheck", "spotchecks", "绩效抽查", "spot checks"},
	{"asset", "assets", "资产", "assets of projects"},
	{"catalog", "catalogs", "整合目录", "integration catalogues"},
	{"negative", "negative-lists", "负面清单", "negative lists that the county has loaded"},
	{"yearinput", "year-inputs", "年度数据", "yearly figures with their documents"},
	{"plan", "plans", "年度计划、整合方案", "plans"},
	{"funding", "fundings", "项目资金安排", "how projects are funded"},
	{"contract", "contracts", "合同", "contracts"},
	{"loan", "loans", "小额信贷", "small loans"},
	{"roster", "rosters", "到户名册", "household rosters, without persons"},
	{"batch", "batches", "一卡通批次", "card batches, without persons"},
	{"evidence", "evidence", "材料", "documents by content"},
	{"invoice", "invoices", "发票", "invoices and what was drawn on them"},
	{"claim", "claims", "报账单", "claims"},
	{"request", "requests", "支付申请", "payment requests"},
	{"transfer", "transfers", "银行（国库）流水号", "bank and treasury references that were used"},
	{"recovery", "recoveries", "应追回", "money that must come back"},
	{"treasury", "treasury-items", "国库记录", "rows of treasury exports and what they were matched to"},
	{"takeover", "takeovers", "期初接管", "take-overs"},
	{"waiver", "waivers", "豁免", "waivers and the payments they released"},
	{"settlement", "settlements", "结算清理", "settlement runs and year ends"},
	{"statement", "statements", "银行（国库）对账单", "bank and treasury statements"},
	{"bookclose", "book-closes", "月结核对", "periods closed by their checklist"},
	{"correction", "corrections", "更正、置换、拆分、并转", "corrections, replaced sources, divided lots, merged units"},
	{"unit", "units", "单位更名与并转", "renamed and merged units"},
	{"notice", "notice-files", "公告案卷", "what became of issued notices"},
	{"objection", "objections", "群众异议", "objections to notices, without names"},
	{"finding", "findings", "问题整改", "findings and their rectification"},
	{"doubt", "doubts", "疑点核实", "doubts that somebody handled"},
}

// houseKinds are the kinds that only the rooms themselves read.
var houseKinds = []string{"external", "payfile", "cleared", "finding_origin", "finding_receipt"}

// countyKinds are the kinds of which a township's account sees nothing: one of them
// speaks of several townships at once, so none is a township's own.
var countyKinds = []string{"treasury", "takeover", "settlement", "correction", "doubt"}

// hidden reports whether the reader may see nothing of a kind.
func (b *Books) hidden(kind string) bool { return b.unit != "" && slices.Contains(countyKinds, kind) }

// HouseKinds lists the kinds that no front shows.
func HouseKinds() []string { return houseKinds }

// DossierKinds lists the kinds that the fronts show. The caller must not change it.
func DossierKinds() []DossierKind { return dossierKinds }

// FindDossierKind finds a kind by its name or by its path. ErrKind when there is
// none.
func FindDossierKind(text string) (DossierKind, error) {
	for _, k := range dossierKinds {
		if text == k.Name || text == k.Path {
			return k, nil
		}
	}
	return DossierKind{}, ErrKind.With("%q", text)
}

// Dossiers lists the dossiers of a kind for somebody who may see the county, or of
// it what is a township's own and the county's.
func (a *App) Dossiers(ctx context.Context, who auth.Who, county, kind string, f dossier.Filter) (out []dossier.Item[any], err error) {
	err = a.Books(ctx, who, county, func(ctx context.Context, b Books) error {
		if b.hidden(kind) {
			return nil
		}
		f.Unit = b.unit
		out, err = dossier.Browse(ctx, b.v.Q, b.v.County.County, kind, f)
		return err
	})
	return out, err
}

// DossierStep (经过) is one fact of a dossier: what was recorded, when, by whom,
// through which command, and the vouchers that the command posted on it.
type DossierStep struct {
	Seq      int64           `json:"seq"`
	At       time.Time       `json:"at"`
	By       ledger.ID       `json:"by"`
	ByName   string          `json:"by_name,omitempty"`
	Command  string          `json:"command"`
	Record   string          `json:"record"`
	Fact     json.RawMessage `json:"fact"`
	Vouchers []StepVoucher   `json:"vouchers"`
}

// StepVoucher (凭证) is an entry that a step posted.
type StepVoucher struct {
	Seq      int64              `json:"seq"`
	Event    ledger.EventCode   `json:"event"`
	Name     string             `json:"name"`
	Step     string             `json:"step,omitempty"`
	Date     ledger.Date        `json:"date"`
	Vouchers []ledger.VoucherNo `json:"vouchers"`
}

// maxStepVouchers bounds the vouchers of one step: a plan of 500 projects posts a
// thousand, and each of its projects shows its own.
const maxStepVouchers = 2000

// Dossier returns one dossier with its history; scope as of Dossiers. What an
// account may not see is answered like what is not there.
func (a *App) Dossier(ctx context.Context, who auth.Who, county, kind, code string) (item dossier.Item[any], steps []DossierStep, err error) {
	names, err := a.userNames(ctx)
	if err != nil {
		return item, nil, err
	}
	err = a.Books(ctx, who, county, func(ctx context.Context, b Books) error {
		if b.hidden(kind) {
			return dossier.ErrUnknown.With("%s %s", kind, code)
		}
		var events []dossier.Event
		item, events, err = dossier.Look(ctx, b.v.Q, dossier.Ref{County: b.v.County.County, Kind: kind, Code: code, Unit: b.unit})
		if err != nil {
			return err
		}
		steps = make([]DossierStep, len(events))
		for i := range events {
			if steps[i], err = b.step(ctx, &events[i], kind, code); err != nil {
				return err
			}
			steps[i].ByName = names[steps[i].By]
		}
		return nil
	})
	return item, steps, err
}

// userNames are the names of the accounts by number, those of revoked ones left
// out.
func (a *App) userNames(ctx context.Context) (map[ledger.ID]string, error) {
	users, err := a.Users(ctx)
	if err != nil {
		return nil, err
	}
	out := map[ledger.ID]string{ledger.ID(auth.LocalOperator.ID): auth.LocalOperator.Name}
	for i := range users {
		out[ledger.ID(users[i].ID)] = users[i].Name
	}
	return out, nil
}

func (b Books) step(ctx context.Context, e *dossier.Event, kind, code string) (DossierStep, error) {
	fact, err := dossier.JSON(e.Fact)
	if err != nil {
		return DossierStep{}, err
	}
	span, err := db.CommandOf(ctx, b.v.Q, b.v.County.County, e.Seq)
	if err != nil {
		return DossierStep{}, err
	}
	seqs, err := entriesOf(ctx, b.v.Q, b.v.County.County, span, maxStepVouchers)
	if err != nil {
		return DossierStep{}, err
	}
	out := DossierStep{
		Seq: e.Seq, At: time.UnixMicro(e.At).UTC(), By: ledger.ID(e.Actor), Command: span.Command, Record: e.Record, Fact: fact,
		Vouchers: []StepVoucher{},
	}
	for _, seq := range seqs {
		v, err := b.Entry(ctx, seq)
		if err != nil && fault.KindOf(err) == fault.NotFound { // not this township's
			continue
		}
		if err != nil {
			return DossierStep{}, err
		}
		if concerns(&v, kind, code) {
			out.Vouchers = append(out.Vouchers, StepVoucher{v.Seq, v.Event, v.EventName, v.Step, v.Date, v.Vouchers})
		}
	}
	return out, nil
}

// concerns reports whether an entry moves accounts of the dossier: a project's
// carry its code, those of a contract or roster too; what else a command does is
// all its own.
func concerns(v *ledger.EntryView, kind, code string) bool {
	for i := range v.Lines {
		switch l := &v.Lines[i]; kind {
		case "project", "funding", "performance":
			if l.Project == code {
				return true
			}
		case "contract", "roster":
			if l.Contract == code {
				return true
			}
		default:
			return true
		}
	}
	return false
}
