package projects

import (
	"errors"
	"testing"

	"fundbook/internal/fault"
	"fundbook/ledger"
)

var usualLimits = ChangeLimits{PlanRaiseBP: 1000, SupplementBP: 1000, Engineering: true}

func TestPlanRaise(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		r    PlanRaise
		ok   bool
	}{
		{"not raised", PlanRaise{Approved: 1000, After: 1000}, true},
		{"lowered", PlanRaise{Approved: 1000, After: 1}, true},
		{"to the limit, department", PlanRaise{Approved: 1000, After: 1100, Department: "批1"}, true},
		{"to the limit, no paper", PlanRaise{Approved: 1000, After: 1100}, false},
		{"a fen beyond, department alone", PlanRaise{Approved: 1000, After: 1101, Department: "批1"}, false},
		{"a fen beyond, approved anew, not published", PlanRaise{Approved: 1000, After: 1101, Approval: "纪要1"}, false},
		{"a fen beyond, approved anew and published", PlanRaise{Approved: 1000, After: 1101, Approval: "纪要1", Republish: true}, true},
		{"a broken fen is not granted", PlanRaise{Approved: 1009, After: 1110, Department: "批1"}, false},
		{"the greatest plan", PlanRaise{Approved: ledger.MaxLine, After: ledger.MaxLine / 10 * 11, Department: "批1"}, true},
	} {
		err := usualLimits.CheckPlanRaise(c.r)
		if (err == nil) != c.ok || (err != nil && !errors.Is(err, ErrPlanRaise)) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestContractChanges(t *testing.T) {
	t.Parallel()
	procured := Contract{Code: "HT-1", Signed: 1000, Amount: 1000, Terms: Terms{Procurement: true}}
	after := procured
	after.Amount, after.Changes = 1060, []Change{{Amount: 60, Kind: "supplement", Document: "补1"}, {Amount: -40, Kind: "supplement", Document: "补2"}, {Amount: 40, Kind: "engineering", Document: "变1"}}
	free := procured
	free.Terms.Procurement = false
	strict := usualLimits
	strict.Engineering = false
	for _, c := range []struct {
		name   string
		limits ChangeLimits
		c      Contract
		ch     Change
		want   *fault.Error
	}{
		{"to the limit", usualLimits, procured, Change{Amount: 100, Kind: "supplement", Document: "补1"}, nil},
		{"a fen beyond", usualLimits, procured, Change{Amount: 101, Kind: "supplement", Document: "补1"}, ErrSupplement},
		{"together to the limit, reductions do not make room", usualLimits, after, Change{Amount: 40, Kind: "supplement", Document: "补3"}, nil},
		{"together a fen beyond", usualLimits, after, Change{Amount: 41, Kind: "supplement", Document: "补3"}, ErrSupplement},
		{"settlement above the contract counts", usualLimits, procured, Change{Amount: 101, Kind: "settlement", Document: "审1"}, ErrSupplement},
		{"settlement below", usualLimits, procured, Change{Amount: -300, Kind: "settlement", Document: "审1"}, nil},
		{"engineering with its approval", usualLimits, procured, Change{Amount: 500, Kind: "engineering", Document: "批1"}, nil},
		{"engineering where the policy has none", strict, procured, Change{Amount: 500, Kind: "engineering", Document: "批1"}, ErrSupplement},
		{"old engineering counts where the policy has none", strict, after, Change{Amount: 1, Kind: "supplement", Document: "补3"}, ErrSupplement},
		{"outside procurement law", usualLimits, free, Change{Amount: 500, Kind: "supplement", Document: "补1"}, nil},
		{"no document", usualLimits, free, Change{Amount: 1, Kind: "engineering"}, ErrChangeKind},
		{"no amount", usualLimits, free, Change{Kind: "supplement", Document: "补1"}, ErrChangeKind},
		{"below zero", usualLimits, free, Change{Amount: -1001, Kind: "supplement", Document: "补1"}, ErrChangeKind},
		{"another kind", usualLimits, free, Change{Amount: 1, Kind: "gift", Document: "补1"}, ErrChangeKind},
	} {
		err := c.limits.CheckChange(&c.c, c.ch)
		if (c.want == nil) != (err == nil) || (err != nil && !errors.Is(err, c.want)) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestChangeLimitsByPolicy(t *testing.T) {
	t.Parallel()
	ps := []ledger.Policy{
		{Name: "plan_raise_bp", Value: "500", ValidFrom: mustDay("2026-07-01")}, {Name: "engineering_change", Value: "0", ValidFrom: mustDay("2026-07-01")},
	}
	for day, want := range map[string]ChangeLimits{"2026-06-30": {1000, 1000, true}, "2026-07-01": {500, 1000, false}} {
		if got, err := ChangeLimitsOn(ps, mustDay(day)); err != nil || got != want {
			t.Errorf("on %s: %+v, %v; want %+v", day, got, err, want)
		}
	}
}
