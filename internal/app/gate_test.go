package app_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// TestInternalEventsLeaveTheRawDoor posts every event of the table directly: the
// internal ones are refused with the command to use, whoever asks.
func TestInternalEventsLeaveTheRawDoor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		everything := auth.LocalOperator // every money permission there is
		seen := 0
		for _, e := range ledger.Events() {
			for _, s := range e.Steps {
				items := []ledger.Posting{{Event: e.Code, Step: s.Name, Date: day("2026-06-01")}}
				_, err := w.Do(t.Context(), app.Request{County: county, Who: everything, Key: w.nextKey()}, app.PostCmd{Items: items})
				if refused := errors.Is(err, app.ErrInternalEvent); refused != e.Internal {
					t.Errorf("%s %s: %v, internal %v", e.Code, s.Name, err, e.Internal)
				}
				if e.Internal {
					seen++
					if !strings.Contains(err.Error(), "请用 ") || strings.Contains(err.Error(), "请用 （") {
						t.Errorf("%s names no command: %v", e.Code, err)
					}
				}
			}
		}
		if seen < 40 {
			t.Errorf("only %d internal steps were tried", seen)
		}
	})
}

// TestTheReversalOfAnInternalEventIsInternal reverses a commitment by the raw door.
func TestTheReversalOfAnInternalEventIsInternal(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		out := w.post(ledger.Posting{
			Event: "E09", Date: day("2026-04-01"), Project: w.j1, Contract: "H1", Payee: builder, Unit: bureau, Parts: part(w.a, "-1.00"),
		})
		red := ledger.Posting{Event: "E23", Date: day("2026-04-02"), Reverses: out.Records[0].Seq}
		if _, err := w.try(app.PostCmd{Items: []ledger.Posting{red}}); !errors.Is(err, app.ErrInternalEvent) {
			t.Errorf("reversal of E09: %v", err)
		}
		out = w.post(ledger.Posting{Event: "E01", Date: day("2026-04-01"), Parts: part(w.a, "1.00")})
		red.Reverses = out.Records[0].Seq
		w.do(app.PostCmd{Items: []ledger.Posting{red}})
	})
}

// TestNothingIsPaidExceptThroughClaimRequestPayment gives a token every permission
// and tries each shorter way.
func TestNothingIsPaidExceptThroughClaimRequestPayment(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		before := w.balance(func(k *ledger.Key) bool { return k.Account == "1001" })
		in := w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimProgress, Contract: "H1", Date: day("2026-04-01")}, "100.00", "", progressPapers)
		q := pay("Q1", "B1", "2026-04-02", "97.00")
		confirm := payments.ConfirmCmd{Request: "Q1", On: day("2026-04-03"), Reference: "GK-1"}
		short := func(step string, want error, name string, body any) {
			t.Helper()
			if err := w.as(auth.LocalOperator, name, body); !errors.Is(err, want) {
				t.Errorf("%s: %s answers %v", step, name, err)
			}
		}
		short("no claim", dossier.ErrUnknown, "payment.request", q)
		short("no request", dossier.ErrUnknown, "payment.confirm", confirm)
		w.must("claim.submit", in)
		short("not reviewed", payments.ErrClaimState, "claim.accept", payments.AcceptCmd{Claim: "B1", On: day("2026-04-01")})
		short("not reviewed", payments.ErrClaimState, "payment.request", q)
		w.must("claim.review", payments.ReviewCmd{Claim: "B1", Opinion: "同意", Signer: "张某", On: day("2026-04-01")})
		short("not accepted", payments.ErrClaimState, "payment.request", q)
		short("by the township's door", payments.ErrRequest, "township.request", q)
		w.must("claim.accept", payments.AcceptCmd{Claim: "B1", On: day("2026-04-01")})
		short("not requested", dossier.ErrUnknown, "payment.confirm", confirm)
		w.must("payment.request", q)
		short("by the township's door", payments.ErrRequest, "township.pay", confirm)
		if got := w.balance(func(k *ledger.Key) bool { return k.Account == "1001" }); got != before {
			t.Fatalf("1001 is %s, was %s: money left by a shorter way", got, before)
		}
		w.must("payment.confirm", confirm)
		if got := w.balance(func(k *ledger.Key) bool { return k.Account == "1001" }); got == before {
			t.Error("the whole way paid nothing")
		}
	})
}

