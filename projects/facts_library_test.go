package projects

import (
	"reflect"
	"strings"
	"testing"

	"fundbook/internal/dbtest"
	"fundbook/ledger"
)

// fill sets every field of a value to something that is not zero.
func fill(v reflect.Value, n *int64) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString("字" + string(rune('a'+*n%26)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(*n)
	case reflect.Uint8:
		v.SetUint(uint64(*n % 256))
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).SetUint(uint64(*n+int64(i)) % 256)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), n)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic("invariant: a fact cannot carry " + v.Type().String())
	}
}

// TestBytesOfFacts holds the format of every fact of the library: one value of
// each, with every field set, as it stands in the log. A change here is a new
// version of the fact.
func TestBytesOfFacts(t *testing.T) {
	t.Parallel()
	each := func(v reflect.Value) {
		var n int64
		fill(v, &n)
	}
	dbtest.FactBytes(t, dbtest.FactFile{Name: "facts_library.txt", Format: "%s\n%x\n"}, each,
		&Entered{}, &Amended{}, &Advanced{}, &NoticePosted{}, &NoticeWithdrawn{}, &AssetListed{}, &externalMoved{},
		&Monitored{}, &Evaluated{}, &Reviewed{}, &Spotcheck{}, &Registered{}, &HandedOver{},
	)
}

// TestAssets tries what the register takes of a project, and what not.
func TestAssets(t *testing.T) {
	t.Parallel()
	good := RegisterAssetCmd{
		Code: "ZC-1", Name: "通组路", Type: AssetPublic, Values: []AssetValue{{ledger.LotID{1}, 70}, {ledger.LotID{2}, 20}}, Other: 10, Owner: "濂江村委会", Manager: "管护员", On: mustDay("2026-11-01"),
	}
	works := Project{Code: "p", Year: 2026, Category: "030101", State: StateAccepted, Village: "360726101203", Town: "T1"}
	a, err := works.newAsset(&good)
	if err != nil || a.Value != 100 || a.Village != works.Village || a.Town != "T1" || a.State != AssetRegistered {
		t.Fatalf("asset %+v, %v", a, err)
	}
	household := Project{Code: "p", Year: 2026, Category: "0501", State: StateContracted}
	if _, err := household.newAsset(&good); err != nil {
		t.Errorf("of households: %v", err)
	}
	for name, spoil := range map[string]func(*Project, *RegisterAssetCmd){
		"before acceptance":                func(p *Project, _ *RegisterAssetCmd) { p.State = StateCompleted },
		"after closing":                    func(p *Project, _ *RegisterAssetCmd) { p.State = StateClosed },
		"of a category without assets":     func(p *Project, _ *RegisterAssetCmd) { p.Category = "0202" },
		"business without an operator":     func(_ *Project, c *RegisterAssetCmd) { c.Type = AssetBusiness; c.Terms.RateBP = 1000 },
		"business without terms":           func(_ *Project, c *RegisterAssetCmd) { c.Type, c.Operator = AssetBusiness, "合作社" },
		"without value":                    func(_ *Project, c *RegisterAssetCmd) { c.Values, c.Other = nil, 0 },
		"with a negative part":             func(_ *Project, c *RegisterAssetCmd) { c.Other = -1 },
		"with a lot twice":                 func(_ *Project, c *RegisterAssetCmd) { c.Values = []AssetValue{c.Values[0], c.Values[0]} },
		"with a lot of nothing":            func(_ *Project, c *RegisterAssetCmd) { c.Values = []AssetValue{{ledger.LotID{1}, 0}} },
		"under a code longer than a code":  func(_ *Project, c *RegisterAssetCmd) { c.Code = strings.Repeat("编", 27) },
		"of a suspended, unfinished works": func(p *Project, _ *RegisterAssetCmd) { p.State, p.Before = StateSuspended, StateStarted },
	} {
		p, c := works, good
		spoil(&p, &c)
		if _, err := p.newAsset(&c); err == nil {
			t.Errorf("an asset %s is taken", name)
		}
	}
}
