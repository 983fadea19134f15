package app_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

const (
	builder = "赣南建设有限公司"
	bureau  = "县水利局"
	ourTown = "欣山镇"
)

// claimWorld is a county with two lots, a road of the county under contract H1 and
// a canal of a township under contract H2, both ready to be paid.
type claimWorld struct {
	*store
	a, b ledger.LotID
	docs int
}

func newClaimWorld(t testing.TB, d *db.DB) *claimWorld {
	t.Helper()
	w := &claimWorld{store: newStore(t, d)}
	w.a, w.b = w.lot("A", "1000000.00"), w.lot("B", "500000.00")
	w.project(projects.Project{Code: "J1", Name: "通村公路", Unit: bureau, State: "CONTRACTED", Year: 2026, Posted: []projects.Posted{
		{Type: "N5", From: day("2026-03-10"), To: day("2026-03-20")},
	}})
	w.project(projects.Project{Code: "J2", Name: "水渠", Unit: ourTown, Town: ourTown, State: "CONTRACTED", Year: 2026, Posted: []projects.Posted{
		{Type: "N5", From: day("2026-03-10"), To: day("2026-03-20")},
	}})
	w.contract(projects.Contract{
		Code: "H1", Name: "通村公路施工", Kind: "works", State: projects.ContractStarted, Payee: builder, Unit: bureau, SignedOn: day("2026-03-25"),
		Signed: fen("900000.00"), Amount: fen("900000.00"), Projects: []projects.ProjectPart{{Project: "J1", Amount: fen("900000.00")}},
		Terms: projects.Terms{AdvanceBP: 3000, RetentionBP: 300, DefectMonths: 12},
	})
	w.contract(projects.Contract{
		Code: "H2", Name: "水渠施工", Kind: "works", State: projects.ContractStarted, Payee: builder, Unit: ourTown, Town: ourTown, SignedOn: day("2026-03-25"),
		Signed: fen("200000.00"), Amount: fen("200000.00"), Projects: []projects.ProjectPart{{Project: "J2", Amount: fen("200000.00")}},
		Terms: projects.Terms{AdvanceBP: 3000, RetentionBP: 300},
	})
	road := []ledger.Part{{Lot: w.a, Amount: fen("600000.00")}, {Lot: w.b, Amount: fen("300000.00")}}
	canal := part(w.a, "200000.00")
	w.post(
		ledger.Posting{Event: "E07", Date: day("2026-03-05"), From: "7101", Project: "J1", Unit: bureau, Parts: road},
		ledger.Posting{Event: "E08", Date: day("2026-03-25"), Project: "J1", Contract: "H1", Payee: builder, Unit: bureau, Parts: road},
		ledger.Posting{Event: "E07", Date: day("2026-03-05"), From: "7101", Project: "J2", Unit: ourTown, Parts: canal},
		ledger.Posting{Event: "E08", Date: day("2026-03-25"), Project: "J2", Contract: "H2", Payee: builder, Unit: ourTown, Parts: canal},
	)
	return w
}

func (w *claimWorld) project(p projects.Project) {
	w.t.Helper()
	w.do(app.RoomCommand(p, projects.StubProject))
}

func (w *claimWorld) contract(c projects.Contract) {
	w.t.Helper()
	w.do(app.RoomCommand(c, projects.StubContract))
}

// as runs an operation for somebody.
func (w *claimWorld) as(who auth.Who, name string, body any) error {
	_, err := w.Run(w.t.Context(), app.Request{County: county, Who: who, Key: w.nextKey()}, name, body)
	return err
}

// run runs an operation that must succeed.
func (w *claimWorld) run(name string, body any) {
	w.t.Helper()
	if err := w.as(finance, name, body); err != nil {
		w.t.Fatalf("%s %+v: %v", name, body, err)
	}
}

// refuse runs an operation that must be refused with a fault.
func (w *claimWorld) refuse(want *fault.Error, name string, body any) {
	w.t.Helper()
	if err := w.as(finance, name, body); !errors.Is(err, want) {
		w.t.Fatalf("%s %+v: %v, want %s", name, body, err, want.Code)
	}
}

// doc records a document of a kind for a contract.
func (w *claimWorld) doc(kind payments.DocType, date string) ledger.Digest {
	w.t.Helper()
	w.docs++
	d := ledger.Digest(sha256.Sum256(fmt.Appendf(nil, "document %d", w.docs)))
	w.run("evidence.add", payments.EvidenceCmd{
		Digest: d, Type: kind, Title: kind.Chinese(), Date: day(date), Pages: 1, Size: 1000, Quantity: "1 项", Passed: true,
	})
	return d
}

func (w *claimWorld) papers(date string, kinds ...payments.DocType) []ledger.Digest {
	w.t.Helper()
	out := make([]ledger.Digest, len(kinds))
	for i, k := range kinds {
		out[i] = w.doc(k, date)
	}
	return out
}