// TestAWaiverShowsWhereverThePaymentShows releases a missing notice: the waiver
// stands on the request, on both entries, and in the auditors' list.
func TestAWaiverShowsWhereverThePaymentShows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.policy("books_lag", "off")
		w.must("project.withdraw_notice", projects.WithdrawNoticeCmd{Project: w.j1, Type: "N5", Reason: "异议成立"})
		w.accepted(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimAdvance, Contract: "H1", Date: day("2026-04-01")}, "100000.00", "", advancePapers))
		q := pay("Q1", "B1", "2026-06-14", "100000.00")
		w.refused(finance, payments.ErrGate, "payment.request", q)
		one, two := finance, finance
		one.ID, two.ID = [16]byte{15: 21}, [16]byte{15: 22}
		grant := payments.WaiverCmd{
			Code: "M1", Decision: "安扶组〔2026〕5号", Reason: "汛前抢修", Approvers: []ledger.ID{one.ID, two.ID}, Kind: payments.PayAdvance,
			Gates: []payments.Gate{payments.GateN5}, Contract: "H1", Limit: fen("150000.00"), Expires: day("2026-06-15"),
		}
		w.must("waiver.grant", grant)
		q.Waiver = "M1"
		w.refused(finance, payments.ErrWaiverUse, "payment.request", q)
		w.refused(finance, payments.ErrWaiverPerson, "waiver.approve", payments.ApproveWaiverCmd{Code: "M1"}) // its maker
		for _, who := range []auth.Who{one, two} {
			if err := w.as(who, "waiver.approve", payments.ApproveWaiverCmd{Code: "M1"}); err != nil {
				t.Fatal(err)
			}
		}
		w.must("payment.request", q)
		w.must("payment.void", payments.VoidCmd{Request: "Q1", On: day("2026-06-14"), Reason: "更正"})
		q.Code = "Q2"
		w.must("payment.request", q)
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q2", On: day("2026-06-15"), Reference: "GK-1"})

		row := w.row().County
		waivers, err := dossiersOf[payments.Waiver](t.Context(), w.db.Read, row, "waiver")
		if err != nil || len(waivers) != 1 {
			t.Fatalf("waivers %v %v", waivers, err)
		}
		got := waivers[0]
		if got.Used != fen("100000.00") || len(got.Payments) != 2 || !got.Payments[0].Void || got.Payments[1].Request != "Q2" || got.Payments[1].Void {
			t.Errorf("the list says %+v", got)
		}
		request, err := dossierOf[payments.Request](t.Context(), w.db.Read, row, "request", "Q2")
		if err != nil {
			t.Fatal(err)
		}
		if r := request; r.Waiver != "M1" || len(r.Gates) != 1 || r.Gates[0].Outcome != payments.Waived || r.Gates[0].Gate != payments.GateN5 {
			t.Errorf("the request says %s %+v", r.Waiver, r.Gates)
		}
		if got := w.waivedEntries(); !slices.Equal(got, []string{"E10 reserve", "E10v ", "E10 reserve", "E10 confirm"}) {
			t.Errorf("the waiver stands on %v", got)
		}
		w.clock.Store(at("2026-06-16")) // it is over: nobody dates a payment back into it
		w.accepted(w.claim(payments.ClaimCmd{Code: "B2", Kind: payments.ClaimAdvance, Contract: "H1", Date: day("2026-06-14")}, "10000.00", "", advancePapers))
		w.must("payment.returned", payments.ReturnedCmd{Request: "Q2", Payee: 1, On: day("2026-06-15"), Reference: "GK-2", Reason: "退票"})
		late := pay("Q3", "B2", "2026-06-15", "10000.00")
		late.Waiver = "M1"
		w.refused(finance, payments.ErrWaiverUse, "payment.request", late)
		w.intact()
	})
}

// entries lists the entries of the county in order.
func (b *store) entries() []ledger.Entry {
	b.t.Helper()
	recs, err := db.RecordsOfKind(b.t.Context(), b.db.Read, b.row().County, ledger.KindEntry)
	if err != nil {
		b.t.Fatal(err)
	}
	out := make([]ledger.Entry, len(recs))
	for i := range recs {
		if out[i], err = ledger.EntryOf(&recs[i]); err != nil {
			b.t.Fatal(err)
		}
	}
	return out
}

// waivedEntries lists the entries that carry a waiver.
func (b *store) waivedEntries() []string {
	b.t.Helper()
	var out []string
	for _, e := range b.entries() {
		if e.Waiver != "" {
			out = append(out, string(e.Event)+" "+e.Step)
		}
	}
	return out
}

// waived grants a waiver that two others approve.
func (b *store) waived(c payments.WaiverCmd) {
	b.t.Helper()
	one, two := finance, finance
	one.ID, two.ID = [16]byte{15: 21}, [16]byte{15: 22}
	c.Decision, c.Reason, c.Approvers = "安扶组〔2026〕5号", "汛前抢修", []ledger.ID{one.ID, two.ID}
	b.must("waiver.grant", c)
	for _, who := range []auth.Who{one, two} {
		if err := b.as(who, "waiver.approve", payments.ApproveWaiverCmd{Code: c.Code}); err != nil {
			b.t.Fatal(err)
		}
	}
}

