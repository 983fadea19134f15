package projects

import (
	"errors"
	"fmt"
	"testing"

	"fundbook/internal/fault"

	"pgregory.net/rapid"
)

func reached() []Actual {
	return []Actual{{Goal: "1", Milli: 2_000}, {Goal: "2", Milli: 100_000}, {Goal: "3", Milli: 29_000}, {Goal: "4", Milli: 95_000}}
}

func TestAttained(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		op             string
		target, actual int64
		want           int
	}{
		{">=", 2000, 2000, 10_000},
		{">=", 2000, 3000, 10_000},
		{">=", 2000, 1500, 7_500},
		{">=", 3000, 2000, 6_666},
		{">=", 2000, 0, 0},
		{"<=", 1200, 1200, 10_000},
		{"<=", 1200, 0, 10_000},
		{"<=", 1200, 1600, 7_500},
		{"<=", 0, 0, 10_000},
		{"<=", 0, 1, 0},
		{"=", 100_000, 100_000, 10_000},
		{"=", 100_000, 80_000, 8_000},
		{"=", 100_000, 125_000, 8_000},
	} {
		g := Goal{Op: c.op, Milli: c.target}
		if got := g.attained(&Actual{Milli: c.actual}); got != c.want {
			t.Errorf("target %s%d, actual %d: %d bp, want %d", c.op, c.target, c.actual, got, c.want)
		}
	}
	text := Goal{Op: "text"}
	if got := text.attained(&Actual{LevelBP: 7_000}); got != 7_000 {
		t.Errorf("qualitative: %d", got)
	}
}

func TestGrades(t *testing.T) {
	t.Parallel()
	for centi, want := range map[int]Grade{10_000: GradeExcellent, 9_000: GradeExcellent, 8_999: GradeGood, 8_000: GradeGood, 7_999: GradeFair, 6_000: GradeFair, 5_999: GradePoor, 0: GradePoor} {
		if got := GradeOf(centi); got != want {
			t.Errorf("%d centi = %s, want %s", centi, got, want)
		}
	}
	if got := EvaluationDue(2026).String(); got != "2027-04-15" {
		t.Errorf("due %s", got)
	}
}

func TestScore(t *testing.T) {
	t.Parallel()
	x := road()
	p := Project{Code: "p", Goals: x.Goals}
	full := Money{RateBP: 10_000}
	for _, c := range []struct {
		name  string
		money Money
		spoil func([]Actual)
		total int
	}{
		{"everything reached", full, func([]Actual) {}, 10_000},
		{"three quarters of the road", full, func(a []Actual) { a[0].Milli, a[0].Reason = 1_500, "雨季" }, 9_250}, // 30 of 50 points × ¼ = 7.5
		{"half of the money", Money{RateBP: 5_000}, func([]Actual) {}, 9_500},
		{"nothing paid, nothing done", Money{}, func(a []Actual) {
			for i := range a {
				a[i].Milli, a[i].Reason = 0, "未实施"
			}
		}, 0},
		{"far above, with its reason", full, func(a []Actual) { a[0].Milli, a[0].Reason = 2_601, "追加路段" }, 10_000},
	} {
		a := reached()
		c.spoil(a)
		rows, total, err := scoreRows(&p, a, c.money, 13_000)
		if err != nil || total != c.total || len(rows) != 4 {
			t.Errorf("%s: %s of %d rows, %v; want %s", c.name, centi(total), len(rows), err, centi(c.total))
		}
	}
	for _, c := range []struct {
		name string
		a    func() []Actual
		want *fault.Error
	}{
		{"short without a reason", func() []Actual { a := reached(); a[0].Milli = 1_999; return a }, ErrDeviation},
		{"far above without a reason", func() []Actual { a := reached(); a[0].Milli = 2_601; return a }, ErrDeviation},
		{"one left out", func() []Actual { return reached()[1:] }, ErrEvaluate},
		{"one twice", func() []Actual { return append(reached(), reached()[0]) }, ErrEvaluate},
		{"one that is no goal", func() []Actual { return append(reached(), Actual{Goal: "9"}) }, ErrEvaluate},
	} {
		if _, _, err := scoreRows(&p, c.a(), full, 13_000); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want.Code)
		}
	}
}

