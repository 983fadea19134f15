package ledger_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
	"fundbook/ledger/ledgertest"

	"github.com/uptrace/bun"
)

// statementOf is the statement of the account that a text names.
func statementOf(ctx context.Context, q bun.IDB, county int32, account string, page ledger.Page) (ledger.StatementPage, error) {
	kq, err := ledger.ParseKeyQuery(account)
	if err != nil {
		return ledger.StatementPage{}, err
	}
	return ledger.Statement(ctx, q, county, ledger.StatementQuery{Account: kq}, page)
}

// told is a posting that the Model accepted, with the entries it made.
type told struct {
	posting ledger.Posting
	unit    []ledger.Entry
	first   int64 // sequence number of the first
}

// history is a ledger whose every state is known by folding its entries: the
// oracle of the reports.
type history struct {
	name string
	lots []ledger.Lot
	// The policies stand after the lots.
	policies []ledger.Policy
	told     []told
	model    *ledger.Model
	entries  []recorded
	last     int64
}

type recorded struct {
	seq   int64
	entry ledger.Entry
}

// overhead is how many records a county has before its first lot: the county and
// its three policies.
const overhead = 4

func newHistory(t testing.TB, name string, lots []ledger.Lot) *history {
	t.Helper()
	h := &history{name: name, model: ledger.NewModel()}
	for i, l := range lots {
		if l.Year == 0 {
			l.Year = 2018
		}
		if l.Amount == 0 {
			l.Amount = ledger.Amount(i + 1)
		}
		if err := h.model.AddLot(l); err != nil {
			t.Fatal(err)
		}
		h.lots = append(h.lots, l)
	}
	h.last = int64(overhead + len(lots))
	h.model.SetNext(h.last + 1)
	return h
}

func (h *history) setPolicies(ps []ledger.Policy) {
	h.policies = ps
	h.model.SetPolicies(ps)
	h.last += int64(len(ps))
	h.model.SetNext(h.last + 1)
}

// do posts to the Model and remembers what it accepts.
func (h *history) do(p ledger.Posting) ([]ledger.Entry, error) {
	first := h.model.Next()
	unit, err := h.model.Do(p)
	if err != nil {
		return nil, err
	}
	h.told = append(h.told, told{p, unit, first})
	for i, e := range unit {
		h.last = first + int64(i)
		h.entries = append(h.entries, recorded{h.last, e})
	}
	return unit, nil
}

// net folds the entries by the definition of a moment: seq ≤ known, day ≤ asOf.
func (h *history) net(at ledger.At, match func(*ledger.Key) bool) (debit, credit ledger.Amount) {
	h.each(at, func(_ int64, _ int, _ *ledger.Entry, l *ledger.Line) {
		if !match(&l.Key) {
			return
		}
		if l.Side == ledger.Debit {
			debit += l.Amount
		} else {
			credit += l.Amount
		}
	})
	return debit, credit
}

func (h *history) each(at ledger.At, fn func(seq int64, n int, e *ledger.Entry, l *ledger.Line)) {
	for i := range h.entries {
		r := &h.entries[i]
		if (at.KnownAt != 0 && r.seq > at.KnownAt) || (at.AsOf != 0 && r.entry.Date > at.AsOf) {
			continue
		}
		lines := r.entry.Lines()
		for n := range lines {
			fn(r.seq, n, &r.entry, &lines[n])
		}
	}
}

// modelAt folds a Model of what was known at a record.
func (h *history) modelAt(t testing.TB, known int64) *ledger.Model {
	t.Helper()
	m := ledger.NewModel()
	for _, l := range h.lots {
		if err := m.AddLot(l); err != nil {
			t.Fatal(err)
		}
	}
	for i := range h.entries {
		if r := &h.entries[i]; r.seq <= known {
			if err := m.Force(r.entry.Date, r.entry.Lines()); err != nil {
				t.Fatal(err)
			}
		}
	}
	return m
}

func (h *history) codeOf(id ledger.LotID) string {
	for i := range h.lots {
		if h.lots[i].ID == id {
			return h.lots[i].Code
		}
	}
	return ""
}

// reportStore is a store that holds histories, each as a county of its own.
type reportStore struct {
	*app.App
	t     *testing.T
	db    *db.DB
	clock int64
	keys  int
}

