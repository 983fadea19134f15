package projects

import (
	"strings"
	"testing"
)

// TestCategoryTrees holds the form of the trees: unique codes, parents that exist
// and suit, function codes of DOMAIN 1.3, and the first levels of 5.3.
func TestCategoryTrees(t *testing.T) {
	t.Parallel()
	for year, first := range map[int]int{2018: 13, 2020: 13, 2021: 8, 2026: 8, 2040: 8} {
		seen := map[string]Category{}
		levels := 0
		for _, c := range Categories(year) {
			if _, twice := seen[c.Code]; twice || len(c.Code)%2 != 0 || len(c.Code) > 6 || c.Name == "" || len(c.FuncCodes) == 0 {
				t.Errorf("%d: category %+v", year, c)
			}
			seen[c.Code] = c
			if len(c.Code) == 2 {
				levels++
			} else if parent, ok := seen[c.Code[:len(c.Code)-2]]; !ok || !strings.HasPrefix(c.Code, parent.Level1()) {
				t.Errorf("%d: category %s has no parent", year, c.Code)
			}
			for _, f := range c.FuncCodes {
				if !strings.Contains("04 05 06 07 99", f) || len(f) != 2 {
					t.Errorf("%d: category %s: function code %q", year, c.Code, f)
				}
			}
			if c.Eligible.Household != (c.Route == RouteHousehold) || c.Eligible.Fee != (c.Route == RouteFee) || c.Eligible.Capital != (c.Route == RouteWorks) {
				t.Errorf("%d: category %s: %+v on route %s", year, c.Code, c.Eligible, c.Route)
			}
		}
		if levels != first {
			t.Errorf("%d: %d first levels, want %d", year, levels, first)
		}
	}
	if got := Categories(2017); got != nil {
		t.Errorf("2017 has a tree: %v", got)
	}
	if len(Actions()) != 10 {
		t.Errorf("%d actions", len(Actions()))
	}
}

// TestCategoriesByEpoch shows that a code means what it meant in its year.
func TestCategoriesByEpoch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code  string
		year  int
		want  string
		loan  bool
		route Route
	}{
		{"03", 2020, "易地扶贫搬迁", false, RouteWorks},
		{"03", 2021, "乡村建设行动", false, RouteWorks},
		{"0801", 2019, "扶贫小额信贷贴息", true, RouteHousehold},
		{"010501", 2023, "小额信贷贴息", true, RouteHousehold},
		{"13", 2018, "项目管理费", false, RouteFee},
		{"07", 2026, "项目管理费", false, RouteFee},
		{"13", 2021, "", false, ""},
	} {
		got, ok := CategoryOf(c.code, c.year)
		if ok != (c.want != "") || got.Name != c.want || got.Eligible.Loan != c.loan || got.Route != c.route {
			t.Errorf("%s in %d = %+v, %v; want %s", c.code, c.year, got, ok, c.want)
		}
	}
	road, _ := CategoryOf("030101", 2026)
	for code, fits := range map[string]bool{"2130504": true, "2130505": false, "2130599": true, "2140106": true, "": true} {
		if road.suits(code) != fits {
			t.Errorf("function code %q on a road: %v", code, !fits)
		}
	}
}
