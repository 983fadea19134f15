package region

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func anyuanSet(t testing.TB) *Set {
	t.Helper()
	list, changes := anyuan(t)
	return NewSet(append(changes.Rows, list.Rows...))
}

func TestNameOn(t *testing.T) {
	t.Parallel()
	s := anyuanSet(t)
	for _, c := range []struct {
		code Code
		day  Day
		want string
	}{
		{"360726103201", 20180702, "高段村村委会"}, // a voucher of 2018 prints the name of 2018
		{"360726103201", 20230629, "高段村村委会"},
		{"360726103201", 20230630, "高塅村村委会"},
		{"360726103201", 0, "高塅村村委会"},
		{"360726103201", 19991231, "高段村村委会"},
		{"360726209203", 20190101, "圩岗村村委会"},
		{"360726100007", 20190101, "幸福哩社区居委会"}, // added after 2017: no other name is known
		{"360726100200", 20180101, "濂江村村委会"},
		{"360726205203", 20240101, "筼筜村村委会"},
		{"360726", 20180101, "安远县"},
	} {
		if got, ok := s.NameOn(c.code, c.day); got != c.want || !ok {
			t.Errorf("NameOn(%s, %s) = %q, %v, want %q", c.code, c.day, got, ok, c.want)
		}
	}
	if got, ok := s.NameOn("360726999999", 20180101); ok || got != "" {
		t.Errorf("NameOn of an unknown code = %q, %v", got, ok)
	}
	var none *Set
	if _, ok := none.NameOn("360726", 0); ok || none.Len() != 0 || none.Children("360726", 0) != nil || none.Find(Query{Township: "x"}) != nil {
		t.Error("the nil set knows something")
	}
}