func newReportStore(t *testing.T, d *db.DB) *reportStore {
	t.Helper()
	s := &reportStore{t: t, db: d, clock: time.Date(2018, 1, 1, 4, 0, 0, 0, time.UTC).UnixMicro()}
	s.App = app.Open(app.Options{DB: d, Data: t.TempDir(), Clock: func() int64 { return s.clock }})
	t.Cleanup(s.Close)
	return s
}

var reportFinance = auth.Who{ID: [16]byte{15: 9}, Name: "财政", Role: auth.Finance}

// put stores a history as a county and returns its number. per is how many
// postings go into one command.
func (s *reportStore) put(code string, h *history, per int) int32 {
	s.t.Helper()
	s.clock = time.Date(2018, 1, 1, 4, 0, 0, 0, time.UTC).UnixMicro()
	first, err := ledger.ParsePeriod("2016-01")
	if err != nil {
		s.t.Fatal(err)
	}
	c := app.NewCounty{Code: code, Name: h.name, FirstPeriod: first, OpenMonths: 600}
	if err := s.InitCounty(s.t.Context(), auth.LocalOperator, c); err != nil {
		s.t.Fatalf("%s: InitCounty: %v", h.name, err)
	}
	for _, l := range h.lots {
		s.command(code, app.LotCmd{Lot: l})
	}
	for _, p := range h.policies {
		s.command(code, app.PolicyCmd{Policy: p})
	}
	for len(h.told) > 0 {
		n := 1
		day := s.dayOf(&h.told[0])
		for n < min(per, len(h.told)) && !h.told[n].posting.Period13 && !h.told[0].posting.Period13 {
			day = max(day, s.dayOf(&h.told[n]))
			n++
		}
		items := make([]ledger.Posting, n)
		for i := range items {
			items[i] = h.told[i].posting
		}
		s.clock = max(s.clock, day)
		out := s.command(code, app.RawPost{Items: items})
		if got := out.Records[0].Seq; got != h.told[0].first {
			s.t.Fatalf("%s: stored as %d, the oracle counts %d", h.name, got, h.told[0].first)
		}
		h.told = h.told[n:]
	}
	row, err := db.FindCounty(s.t.Context(), s.db.Read, code)
	if err != nil {
		s.t.Fatal(err)
	}
	if row.NextSeq != h.last+1 {
		s.t.Fatalf("%s: %d records, the oracle counts %d", h.name, row.NextSeq-1, h.last)
	}
	return row.County
}

// dayOf is noon of the day on which a posting can be made.
func (s *reportStore) dayOf(x *told) int64 {
	d := max(x.posting.Date, x.posting.Business)
	if x.posting.Period13 {
		d = d.AddDays(15)
	}
	return time.Date(d.Year(), time.Month(d.Month()), d.Day(), 4, 0, 0, 0, time.UTC).UnixMicro()
}

func (s *reportStore) command(code string, c app.Command) app.Outcome {
	s.t.Helper()
	s.keys++
	key := fmt.Sprintf("report-test-%06d", s.keys)
	who := reportFinance
	if _, policy := c.(app.PolicyCmd); policy {
		who = auth.LocalOperator
	}
	out, err := s.Do(s.t.Context(), app.Request{County: code, Who: who, Key: key, Raw: []byte(key)}, c)
	if err != nil {
		s.t.Fatalf("%s: %v", c.Spec().Name, err)
	}
	return out
}

// scriptHistories are the worked cases: every event of DOMAIN 4.3 is in one.
func scriptHistories(t testing.TB) []*history {
	t.Helper()
	files, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	var out []*history
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		script, err := ledgertest.Parse(file, data)
		if err != nil {
			t.Fatal(err)
		}
		h := newHistory(t, strings.TrimSuffix(filepath.Base(file), ".txtar"), script.Lots)
		script.Run(ledgertest.Books{
			Do: func(p ledger.Posting) ([]ledger.Entry, int64, error) {
				first := h.model.Next()
				unit, err := h.do(p)
				return unit, first, err
			},
			Balances:    h.model.Balances,
			SetPolicies: h.setPolicies,
		}, nil)
		out = append(out, h)
	}
	return out
}

// The parties of the random county: every project has its own.
var worldProjects = []struct{ project, contract, payee, unit string }{
	{"J1", "H1", "甲公司", "T1"}, {"J2", "H2", "乙公司", "T2"}, {"J3", "R3", "R3", "交通局"},
}

