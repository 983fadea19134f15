package audit_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
	"fundbook/ledger/ledgertest"
)

func TestHonestStoreVerifies(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		fillRich(s)
		s.Close()
		r := verify(t, d)
		if !r.OK {
			t.Fatalf("an honest store is not ok: %+v", r.Bad)
		}
		if len(r.Counties) != 2 || r.Counties[1].Entries < 500 || r.Counties[1].Head == "" {
			t.Errorf("counties: %+v", r.Counties)
		}
	})
}

// TestHonestHistoriesRaiseNoAlarm posts random events of every kind over the turn
// of a year and verifies: whatever the ledger accepts, Verify accepts.
func TestHonestHistoriesRaiseNoAlarm(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			d := dbtest.SQLite(t)
			s := newStore(t, d)
			m := ledger.NewModel()
			var parts []ledger.Part
			for _, l := range ledgertest.Lots() {
				l.Year = 2026
				parts = append(parts, ledger.Part{Lot: l.ID})
				if err := m.AddLot(l); err != nil {
					t.Fatal(err)
				}
				s.do(app.LotCmd{Lot: l})
			}
			r := rand.New(rand.NewPCG(seed, 5))
			accepted := map[ledger.EventCode]int{}
			for i := range 500 {
				date := day("2026-06-15").AddDays(i / 2)
				s.clock.Store(at(date.String()))
				p := ledgertest.RandomPosting(r, m, date)
				switch {
				case i%100 == 99:
					p = ledger.Posting{Event: "E28", Date: date, Unit: "T1", To: &ledger.Target{Unit: "T2"}, Decision: p.Decision}
				case date.Year() == 2027 && i%20 == 0:
					p = ledger.Posting{Event: "E24", Date: day("2026-12-31"), Period13: true, Parts: parts}
				}
				out, err := s.try(finance, app.RawPost{Items: []ledger.Posting{p}})
				if err != nil {
					continue
				}
				m.SetNext(out.Records[0].Seq)
				if _, err := m.Do(p); err != nil {
					t.Fatalf("the model refuses what the store accepted: %s: %v", p.Event, err)
				}
				accepted[p.Event]++
			}
			if len(accepted) < 12 || accepted["E24"] == 0 {
				t.Errorf("only %v were accepted", accepted)
			}
			for _, full := range []bool{true, false} {
				if r, err := audit.Verify(t.Context(), d, audit.Options{Full: full}); err != nil || !r.OK {
					t.Errorf("full %v: %v %+v", full, err, r.Bad)
				}
			}
		})
	}
}
