package payments

import (
	"slices"

	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// WaiverState (豁免状态) is where a waiver stands.
type WaiverState string

// The states of a waiver.
const (
	WaiverProposed WaiverState = "PROPOSED" // granted by its maker, not yet by both approvers
	WaiverInForce  WaiverState = "IN_FORCE"
	WaiverRevoked  WaiverState = "REVOKED"
)

// Waiver (豁免) releases gates of a kind of payment for a scope, up to an amount
// and a day, by a decision that two approvers confirm, each by their own account
// (DOMAIN 4.8).
type Waiver struct {
	Code      string        `json:"code"`
	State     WaiverState   `json:"state"`
	Decision  string        `json:"decision"`
	Reason    string        `json:"reason"`
	Maker     ledger.ID     `json:"maker"`
	Approvers []ledger.ID   `json:"approvers"`
	Approved  []ledger.ID   `json:"approved,omitempty"`
	Kind      PayKind       `json:"kind"`
	Gates     []Gate        `json:"gates"`
	Project   string        `json:"project,omitempty"`
	Contract  string        `json:"contract,omitempty"` // or roster
	Limit     ledger.Amount `json:"limit"`
	Used      ledger.Amount `json:"used,omitempty"`
	Expires   ledger.Date   `json:"expires"` // last day
	Document  ledger.Digest `json:"document,omitzero"`
	Payments  []WaiverUse   `json:"payments,omitempty"`
}

// WaiverUse (豁免使用) is one payment that a waiver released.
type WaiverUse struct {
	Request string        `json:"request"` // or claim, batch
	On      ledger.Date   `json:"on"`
	Amount  ledger.Amount `json:"amount"`
	Gates   []Gate        `json:"gates"`
	Void    bool          `json:"void,omitempty"`
}

// WaiverCmd grants a waiver. It is in force when both approvers have confirmed it.
type WaiverCmd struct {
	Code      string        `json:"code" validate:"required,max=64"`
	Decision  string        `json:"decision" validate:"required,max=80"`
	Reason    string        `json:"reason" validate:"required,max=400"`
	Approvers []ledger.ID   `json:"approvers" validate:"required,len=2"`
	Kind      PayKind       `json:"kind" validate:"required,max=20"`
	Gates     []Gate        `json:"gates" validate:"required,min=1,max=20"`
	Project   string        `json:"project,omitempty" validate:"max=64"`
	Contract  string        `json:"contract,omitempty" validate:"max=64"`
	Limit     ledger.Amount `json:"limit"`
	Expires   ledger.Date   `json:"expires" validate:"required"`
	Document  ledger.Digest `json:"document,omitzero"`
}

// ApproveWaiverCmd is an approver's own confirmation.
type ApproveWaiverCmd struct {
	Code string `json:"code" validate:"required,max=64"`
}

// RevokeWaiverCmd ends a waiver; payments made under it keep it.
type RevokeWaiverCmd struct {
	Code   string `json:"code" validate:"required,max=64"`
	Reason string `json:"reason" validate:"required,max=200"`
}

type (
	waiverApproved struct{ By ledger.ID }
	waiverRevoked  struct{ Reason string }
	waiverReleased struct{ Request string }
)

var waiverFile = dossier.NewKind("waiver", func(w *Waiver) dossier.Index {
	parent := w.Contract
	if parent == "" {
		parent = w.Project
	}
	return dossier.Index{Status: string(w.State), Parent: parent, Title: w.Decision, Year: w.Expires.Year(), Amount: int64(w.Limit)}
})

var (
	grantedWaiver  = dossier.On(waiverFile, "waiver.granted", func(w *Waiver, f *Waiver, _ dossier.Stamp) { *w = *f })
	approvedWaiver = dossier.On(waiverFile, "waiver.approved", func(w *Waiver, f *waiverApproved, _ dossier.Stamp) {
		if w.Approved = append(w.Approved, f.By); len(w.Approved) == len(w.Approvers) {
			w.State = WaiverInForce
		}
	})
	revokedWaiver = dossier.On(waiverFile, "waiver.revoked", func(w *Waiver, f *waiverRevoked, _ dossier.Stamp) {
		w.State, w.Reason = WaiverRevoked, w.Reason+"；撤销："+f.Reason
	})
	usedWaiver = dossier.On(waiverFile, "waiver.used", func(w *Waiver, f *WaiverUse, _ dossier.Stamp) {
		w.Used += f.Amount
		w.Payments = append(w.Payments, *f)
	})
	releasedWaiver = dossier.On(waiverFile, "waiver.released", func(w *Waiver, f *waiverReleased, _ dossier.Stamp) {
		for i := range w.Payments {
			if u := &w.Payments[i]; u.Request == f.Request && !u.Void {
				u.Void = true
				w.Used -= u.Amount
			}
		}
	})
)

// grant decides whether a waiver may be granted by its maker.
func (c *WaiverCmd) grant(maker ledger.ID, today ledger.Date) (Waiver, error) {
	w := Waiver{
		Code: c.Code, State: WaiverProposed, Decision: c.Decision, Reason: c.Reason, Maker: maker, Approvers: c.Approvers, Kind: c.Kind,
		Gates: c.Gates, Project: c.Project, Contract: c.Contract, Limit: c.Limit, Expires: c.Expires, Document: c.Document,
	}
	switch a, b := c.Approvers[0], c.Approvers[1]; {
	case a.IsZero() || b.IsZero() || a == b:
		return Waiver{}, ErrWaiverPerson.With("两名审批人相同或缺失：%s、%s", a, b)
	case a == maker || b == maker:
		return Waiver{}, ErrWaiverPerson.With("经办人 %s 不能是审批人", maker)
	case c.Kind.Chinese() == "":
		return Waiver{}, ErrWaiver.With("支付类型 %q 不在表内", c.Kind)
	case c.Limit <= 0 || c.Limit > ledger.MaxLine:
		return Waiver{}, ErrWaiver.With("金额上限 %s 须大于零", c.Limit)
	case c.Expires < today:
		return Waiver{}, ErrWaiver.With("有效期至 %s，早于今天 %s", c.Expires, today)
	case c.Project == "" && c.Contract == "" && c.Kind != PayToTownship && c.Kind != PayRemit:
		return Waiver{}, ErrWaiver.With("须指明项目、合同或名册：豁免只对所指的支付有效")
	}
	for _, g := range c.Gates {
		if !waivable(c.Kind, g) {
			return Waiver{}, ErrWaiver.With("%s没有可豁免的条件 %q", c.Kind.Chinese(), g)
		}
	}
	return w, nil
}

// waivable reports whether a gate of a kind may block.
func waivable(kind PayKind, g Gate) bool {
	return g != GateAuthority && slices.ContainsFunc(gateTable, func(r GateRow) bool {
		return r.Kind == kind && r.Gate == g && r.Effect != EffectNone
	})
}

// approve decides about an approver's confirmation.
func (w *Waiver) approve(who ledger.ID, today ledger.Date) error {
	switch {
	case w.State != WaiverProposed:
		return ErrWaiver.With("豁免 %s 现为 %s，不须再批", w.Code, w.State)
	case !slices.Contains(w.Approvers, who):
		return ErrWaiverPerson.With("豁免 %s 的审批人不是本账户", w.Code)
	case slices.Contains(w.Approved, who):
		return ErrWaiverPerson.With("豁免 %s 本账户已批准，须另一名审批人批准", w.Code)
	case today > w.Expires:
		return ErrWaiver.With("豁免 %s 已于 %s 过期", w.Code, w.Expires)
	}
	return nil
}

// occasion is the payment that a waiver is asked to release.
type occasion struct {
	kind     PayKind
	projects []string
	contract string
	amount   ledger.Amount
	today    ledger.Date // the day of recording: nobody dates a payment back into a waiver
}

// covers refuses a payment that lies outside the waiver.
func (w *Waiver) covers(o *occasion) error {
	switch {
	case w.State != WaiverInForce:
		return ErrWaiverUse.With("豁免 %s 现为 %s，尚未由两名审批人批准或已撤销", w.Code, w.State)
	case w.Kind != o.kind:
		return ErrWaiverUse.With("豁免 %s 用于%s，本次为%s", w.Code, w.Kind.Chinese(), o.kind.Chinese())
	case w.Contract != "" && w.Contract != o.contract:
		return ErrWaiverUse.With("豁免 %s 用于合同（名册）%s，本次为 %s", w.Code, w.Contract, o.contract)
	case w.Project != "" && (len(o.projects) != 1 || o.projects[0] != w.Project):
		return ErrWaiverUse.With("豁免 %s 用于项目 %s，本次为 %v", w.Code, w.Project, o.projects)
	case o.today > w.Expires:
		return ErrWaiverUse.With("豁免 %s 已于 %s 过期，今天 %s", w.Code, w.Expires, o.today)
	case o.amount > w.Limit-w.Used:
		return ErrWaiverUse.With("豁免 %s 上限 %s，已用 %s，本次 %s，超出 %s", w.Code, w.Limit, w.Used, o.amount, o.amount-(w.Limit-w.Used))
	}
	return nil
}

// release turns blocks that the waiver names into waived gates, and returns which.
func (w *Waiver) release(results []GateResult) []Gate {
	var out []Gate
	for i := range results {
		if r := &results[i]; r.Outcome == Blocks && slices.Contains(w.Gates, r.Gate) {
			r.Outcome = Waived
			out = append(out, r.Gate)
		}
	}
	return out
}
