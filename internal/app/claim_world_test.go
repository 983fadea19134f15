package app_test

import (
	"crypto/sha256"
	"fmt"
	"testing"

	"fundbook/internal/db"
	"fundbook/ledger"
	"fundbook/ledger/ledgertest"
	"fundbook/payments"
	"fundbook/projects"
)

const (
	builder = "赣南建设有限公司"
	bureau  = "县水利局"
	ourTown = "欣山镇"
)

// claimWorld is a county with two lots, a road of the county under contract H1 and
// a canal of a township under contract H2, both begun and ready to be paid. What
// the plan of the road holds beside H1 is for further contracts.
type claimWorld struct {
	*store
	a, b   ledger.LotID
	j1, j2 string // codes of the road and the canal
	docs   int
}

func newClaimWorld(t testing.TB, d *db.DB) *claimWorld {
	t.Helper()
	w := &claimWorld{store: newStore(t, d)}
	w.a, w.b = w.lot("A", "1000000.00"), w.lot("B", "500000.00")
	w.j1 = w.planned(projects.Project{Name: "通村公路", Category: "030101", Unit: bureau, Budget: fen("1000000.00")},
		lotPart(w.a, "650000.00"), lotPart(w.b, "310000.00"))
	w.j2 = w.planned(projects.Project{Name: "水渠", Category: "030103", Unit: ourTown, Town: ourTown, Tier: projects.TierTownship, Budget: fen("200000.00")},
		lotPart(w.a, "200000.00"))
	w.procured(w.j1)
	w.procured(w.j2)
	terms := projects.Terms{AdvanceBP: 3000, RetentionBP: 300, DefectMonths: 1}
	w.signed("H1", bureau, terms, funded(w.j1, w.a, "600000.00"), funded(w.j1, w.b, "300000.00"))
	w.signed("H2", ourTown, terms, funded(w.j2, w.a, "200000.00"))
	return w
}

func lotPart(lot ledger.LotID, amount string) projects.LotPart {
	return projects.LotPart{Lot: lot, Amount: fen(amount)}
}

func funded(project string, lot ledger.LotID, amount string) projects.FundingPart {
	return projects.FundingPart{Project: project, Source: "lot", Lot: lot, Amount: fen(amount)}
}

// planned puts a project into the library and plans lots for it; it returns its
// code.
func (w *claimWorld) planned(p projects.Project, parts ...projects.LotPart) string {
	w.t.Helper()
	code, err := intoLibrary(w.store, county, p)
	if err != nil {
		w.t.Fatal(err)
	}
	w.must("plan.adopt", annualPlan("JH-"+code, code, projects.PlanSource{From: "7101", Parts: parts}))
	return code
}

// annualPlan is a plan of one project, of 5 March.
func annualPlan(code, project string, sources ...projects.PlanSource) projects.PlanAdoptCmd {
	return projects.PlanAdoptCmd{
		Code: code, Name: "2026年年度计划", Kind: "annual", Year: 2026, Document: "安府字〔2026〕3号", AdoptedOn: day("2026-03-05"),
		Meeting: "县政府第3次常务会", Date: day("2026-03-05"), Items: []projects.PlanAsk{{Project: project, Sources: sources}},
	}
}

// procured posts notice N5 from 10 to 20 March and records the procurement.
func (w *claimWorld) procured(code string) {
	w.t.Helper()
	if err := toProcured(w.store, county, code, day("2026-03-10")); err != nil {
		w.t.Fatal(err)
	}
}

// signed signs a contract for works on 25 March and begins it the day after.
func (w *claimWorld) signed(code, unit string, terms projects.Terms, funding ...projects.FundingPart) {
	w.t.Helper()
	c := projects.ContractSignCmd{
		Code: code, Name: "施工合同", Kind: "works", Payee: builder, PayeeID: rightUSCI, Unit: unit, SignedOn: day("2026-03-25"),
		Date: day("2026-03-25"), Funding: funding, Terms: terms, Digest: ledger.Digest{7}, Procurement: "中标通知书",
	}
	for _, f := range funding {
		c.Amount += f.Amount
		if n := len(c.Projects); n > 0 && c.Projects[n-1].Project == f.Project {
			c.Projects[n-1].Amount += f.Amount
		} else {
			c.Projects = append(c.Projects, projects.ProjectPart{Project: f.Project, Amount: f.Amount})
		}
	}
	w.must("contract.sign", c)
	w.must("contract.start", projects.ContractStartCmd{Code: code, On: day("2026-03-26"), Evidence: []ledger.Digest{paper}})
}

// finished completes a contract the day before it is accepted.
func (w *claimWorld) finished(code, accepted string) {
	w.t.Helper()
	on := day(accepted)
	w.must("contract.complete", projects.ContractCompleteCmd{Code: code, On: on.AddDays(-1), Evidence: []ledger.Digest{paper}})
	w.must("contract.accept", projects.ContractAcceptCmd{
		Code: code, On: on, Form: ledger.Digest{4}, Pass: true, Opinion: "合格",
		Quantities: []projects.AcceptedItem{{Item: "路面", Unit: "公里", Planned: 2000, Done: 2000, Pass: true}},
	})
}

// doc records a document of a kind for a contract.
func (w *claimWorld) doc(kind payments.DocType, date string) ledger.Digest {
	w.t.Helper()
	w.docs++
	d := ledger.Digest(sha256.Sum256(fmt.Appendf(nil, "document %d", w.docs)))
	w.must("evidence.add", payments.EvidenceCmd{
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
	project := w.j1
	if c.Contract == "H2" {
		project = w.j2
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
	w.must("claim.accept", payments.AcceptCmd{Claim: c.Code, On: c.Date})
}

func (w *claimWorld) reviewed(c payments.ClaimCmd) {
	w.t.Helper()
	w.must("claim.submit", c)
	w.must("claim.review", payments.ReviewCmd{Claim: c.Code, Opinion: "同意", Signer: "张某", On: c.Date})
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
	all, err := ledgertest.CountyBalances(w.t.Context(), w.db.Read, w.row().County)
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
	c, err := dossierOf[payments.Claim](w.t.Context(), w.db.Read, w.row().County, "claim", code)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}