// The documents that each kind of claim must bring.
var (
	advancePapers  = []payments.DocType{payments.DocClaimForm, payments.DocContract, payments.DocAdvanceAsk}
	progressPapers = []payments.DocType{payments.DocClaimForm, payments.DocExpense, payments.DocInvoice, payments.DocMeasurement}
	townPapers     = append([]payments.DocType{payments.DocApproval}, progressPapers...)
)

// claim is a claim with its papers and, for work done, one invoice.
func (w *claimWorld) claim(c payments.ClaimCmd, amount, offset string, kinds []payments.DocType) payments.ClaimCmd {
	w.t.Helper()
	if c.Mode == "" {
		c.Mode = payments.ModeCounty
	}
	project := "J1"
	if c.Contract == "H2" {
		project = "J2"
	}
	p := payments.ClaimPart{Project: project, Amount: fen(amount)}
	if offset != "" {
		p.Offset = fen(offset)
	}
	c.Parts = []payments.ClaimPart{p}
	c.Documents = w.papers(c.Date.String(), kinds...)
	if c.Kind == payments.ClaimProgress || c.Kind == payments.ClaimFinal {
		c.Invoices = []payments.InvoiceUse{{
			Number: "24362000000" + c.Code, Issuer: builder, Date: c.Date, Amount: fen(amount), File: c.Documents[0], Draw: fen(amount),
		}}
	}
	return c
}

// accepted brings a claim to acceptance, on the same day.
func (w *claimWorld) accepted(c payments.ClaimCmd) {
	w.t.Helper()
	w.reviewed(c)
	w.run("claim.accept", payments.AcceptCmd{Claim: c.Code, On: c.Date})
}

func (w *claimWorld) reviewed(c payments.ClaimCmd) {
	w.t.Helper()
	w.run("claim.submit", c)
	w.run("claim.review", payments.ReviewCmd{Claim: c.Code, Opinion: "同意", Signer: "张某", On: c.Date})
}

// pay is a request of the whole amount to the contractor.
func pay(code, claim, on, amount string) payments.RequestCmd {
	return payments.RequestCmd{Code: code, Claim: claim, On: day(on), Payees: []payments.ReceiverCmd{
		{Kind: payments.ToContractor, Name: builder, Account: "6222000011112222", Amount: fen(amount)},
	}}
}

// balance adds up an account of the county over its keys, debit positive.
func (w *claimWorld) balance(match func(k *ledger.Key) bool) string {
	w.t.Helper()
	row, err := db.FindCounty(w.t.Context(), w.db.Read, county)
	if err != nil {
		w.t.Fatal(err)
	}
	all, err := ledger.CountyBalances(w.t.Context(), w.db.Read, row.County)
	if err != nil {
		w.t.Fatal(err)
	}
	var sum ledger.Amount
	for i := range all {
		if match(&all[i].Key) {
			sum += all[i].Net
		}
	}
	return sum.String()
}

// wantBalances compares accounts, written as "7202 H1" or "1002 欣山镇".
func (w *claimWorld) wantBalances(want map[string]string) {
	w.t.Helper()
	for name, amount := range want {
		var account, dim string
		if n, err := fmt.Sscan(name, &account, &dim); n < 1 {
			w.t.Fatalf("%q: %v", name, err)
		}
		got := w.balance(func(k *ledger.Key) bool {
			book := string(k.Book) == dim
			return string(k.Account)+dotted(k.Sub) == account && (dim == "" && k.Book == ledger.County || book || dim != "" && k.Contract == dim)
		})
		if got != amount {
			w.t.Errorf("%s = %s, want %s", name, got, amount)
		}
	}
}

func dotted(sub string) string {
	if sub == "A" || sub == "P" {
		return "." + sub
	}
	return ""
}

// find returns a claim as it stands.
func (w *claimWorld) find(code string) payments.Claim {
	w.t.Helper()
	row, err := db.FindCounty(w.t.Context(), w.db.Read, county)
	if err != nil {
		w.t.Fatal(err)
	}
	c, err := payments.FindClaim(w.t.Context(), w.db.Read, row.County, code, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return c.State
}

// readBack loads a dossier inside a command that records a policy, since a command
// must record something.
func readBack[T any](code string, out *T, load func(context.Context, *db.Tx, string) (T, error)) app.Command {
	return app.RoomCommand(struct{}{}, func(ctx context.Context, tx *db.Tx, _ struct{}) error {
		var err error
		if *out, err = load(ctx, tx, code); err != nil {
			return err
		}
		return ledger.SetPolicy(ctx, tx, ledger.Policy{Name: "test.read", Value: code})
	})
}

// verified folds every dossier from the log again and compares.
func (w *claimWorld) verified() {
	w.t.Helper()
	row, err := db.FindCounty(w.t.Context(), w.db.Read, county)
	if err != nil {
		w.t.Fatal(err)
	}
	bad, err := dossier.Verify(w.t.Context(), w.db.Read, row.County)
	if err != nil || len(bad) > 0 {
		w.t.Fatalf("verify: %v %v", bad, err)
	}
}