func TestExistsAndSuccessor(t *testing.T) {
	t.Parallel()
	s := anyuanSet(t)
	if s.Exists("360726100007", 20171031) || !s.Exists("360726100007", 20230630) {
		t.Error("幸福哩社区 was added between the two cut-offs")
	}
	if n := len(s.Children("360726", 20240101)); n != 19 {
		t.Errorf("%d townships, want 19", n)
	}
	merged := NewSet([]Division{
		{Code: "360726100", Name: "甲镇", Level: Township, Parent: "360726", From: 20000101},
		{Code: "360726100", Level: Township, Parent: "360726", From: 20190101, Successor: "360726101"},
		{Code: "360726101", Name: "乙镇", Level: Township, Parent: "360726", From: 20000101, To: 20201231, Successor: "360726102"},
		{Code: "360726102", Name: "丙镇", Level: Township, Parent: "360726", From: 20210101},
		{Code: "360726103", Name: "丁镇", Level: Township, Parent: "360726", From: 20000101, To: 20001231, Successor: "360726103"},
	})
	for _, c := range []struct {
		code Code
		day  Day
		want Code
	}{
		{"360726100", 20181231, ""},
		{"360726100", 20190101, "360726101"},
		{"360726100", 20220101, "360726102"},
		{"360726103", 20220101, ""}, // its own successor: a circle
	} {
		if got := merged.Successor(c.code, c.day); got != c.want {
			t.Errorf("Successor(%s, %s) = %q, want %q", c.code, c.day, got, c.want)
		}
	}
	if got, ok := merged.NameOn("360726100", 20220101); got != "甲镇" || !ok {
		t.Errorf("a division that is gone prints %q, want its last name", got)
	}
	if d := cmp.Diff([]Code{"360726102"}, merged.Children("360726", 20220101)); d != "" {
		t.Errorf("townships of 2022 (-want +got):\n%s", d)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	s := anyuanSet(t)
	for _, c := range []struct {
		q    Query
		want []Code
	}{
		{Query{Township: "龙布镇"}, []Code{"360726104"}},
		{Query{Township: "龙布镇人民政府"}, []Code{"360726104"}},
		{Query{Township: "龙 布"}, []Code{"360726104"}},
		{Query{Township: "龙布乡"}, nil},
		{Query{Township: "欣山镇", Village: "濂江村"}, []Code{"360726100200"}},
		{Query{Township: "欣山镇", Village: "濂江"}, []Code{"360726100200"}},
		{Query{Township: "欣山镇", Village: "濂江村民委员会"}, []Code{"360726100200"}},
		{Query{Township: "欣山镇", Village: "石塘社区"}, []Code{"360726100003"}},
		{Query{Township: "孔田镇", Village: "孔田镇居民委员会"}, []Code{"360726101001"}},
		{Query{Village: "高塅村"}, []Code{"360726103201"}},
		{Query{Village: "高段村", On: 20180702}, []Code{"360726103201"}},
		{Query{Village: "高段村"}, []Code{"360726103201"}}, // the former name still finds it
		{Query{Township: "重石乡", Village: "长岭下"}, []Code{"360726204206"}},
		{Query{Township: "龙布镇", Village: "濂江村"}, nil}, // villages are matched within their township
		{Query{Township: "某镇", Village: "濂江村"}, nil},
		{Query{}, nil},
	} {
		var got []Code
		for _, d := range s.Find(c.q) {
			got = append(got, d.Code)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("Find(%+v) (-want +got):\n%s", c.q, d)
		}
	}
}

// TestFindAmbiguous: a name printed in two townships is ambiguous, and both are
// returned; the township tells them apart.
func TestFindAmbiguous(t *testing.T) {
	t.Parallel()
	s := NewSet([]Division{
		{Code: "360726100", Name: "欣山镇"},
		{Code: "360726101", Name: "孔田镇"},
		{Code: "360726100201", Name: "新屋村"},
		{Code: "360726101201", Name: "新屋村"},
		{Code: "360726101202", Name: "新屋下村"},
	})
	for _, c := range []struct {
		q    Query
		want []Code
	}{
		{Query{Village: "新屋"}, []Code{"360726100201", "360726101201"}},
		{Query{Village: "新屋村委会"}, []Code{"360726100201", "360726101201"}},
		{Query{Township: "孔田镇", Village: "新屋村"}, []Code{"360726101201"}},
	} {
		var got []Code
		for _, d := range s.Find(c.q) {
			got = append(got, d.Code)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("Find(%+v) (-want +got):\n%s", c.q, d)
		}
	}
}

func TestEveryVillageIsFound(t *testing.T) {
	t.Parallel()
	s := anyuanSet(t)
	for _, c := range s.codes {
		if c.Level() != Village {
			continue
		}
		town, _ := s.NameOn(c.Parent(), 0)
		name, _ := s.NameOn(c, 0)
		got := s.Find(Query{Township: town, Village: name})
		if len(got) != 1 || got[0].Code != c {
			t.Errorf("Find(%s, %s) = %v, want %s alone", town, name, got, c)
		}
	}
}

// The order in which statements become known does not matter, and a known code
// has a name on every day.
func TestSetLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var rows []Division
		named := map[Code]bool{}
		for i := range rapid.IntRange(1, 12).Draw(t, "statements") {
			code := Code("36072610" + rapid.SampledFrom([]string{"0", "1", "2"}).Draw(t, "code"))
			from := Day(rapid.IntRange(2000, 2030).Draw(t, "year")*10000 + 101)
			name := rapid.SampledFrom([]string{"", "甲镇", "乙镇"}).Draw(t, "name")
			if slices.ContainsFunc(rows, func(d Division) bool { return d.Code == code && d.From == from }) {
				continue
			}
			rows = append(rows, Division{Code: code, Name: name, Level: Township, Parent: "360726", From: from})
			named[code] = named[code] || name != ""
			_ = i
		}
		one := NewSet(rows)
		other := NewSet(rapid.Permutation(rows).Draw(t, "order"))
		day := Day(rapid.IntRange(1990, 2040).Draw(t, "day")*10000 + 615)
		for code, has := range named {
			a, okA := one.NameOn(code, day)
			b, okB := other.NameOn(code, day)
			if a != b || okA != okB {
				t.Fatalf("NameOn(%s, %s): %q or %q by the order of statements", code, day, a, b)
			}
			if has && a == "" {
				t.Fatalf("NameOn(%s, %s) is blank", code, day)
			}
			if one.Exists(code, day) && !okA {
				t.Fatalf("%s exists on %s without a name", code, day)
			}
		}
	})
}
