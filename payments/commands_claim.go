package payments

import (
	"cmp"
	"context"

	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/projects"
)

// AddEvidence records a document by its content. The file was stored under its
// digest before.
func AddEvidence(ctx context.Context, tx *db.Tx, c EvidenceCmd) error {
	e, err := c.evidence(dayOf(tx), tx.Unit)
	if err != nil {
		return err
	}
	var s Evidence
	return evidenceAdded.Open(ctx, tx, codeOf(c.Digest), &s, e)
}

// loadDocuments loads the documents that a command cites, each once.
func loadDocuments(ctx context.Context, tx *db.Tx, digests []ledger.Digest) ([]Evidence, error) {
	out := make([]Evidence, 0, len(digests))
	seen := map[ledger.Digest]bool{}
	for _, d := range digests {
		if seen[d] {
			return nil, ErrClaim.With("材料 %s 列了两次", codeOf(d)[:12])
		}
		seen[d] = true
		e, err := evidenceFile.Load(ctx, tx, codeOf(d))
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// SubmitClaim submits a claim with its whole content; one that was returned or
// withdrawn is submitted again under its code.
func SubmitClaim(ctx context.Context, tx *db.Tx, c ClaimCmd) error {
	s := submission{today: dayOf(tx), unit: tx.Unit}
	var err error
	if s.contract, err = projects.LoadContract(ctx, tx, c.Contract); err != nil {
		return err
	}
	if err := c.checkOwner(&s); err != nil { // first: no refusal tells a township what another's contract says
		return err
	}
	if s.docs, err = loadDocuments(ctx, tx, c.Documents); err != nil {
		return err
	}
	if s.policies, err = policiesOf(ctx, tx); err != nil {
		return err
	}
	again, err := claimFile.Exists(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	var old Claim
	if again {
		if old, err = claimFile.Load(ctx, tx, c.Code); err != nil {
			return err
		}
		if tx.Unit != "" && old.Town != tx.Unit {
			return ErrNotOwn.With("报账单 %s 属 %s，账户属 %s", c.Code, orCounty(old.Town), tx.Unit)
		}
		if !old.dead() || old.Contract != c.Contract {
			return ErrClaimState.With("报账单 %s 现为 %s（合同 %s）；只有退回或撤回的可按原编号、原合同重新报送", c.Code, old.State, old.Contract)
		}
	}
	if s.standing, err = loadStanding(ctx, tx, &s.contract, c.Mode); err != nil {
		return err
	}
	if c.Kind.standsDue() {
		if s.due, err = freeDue(ctx, tx, c.Contract, cmp.Or(c.Payee, s.contract.Payee), s.standing.claims); err != nil {
			return err
		}
	}
	out, err := c.decide(&s)
	if err != nil {
		return err
	}
	out.Maker = tx.Actor
	if out.Invoices, err = drawInvoices(ctx, tx, &c); err != nil {
		return err
	}
	if again {
		return submitted.Record(ctx, tx, c.Code, &old, out)
	}
	if err := submitted.Open(ctx, tx, c.Code, &old, out); err != nil {
		return err
	}
	return enlist(ctx, tx, &out)
}

// enlist puts a new claim into the file of its contract.
func enlist(ctx context.Context, tx *db.Tx, c *Claim) error {
	f := payfileClaim{c.Contract, c.Town, c.Code}
	known, err := payFile.Exists(ctx, tx, c.Contract)
	if err != nil {
		return err
	}
	var p PayFile
	if !known {
		return payfileClaimed.Open(ctx, tx, c.Contract, &p, f)
	}
	if p, err = payFile.Load(ctx, tx, c.Contract); err != nil {
		return err
	}
	return payfileClaimed.Record(ctx, tx, c.Contract, &p, f)
}

// drawInvoices draws the claim's amounts on its invoices, registering new ones.
func drawInvoices(ctx context.Context, tx *db.Tx, c *ClaimCmd) ([]InvoiceShare, error) {
	var out []InvoiceShare
	seen := map[string]bool{}
	for i := range c.Invoices {
		u := &c.Invoices[i]
		key := u.Key()
		if seen[key] {
			return nil, ErrInvoice.With("发票 %s 列了两次", key)
		}
		seen[key] = true
		known, err := invoiceFile.Exists(ctx, tx, key)
		if err != nil {
			return nil, err
		}
		var v Invoice
		if known {
			if v, err = invoiceFile.Load(ctx, tx, key); err != nil {
				return nil, err
			}
		}
		f, err := v.draw(u, c.Code, c.Date)
		if err != nil {
			return nil, fault.From(err).AtText("invoices", fault.Say("%s", key), u.Draw.String())
		}
		if known {
			err = drewInvoice.Record(ctx, tx, key, &v, f)
		} else {
			err = drewInvoice.Open(ctx, tx, key, &v, f)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, InvoiceShare{key, u.Issuer, u.Draw})
	}
	return out, nil
}

// ReviewClaim signs the township's or department's opinion. In township mode the
// claim is then due, and its pay-by date runs.
func ReviewClaim(ctx context.Context, tx *db.Tx, r ReviewCmd) error {
	w, err := loadPaying(ctx, tx, r.Claim)
	if err != nil {
		return err
	}
	if err := w.claim.review(&r, w.today); err != nil {
		return err
	}
	f := claimReviewed{Opinion: r.Opinion, Signer: r.Signer, On: r.On}
	if w.claim.Mode == ModeTownship {
		if f.PayBy, f.WageBy, err = payBy(r.On, &w.contract, w.policies); err != nil {
			return err
		}
	}
	return reviewed.Record(ctx, tx, r.Claim, &w.claim, f)
}

// EndClaimCmd returns a claim to its unit, or withdraws it.
type EndClaimCmd struct {
	Claim  string `json:"claim" validate:"required,max=80"`
	Reason string `json:"reason" validate:"required,max=200"`
}

// ReturnClaim returns a claim with a reason; what it drew on invoices is free
// again.
func ReturnClaim(ctx context.Context, tx *db.Tx, r EndClaimCmd) error {
	w, err := loadPaying(ctx, tx, r.Claim)
	if err != nil {
		return err
	}
	if err := w.claim.may(evReturn); err != nil {
		return err
	}
	if err := releaseInvoices(ctx, tx, &w.claim); err != nil {
		return err
	}
	return returned.Record(ctx, tx, r.Claim, &w.claim, claimEnded{r.Reason})
}

// WithdrawClaim takes a claim back before it is accepted or requested.
func WithdrawClaim(ctx context.Context, tx *db.Tx, r EndClaimCmd) error {
	w, err := loadPaying(ctx, tx, r.Claim)
	if err != nil {
		return err
	}
	if err := w.claim.may(evWithdraw); err != nil {
		return err
	}
	if err := releaseInvoices(ctx, tx, &w.claim); err != nil {
		return err
	}
	return withdrawn.Record(ctx, tx, r.Claim, &w.claim, claimEnded{r.Reason})
}

func releaseInvoices(ctx context.Context, tx *db.Tx, c *Claim) error {
	for _, s := range c.Invoices {
		v, err := invoiceFile.Load(ctx, tx, s.Invoice)
		if err != nil {
			return err
		}
		if err := releasedInvoice.Record(ctx, tx, s.Invoice, &v, invoiceReleased{c.Code}); err != nil {
			return err
		}
	}
	return nil
}

// GrantWaiver proposes a waiver; it is in force when both approvers have confirmed
// it by their own accounts.
func GrantWaiver(ctx context.Context, tx *db.Tx, c WaiverCmd) error {
	w, err := c.grant(tx.Actor, dayOf(tx))
	if err != nil {
		return err
	}
	var s Waiver
	return grantedWaiver.Open(ctx, tx, c.Code, &s, w)
}

// ApproveWaiver is an approver's confirmation.
func ApproveWaiver(ctx context.Context, tx *db.Tx, c ApproveWaiverCmd) error {
	w, err := waiverFile.Load(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if err := w.approve(tx.Actor, dayOf(tx)); err != nil {
		return err
	}
	return approvedWaiver.Record(ctx, tx, c.Code, &w, waiverApproved{tx.Actor})
}

// RevokeWaiver ends a waiver for payments to come.
func RevokeWaiver(ctx context.Context, tx *db.Tx, c RevokeWaiverCmd) error {
	w, err := waiverFile.Load(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if w.State == WaiverRevoked {
		return ErrWaiver.With("豁免 %s 已撤销", c.Code)
	}
	return revokedWaiver.Record(ctx, tx, c.Code, &w, waiverRevoked{c.Reason})
}