func worldLots() []ledger.Lot {
	var out []ledger.Lot
	for i, x := range []struct {
		code  string
		tier  ledger.Tier
		class ledger.Class
		doc   ledger.DocNumber
	}{
		{"K1", ledger.TierCentral, ledger.ClassXJ, "赣财扶指〔2023〕12号"},
		{"K2", ledger.TierProvince, ledger.ClassXJ, "赣财扶指〔2023〕13号"},
		{"K3", ledger.TierCounty, ledger.ClassZC, ""},
		{"K4", ledger.TierCentralProvince, ledger.ClassXJ, ""},
		{"K:5,6=七%", ledger.TierDonor, ledger.ClassSH, ""},
		{"K7", ledger.TierCounty, ledger.ClassLX, ""},
		{"K8", ledger.TierOther, ledger.ClassBZ, ""},
		{"K9", ledger.TierUnstated, ledger.ClassDQ, ""},
	} {
		out = append(out, ledger.Lot{
			ID: ledgertest.LotID(x.code), Code: x.code, Tier: x.tier, Class: x.class, Document: fmt.Sprintf("N%02d", i/2),
			Line: i%2 + 1, Name: "资金" + x.code, DocNo: x.doc, Year: 2024, Amount: ledger.Amount(i+1) * 100_00,
		})
	}
	out[3].Printed = "赣财扶指〔202312号"
	return out
}

// worldHistory is a random county: every event and step is tried with random
// parties and amounts until the Model has accepted n postings.
func worldHistory(t testing.TB, seed uint64, n int) *history {
	t.Helper()
	w := &world{history: newHistory(t, "随机县", worldLots()), r: rand.New(rand.NewPCG(seed, 7)), today: mustDate(t, "2024-01-03")}
	for range 400 * n {
		if len(w.told) >= n {
			return w.history
		}
		p := w.posting()
		if _, err := w.do(p); err == nil && w.r.IntN(3) == 0 {
			w.today = w.today.AddDays(1 + w.r.IntN(3))
		}
	}
	t.Fatalf("only %d of %d postings were accepted", len(w.told), n)
	return nil
}