// TestSixteenPaymentsAtTheLimitNeverPassIt sends sixteen requests at once, of which
// ten fit to the fen.
func TestSixteenPaymentsAtTheLimitNeverPassIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.accepted(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimAdvance, Contract: "H1", Date: day("2026-04-01")}, "100000.09", "", advancePapers))
		errs := make([]error, 16)
		paid := make([]error, 16)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Add(1)
			go func() {
				defer wg.Done()
				q := pay(fmt.Sprintf("Q%d", i), "B1", "2026-04-02", "10000.00")
				q.Amount = fen("10000.00")
				if errs[i] = w.as(finance, "payment.request", q); errs[i] == nil {
					paid[i] = w.as(finance, "payment.confirm", payments.ConfirmCmd{Request: q.Code, On: day("2026-04-03"), Reference: "GK-" + q.Code})
				}
			}()
		}
		wg.Wait()
		done := 0
		for i, err := range errs {
			switch {
			case err == nil && paid[i] == nil:
				done++
			case !errors.Is(err, payments.ErrRequestBeyond):
				t.Errorf("request %d: %v, confirmed %v", i, err, paid[i])
			}
		}
		if done != 10 {
			t.Errorf("%d payments went through, want 10", done)
		}
		w.wantBalances(map[string]string{"1201 H1": "100000.00", "7204.A H1": "0.00"})
		if got := w.find("B1"); got.Left() != fen("0.09") {
			t.Errorf("left %s, want 0.09", got.Left())
		}
		w.intact()
	})
}

// TestATownshipsAccountKeepsToItsOwn tries another's contract and the county's
// approval with a township's account.
func TestATownshipsAccountKeepsToItsOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		own := auth.Who{ID: [16]byte{15: 31}, Name: "欣山财政所", Role: auth.Township, County: county, Unit: ourTown}
		other := auth.Who{ID: [16]byte{15: 32}, Name: "长沙财政所", Role: auth.Township, County: county, Unit: "长沙乡"}
		road := w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimAdvance, Contract: "H1", Date: day("2026-04-01")}, "100.00", "", advancePapers)
		canal := w.claim(payments.ClaimCmd{Code: "T1", Kind: payments.ClaimAdvance, Mode: payments.ModeTownship, Contract: "H2", Date: day("2026-04-01")}, "100.00", "", advancePapers)
		if err := w.as(own, "claim.submit", road); !errors.Is(err, payments.ErrNotOwn) {
			t.Errorf("the county's contract: %v", err)
		}
		if err := w.as(other, "claim.submit", canal); !errors.Is(err, dossier.ErrUnknown) {
			t.Errorf("another township's contract: %v", err)
		}
		if err := w.as(own, "claim.submit", canal); err != nil {
			t.Fatal(err)
		}
		review := payments.ReviewCmd{Claim: "T1", Opinion: "同意", Signer: "李某", On: day("2026-04-01")}
		if err := w.as(other, "claim.review", review); !errors.Is(err, dossier.ErrUnknown) {
			t.Errorf("another township reviews: %v", err)
		}
		if err := w.as(own, "claim.review", review); err != nil {
			t.Fatal(err)
		}
		for name, body := range map[string]any{
			"claim.accept": payments.AcceptCmd{Claim: "T1", On: day("2026-04-01")}, "township.approve": payments.ApproveTownshipCmd{Claim: "T1", On: day("2026-04-01")},
			"township.disallow": payments.DisallowCmd{Claim: "T1", On: day("2026-04-01"), Amount: 1, Reason: "x"}, "waiver.grant": payments.WaiverCmd{},
			"payment.confirm": payments.ConfirmCmd{Request: "R1", On: day("2026-04-01"), Reference: "X"},
		} {
			if err := w.as(own, name, body); !errors.Is(err, auth.ErrForbidden) && !errors.Is(err, app.ErrInvalid) {
				t.Errorf("a township runs %s: %v", name, err)
			}
		}
	})
}

