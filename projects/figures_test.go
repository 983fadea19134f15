package projects

import (
	"testing"

	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestFigures adds a small library up by hand.
func TestFigures(t *testing.T) {
	t.Parallel()
	mk := func(code, town string, state State, budget ledger.Amount) Project {
		return Project{Code: code, Town: town, State: state, Budget: budget, Year: 2026, FuncCode: "2130504", Beneficiaries: Beneficiaries{Persons: 10}}
	}
	list := []Project{
		mk("a", "T1", StateInLibrary, 100), mk("b", "T1", StatePlanned, 200), mk("c", "T2", StateClosed, 300), mk("d", "", StateStarted, 500),
		mk("e", "T2", StateDraft, 7), mk("f", "T2", StateRolled, 7), mk("g", "", StateRemoved, 7), mk("h", "T1", StateReturned, 7),
		mk("i", "T1", StateSuspended, 11),
		{Code: "j", Town: "T1", State: StatePlanned, Budget: 9, Year: 2025},
	}
	list[1].DeepPoor, list[1].Beneficiaries.Persons = true, 4
	list[3].FuncCode = "2130505"
	list[3].Villages = []Share{{"360726101203", 200}, {"360726101204", 100}, {"360726102201", 200}}
	list[8].Before = StateInLibrary
	got := Figures(2026, list)
	want := LibraryFigures{
		Year: 2026, Pending: 2, Rolled: 1, Removed: 1,
		Reserve: LibraryPart{
			Total: LibrarySum{"", 2, 111}, Townships: []LibrarySum{{"T1", 2, 111}},
			DeepPoor:  Tilt{OthersPersons: 20, OthersPer: 5},
			FuncCodes: []FuncShare{{"04", 2, 111, 10_000}},
		},
		Plan: LibraryPart{
			Total: LibrarySum{"", 3, 1000}, CountyRun: LibrarySum{"", 1, 500}, Townships: []LibrarySum{{"T1", 1, 200}, {"T2", 1, 300}},
			DeepPoor:  Tilt{Projects: 1, Budget: 200, Persons: 4, PerPerson: 50, ShareBP: 2000, OthersPersons: 20, OthersPer: 40},
			FuncCodes: []FuncShare{{"04", 2, 500, 5000}, {"05", 1, 500, 5000}},
			Crossing:  []CrossShares{{Project: "d", Budget: 500, Shares: []AreaShare{{"360726101", 2, 300}, {"360726102", 1, 200}}}},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("figures (-want +got):\n%s", d)
	}
}

// TestEachProjectOnce draws libraries: county total = county-run + Σ townships, and
// every project stands in exactly one place.
func TestEachProjectOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(rt, "n")
		list := make([]Project, n)
		for i := range list {
			at := states[rapid.IntRange(0, len(states)-1).Draw(rt, "state")].state
			list[i] = Project{
				Year: 2026, State: at, Before: StateInLibrary, Town: rapid.SampledFrom([]string{"", "T1", "T2", "T3"}).Draw(rt, "town"),
				Budget: ledger.Amount(rapid.Int64Range(1, int64(ledger.MaxLine)).Draw(rt, "budget")), DeepPoor: rapid.Bool().Draw(rt, "deep"),
				FuncCode: rapid.SampledFrom([]string{"", "2130504", "2130505", "2140106"}).Draw(rt, "func"),
			}
		}
		f := Figures(2026, list)
		if got := f.Pending + f.Rolled + f.Removed + f.Reserve.Total.Projects + f.Plan.Total.Projects; got != n {
			rt.Fatalf("%d projects counted %d times", n, got)
		}
		for _, part := range []LibraryPart{f.Reserve, f.Plan} {
			projects, budget, byFunc := part.CountyRun.Projects, part.CountyRun.Budget, ledger.Amount(0)
			for _, x := range part.Townships {
				projects, budget = projects+x.Projects, budget+x.Budget
			}
			for _, x := range part.FuncCodes {
				byFunc += x.Budget
			}
			if projects != part.Total.Projects || budget != part.Total.Budget || byFunc != part.Total.Budget {
				rt.Fatalf("county-run + townships = %d, %s and by function code %s; total %+v", projects, budget, byFunc, part.Total)
			}
		}
	})
}