// TestPointsComeToNinety draws goals: their points always come to 90.
func TestPointsComeToNinety(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(rt, "n")
		goals := make([]Goal, n)
		for i := range goals {
			goals[i] = Goal{Level1: rapid.SampledFrom([]string{"产出", "效益", "满意度"}).Draw(rt, "level"), Weight: rapid.IntRange(0, 100).Draw(rt, "weight")}
		}
		sum := 0
		for i, f := range fulls(goals) {
			if f < 0 {
				rt.Fatalf("goal %d has %d points", i, f)
			}
			sum += f
		}
		if sum != 9000 {
			rt.Fatalf("%d points of %+v", sum, goals)
		}
	})
	all := []Goal{{Level1: "产出"}, {Level1: "产出"}, {Level1: "效益", Weight: 1}, {Level1: "满意度", Weight: 9}}
	if got := fmt.Sprint(fulls(all)); got != "[2500 2500 3000 1000]" {
		t.Errorf("points %s", got)
	}
	if got := fmt.Sprint(fulls(all[:3])); got != "[2812 2812 3376]" { // 90 × 5/8 and 3/8
		t.Errorf("points without satisfaction %s", got)
	}
}

// TestFailureFollowsTheLatest grades by the latest year, and by what a spot check
// made of it.
func TestFailureFollowsTheLatest(t *testing.T) {
	t.Parallel()
	var p Performance
	p.grade(6000)
	if p.Failed || p.Grade != "" {
		t.Error("graded without an evaluation")
	}
	p.Evaluations = []Evaluation{{Year: 2026, Total: 5999, Grade: GradePoor}}
	if p.grade(6000); !p.Failed || p.Grade != GradePoor {
		t.Errorf("59.99 points: %+v", p)
	}
	p.Evaluations = append(p.Evaluations, Evaluation{Year: 2027, Total: 9100, Grade: GradeExcellent}, Evaluation{Year: 2025, Total: 1, Grade: GradePoor})
	if p.grade(6000); p.Failed || p.Grade != GradeExcellent {
		t.Errorf("the latest year: %+v", p)
	}
	p.Evaluations[1].Review = Review{On: mustDay("2028-05-01"), Total: 4000, Grade: GradePoor}
	if p.grade(6000); !p.Failed || p.Grade != GradePoor {
		t.Errorf("after a spot check: %+v", p)
	}
	p.Evaluations = append(p.Evaluations, Evaluation{Year: 2027, Total: 7000, Grade: GradeFair})
	if e, ok := p.evaluation(2027); !ok || e.Total != 7000 {
		t.Errorf("the year made anew: %+v", e)
	}
	if p.grade(6000); p.Failed || p.Grade != GradeFair {
		t.Errorf("the year made anew: %+v", p)
	}
}

func TestMonitorRows(t *testing.T) {
	t.Parallel()
	x := road()
	p := Project{Code: "p", Goals: x.Goals}
	a := reached()
	a[0].Milli = 500
	rows, err := monitorRows(&p, a, 2)
	if err != nil || rows[0].Deviation != -1_500 || rows[3].Deviation != 5_000 {
		t.Errorf("second quarter: %+v, %v", rows, err)
	}
	if _, err := monitorRows(&p, a, 4); !errors.Is(err, ErrDeviation) {
		t.Errorf("fourth quarter without a measure: %v", err)
	}
	a[0].Reason, a[0].Measure = "雨季", "加快施工"
	if _, err := monitorRows(&p, a, 4); err != nil {
		t.Errorf("fourth quarter with a measure: %v", err)
	}
	if _, err := monitorRows(&p, append(a, Actual{Goal: "9"}), 2); !errors.Is(err, ErrMonitor) {
		t.Errorf("one that is no goal: %v", err)
	}
}

func TestSample(t *testing.T) {
	t.Parallel()
	var codes []string
	for i := range 111 {
		codes = append(codes, fmt.Sprintf("p%03d", i))
	}
	first := drawSample(codes, 1000, "360726/2026/文1")
	if len(first) != 12 { // ≥ 10 % of 111
		t.Fatalf("sample of %d", len(first))
	}
	if again := drawSample(codes, 1000, "360726/2026/文1"); fmt.Sprint(again) != fmt.Sprint(first) {
		t.Error("the same seed draws another sample")
	}
	if other := drawSample(codes, 1000, "360726/2026/文2"); fmt.Sprint(other) == fmt.Sprint(first) {
		t.Error("another document draws the same sample")
	}
	if all := drawSample(codes, 10_000, "x"); fmt.Sprint(all) != fmt.Sprint(codes) {
		t.Error("the whole is not the whole")
	}
	if one := drawSample(codes[:1], 1, "x"); len(one) != 1 {
		t.Error("nothing is drawn of one")
	}
}

func TestMilli(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0", 2_000: "2", 2_500: "2.5", 29_010: "29.01", 7: "0.007"} {
		if got := milli(n); got != want {
			t.Errorf("milli(%d) = %s, want %s", n, got, want)
		}
	}
}