// TestAFeeStaysWithinItsCap charges a management fee of one per cent and a fen
// more.
func TestAFeeStaysWithinItsCap(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		j9 := w.planned(projects.Project{Name: "项目管理费", Category: "07", Unit: bureau, Budget: fen("20000.00")}, lotPart(w.a, "20000.00"))
		w.must("contract.sign", projects.ContractSignCmd{
			Code: "H9", Name: "项目管理", Kind: "fee", Payee: "咨询公司", Unit: bureau, SignedOn: day("2026-03-25"), Date: day("2026-03-25"),
			Amount: fen("20000.00"), Projects: []projects.ProjectPart{{Project: j9, Amount: fen("20000.00")}},
			Funding: []projects.FundingPart{funded(j9, w.a, "20000.00")}, Digest: ledger.Digest{7},
		})
		fee := func(code, amount string) payments.ClaimCmd {
			c := payments.ClaimCmd{Code: code, Kind: payments.ClaimFee, Contract: "H9", Mode: payments.ModeCounty, Date: day("2026-04-01"), Parts: []payments.ClaimPart{{Project: j9, Amount: fen(amount)}}}
			c.Documents = w.papers("2026-04-01", payments.DocClaimForm, payments.DocExpense, payments.DocInvoice, payments.DocApproval)
			c.Invoices = []payments.InvoiceUse{{Number: "9900" + code, Issuer: "咨询公司", Date: c.Date, Amount: fen(amount), Draw: fen(amount), File: c.Documents[2]}}
			return c
		}
		w.accepted(fee("G1", "15000.00")) // one per cent of 1.5 million
		w.reviewed(fee("G2", "0.01"))
		w.refused(finance, payments.ErrGate, "claim.accept", payments.AcceptCmd{Claim: "G2", On: day("2026-04-01")})
		q := pay("Q1", "G1", "2026-04-02", "15000.00")
		q.Payees[0].Name = "咨询公司"
		w.must("payment.request", q)
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q1", On: day("2026-04-03"), Reference: "GK-1"})
		w.wantBalances(map[string]string{"5005": "15000.00", "2001 H9": "0.00", "7302 H9": "15000.00"})
		w.intact()
	})
}

// TestWagesGoFirst asks for a payment without the wage account.
func TestWagesGoFirst(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.signed("H5", bureau, projects.Terms{AdvanceBP: 3000, WageBP: 2000}, funded(w.j1, w.a, "1000.00"))
		w.accepted(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimAdvance, Contract: "H5", Date: day("2026-04-01")}, "100.00", "", advancePapers))
		w.refused(finance, payments.ErrGate, "payment.request", pay("Q1", "B1", "2026-04-02", "100.00"))
		q := pay("Q1", "B1", "2026-04-02", "80.00")
		q.Payees = append(q.Payees, payments.ReceiverCmd{Kind: payments.ToWages, Name: "工资专户", Account: "6222000099998888", Amount: fen("20.00")})
		w.must("payment.request", q)
		request, err := dossierOf[payments.Request](t.Context(), w.db.Read, w.row().County, "request", "Q1")
		if err != nil {
			t.Fatal(err)
		}
		if p := request.Payees[1]; p.Tail != "8888" || p.Account == (ledger.Digest{}) {
			t.Errorf("receiver %+v", p)
		}
		recs, err := db.RecordsOfKind(t.Context(), w.db.Read, w.row().County, "request.opened")
		if err != nil || len(recs) != 1 || bytes.Contains(recs[0].Body, []byte("622200009999")) {
			t.Errorf("the log keeps the account: %v", err)
		}
	})
}

// TestEvidenceIsKeptByItsContent stores a file twice, reads it, and spoils it.
func TestEvidenceIsKeptByItsContent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		meta := payments.EvidenceCmd{Type: payments.DocInvoice, Title: "发票", Date: day("2026-04-01"), Pages: 1}
		add := func(body string) error {
			_, err := w.AddEvidence(t.Context(), app.Request{County: county, Who: finance, Key: w.nextKey()}, strings.NewReader(body), meta)
			return err
		}
		if err := add("一份发票"); err != nil {
			t.Fatal(err)
		}
		if err := add("一份发票"); !errors.Is(err, dossier.ErrExists) {
			t.Errorf("the same file again: %v", err)
		}
		digest, size, err := w.StoreEvidence(strings.NewReader("一份发票"))
		if err != nil || size != len("一份发票") {
			t.Fatalf("%d bytes, %v", size, err)
		}
		body, err := w.OpenEvidence(digest)
		if err != nil || string(body) != "一份发票" {
			t.Errorf("read %q, %v", body, err)
		}
		if _, err := w.OpenEvidence(ledger.Digest{1}); !errors.Is(err, app.ErrNoEvidence) {
			t.Errorf("a file that nobody stored: %v", err)
		}
		if _, _, err := w.StoreEvidence(bytes.NewReader(make([]byte, payments.MaxEvidence+1))); !errors.Is(err, payments.ErrEvidenceSize) {
			t.Errorf("a byte too big: %v", err)
		}
	})
}