func mustDate(t testing.TB, s string) ledger.Date {
	t.Helper()
	d, err := ledger.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

type world struct {
	*history
	r     *rand.Rand
	today ledger.Date
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// flowEvents come more often than the rest, or little would get far.
var flowEvents = strings.Fields("E01 E02 E02 E04 E05 E06 E07 E07 E08 E08 E08 E10 E10 E11 E11 E12 E12 E13 E14 E15a E15b E15c E15d E04c E25 E25")

func (w *world) posting() ledger.Posting {
	spec := pick(w.r, ledger.Events())
	for strings.Contains(" E20 E28 E01 E02 E01r ", " "+string(spec.Code)+" ") && w.r.IntN(10) > 0 {
		spec = pick(w.r, ledger.Events()) // they would always pass and crowd out the rest
	}
	if spec.Code == "E28" && len(w.told) < 250 || w.r.IntN(3) > 0 { // a merged township does nothing more
		spec, _ = ledger.EventOf(ledger.EventCode(pick(w.r, flowEvents)))
	}
	step := pick(w.r, spec.Steps)
	who := pick(w.r, worldProjects)
	p := ledger.Posting{Event: spec.Code, Step: step.Name, Date: w.today, Memo: fmt.Sprintf("%s 第 %d 笔", spec.ZH, len(w.told)+1)}
	if w.r.IntN(4) == 0 {
		p.Date = max(w.today.AddDays(-w.r.IntN(60)), mustDay2024)
	}
	if p.Event == "E24" {
		p.Date, _ = ledger.NewDate(w.today.Year()-1, 12, 31)
		p.Date = max(p.Date, mustDay2024)
	}
	if step.Decision || w.r.IntN(9) == 0 {
		p.Decision = "安整合办〔2024〕5号"
	}
	need := step.Required
	for f := ledger.Field(1); f <= ledger.FieldBase; f <<= 1 {
		if step.Optional&f != 0 && w.r.IntN(4) == 0 {
			need |= f
		}
	}
	w.fill(&p, &step, need, who)
	return p
}

var mustDay2024, _ = ledger.NewDate(2024, 1, 2)

func (w *world) fill(p *ledger.Posting, step *ledger.EventStep, need ledger.Field, who struct{ project, contract, payee, unit string }) {
	has := func(f ledger.Field) bool { return need&f != 0 }
	set := func(f ledger.Field, dst *string, v string) {
		if has(f) {
			*dst = v
		}
	}
	set(ledger.FieldProject, &p.Project, who.project)
	set(ledger.FieldContract, &p.Contract, who.contract)
	set(ledger.FieldPayee, &p.Payee, who.payee)
	set(ledger.FieldUnit, &p.Unit, who.unit)
	set(ledger.FieldPool, &p.Pool, "整合池")
	set(ledger.FieldCounterparty, &p.Counterparty, pick(w.r, []string{"upper", "county", "donor"}))
	if has(ledger.FieldTownship) {
		p.Township = ledger.Book(pick(w.r, []string{"T1", "T2"}))
		if p.Unit != "" {
			p.Unit = ""
		}
	}
	if has(ledger.FieldFrom) {
		p.From = pick(w.r, step.From)
	}
	if has(ledger.FieldInto) {
		p.Into = pick(w.r, step.Into)
		town := strings.HasPrefix(p.Unit, "T") // a name stands for one kind of unit
		switch {
		case town && (p.Into == "7103" || p.Into == "7105"):
			p.Into = "7104"
		case !town && (p.Into == "7104" || p.Into == "7105"):
			p.Into = "7103"
		}
		if !slices.Contains(step.Into, p.Into) {
			p.Into = step.Into[0]
		}
	}
	if has(ledger.FieldCost) && len(step.Cost) > 0 {
		p.Cost = pick(w.r, step.Cost)
	}
	if has(ledger.FieldReverses) && len(w.entries) > 0 {
		p.Reverses = pick(w.r, w.entries).seq
	}
	if has(ledger.FieldOriginYear) {
		p.OriginYear = p.Date.Year() - w.r.IntN(2)
	}
	if has(ledger.FieldDue) {
		p.Due = p.Date.AddDays(90)
	}
	w.fillParties(p, need)
	if has(ledger.FieldParts) {
		w.fillParts(p, step, has)
	}
}

func (w *world) fillParties(p *ledger.Posting, need ledger.Field) {
	other := pick(w.r, worldProjects)
	var to ledger.Target
	for _, x := range []struct {
		f   ledger.Field
		dst *string
		v   string
	}{
		{ledger.FieldToProject, &to.Project, other.project},
		{ledger.FieldToContract, &to.Contract, other.contract},
		{ledger.FieldToPayee, &to.Payee, other.payee},
		{ledger.FieldToUnit, &to.Unit, other.unit},
	} {
		if need&x.f != 0 {
			*x.dst = x.v
		}
	}
	if need&ledger.FieldToLot != 0 {
		to.Lot = pick(w.r, w.lots).ID
	}
	if to != (ledger.Target{}) {
		p.To = &to
	}
}

func (w *world) fillParts(p *ledger.Posting, step *ledger.EventStep, has func(ledger.Field) bool) {
	lots := w.lots[:6]
	if step.Class != "" {
		lots = slices.DeleteFunc(slices.Clone(w.lots), func(l ledger.Lot) bool { return l.Class != step.Class })
	}
	for _, i := range w.r.Perm(len(lots))[:1+w.r.IntN(min(2, len(lots)))] {
		much := ledger.Amount(1)
		if p.Event == "E01" || p.Event == "E02" {
			much = 20
		}
		part := ledger.Part{Lot: lots[i].ID, Amount: much * w.amount(), Inferred: lots[i].Code == "K4" && w.r.IntN(2) == 0}
		if has(ledger.FieldOffset) && w.r.IntN(2) == 0 {
			part.Offset = part.Amount / 3
		}
		if has(ledger.FieldRetention) && w.r.IntN(2) == 0 {
			part.Retention = part.Amount / 20
		}
		if w.r.IntN(3) == 0 {
			part.Note = "村级公路，“新建”"
		}
		if p.Event == "E24" {
			part.Amount = 0
		}
		p.Parts = append(p.Parts, part)
	}
}

func (w *world) amount() ledger.Amount {
	return pick(w.r, []ledger.Amount{10_00, 33_33, 100_00, 500_00, 1000_00, 7_000_00})
}

// eachReportStore runs fn on both engines.
func eachReportStore(t *testing.T, fn func(t *testing.T, s *reportStore)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(t, newReportStore(t, d)) })
}
