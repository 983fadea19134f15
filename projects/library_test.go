package projects

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"fundbook/internal/fault"
	"fundbook/internal/region"
	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
)

func mustDay(s string) ledger.Date {
	d, err := ledger.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// road is a village road that the library takes.
func road() Particulars {
	return Particulars{
		Name: "通组路硬化", Tier: TierTownship, Town: "欣山镇", Year: 2026, RaisedBy: RaisedByVillage, Category: "030101", Nature: "新建",
		Place: "濂江村", Village: "360726101203", Start: mustDay("2026-03-01"), Finish: mustDay("2026-10-31"), Unit: "欣山镇", Task: "硬化 2 公里",
		Budget: 100_000_00, Financing: []Financing{{"central", 90_000_00}, {"own", 10_000_00}},
		Beneficiaries: Beneficiaries{Households: 60, Persons: 230, PoorHouseholds: 20, PoorPersons: 80},
		Goals: []Goal{
			{Code: "1", Level1: "产出", Level2: "数量", Level3: "新建道路", Op: ">=", Milli: 2_000, Unit: "公里", Weight: 30},
			{Code: "2", Level1: "产出", Level2: "质量", Level3: "验收合格率", Op: "=", Milli: 100_000, Unit: "%", Weight: 20},
			{Code: "3", Level1: "效益", Level2: "社会", Level3: "受益建档立卡人数", Op: ">=", Milli: 29_000, Unit: "人", Weight: 30},
			{Code: "4", Level1: "满意度", Level2: "服务对象满意度", Level3: "满意度", Op: ">=", Milli: 90_000, Unit: "%", Weight: 10},
		},
		Participation: "村民会议讨论", Mechanism: "改善出行", FuncCode: "2130504",
	}
}

func TestParticularsAccepted(t *testing.T) {
	t.Parallel()
	cross := road()
	cross.RaisedBy, cross.Village = RaisedByTownship, ""
	cross.Villages = []Share{{"360726101203", 60_000_00}, {"360726102201", 40_000_00}}
	county := cross
	county.Tier, county.Town, county.Unit, county.RaisedBy = TierCounty, "", "交通局", RaisedByDepartment
	large := road()
	large.Tier, large.Town, large.RaisedBy = TierCounty, "", RaisedByDepartment
	integrated := road()
	integrated.FuncCode = "2140106" // money of transport, integrated
	for name, x := range map[string]Particulars{
		"of one village": road(), "of two townships": cross, "county-run over two townships": county,
		"county-run in one village, large": large, "other function code": integrated,
	} {
		if err := x.check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParticularsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil func(*Particulars)
		want  *fault.Error
		field string
	}{
		{"name", func(x *Particulars) { x.Name = "" }, ErrField, "name"},
		{"category", func(x *Particulars) { x.Category = "" }, ErrField, "category"},
		{"nature", func(x *Particulars) { x.Nature = "" }, ErrField, "nature"},
		{"place", func(x *Particulars) { x.Place = "" }, ErrField, "place"},
		{"start", func(x *Particulars) { x.Start = 0 }, ErrField, "start"},
		{"finish", func(x *Particulars) { x.Finish = 0 }, ErrField, "finish"},
		{"unit", func(x *Particulars) { x.Unit = "" }, ErrField, "unit"},
		{"task", func(x *Particulars) { x.Task = "" }, ErrField, "task"},
		{"budget", func(x *Particulars) { x.Budget = 0 }, ErrField, "budget"},
		{"financing", func(x *Particulars) { x.Financing = nil }, ErrField, "financing"},
		{"beneficiaries", func(x *Particulars) { x.Beneficiaries = Beneficiaries{} }, ErrField, "beneficiaries"},
		{"participation", func(x *Particulars) { x.Participation = "" }, ErrField, "participation"},
		{"mechanism", func(x *Particulars) { x.Mechanism = "" }, ErrField, "mechanism"},
		{"no goals", func(x *Particulars) { x.Goals = nil }, ErrGoals, "goals"},
		{"goal twice", func(x *Particulars) { x.Goals[1].Code = "1" }, ErrGoal, "goals[1]"},
		{"goal that everything reaches", func(x *Particulars) { x.Goals[0].Milli = 0 }, ErrGoal, "goals[0]"},
		{"goal without a unit", func(x *Particulars) { x.Goals[0].Unit = "" }, ErrGoal, "goals[0]"},
		{"qualitative goal without words", func(x *Particulars) { x.Goals[0].Op = "text" }, ErrGoal, "goals[0]"},
		{"category of another epoch", func(x *Particulars) { x.Category = "1101" }, ErrCategory, "category"},
		{"function code of production on a road", func(x *Particulars) { x.FuncCode = "2130505" }, ErrFuncCode, "func_code"},
		{"finish before start", func(x *Particulars) { x.Finish = x.Start - 1 }, ErrFieldForm, "finish"},
		{"township scope without a township", func(x *Particulars) { x.Town = "" }, ErrField, "town"},
		{"county scope with a township", func(x *Particulars) { x.Tier = TierCounty }, ErrFieldForm, "town"},
		{"township project of another unit", func(x *Particulars) { x.Unit = "交通局" }, ErrFieldForm, "unit"},
		{"unknown action", func(x *Particulars) { x.Actions = []string{"A11"} }, ErrFieldForm, "actions"},
		{"a fen too little", func(x *Particulars) { x.Financing[1].Amount-- }, ErrFinancing, "financing"},
		{"negative source", func(x *Particulars) { x.Financing[1].Amount = -1 }, ErrFieldForm, "financing[1]"},
		{"shares a fen short", func(x *Particulars) {
			x.RaisedBy = RaisedByTownship
			x.Villages = []Share{{"360726101203", 60_000_00}, {"360726102201", 39_999_99}}
		}, ErrShares, "villages"},
		{"a village twice", func(x *Particulars) {
			x.RaisedBy = RaisedByTownship
			x.Villages = []Share{{"360726101203", 60_000_00}, {"360726101203", 40_000_00}}
		}, ErrFieldForm, "villages[1]"},
		{"lead village not among the shares", func(x *Particulars) {
			x.RaisedBy = RaisedByTownship
			x.Villages = []Share{{"360726101204", 60_000_00}, {"360726102201", 40_000_00}}
		}, ErrShares, "village"},
		{"village raises what crosses villages", func(x *Particulars) {
			x.Villages = []Share{{"360726101203", 60_000_00}, {"360726102201", 40_000_00}}
		}, ErrRaised, "raised_by"},
		{"township raises a village's project", func(x *Particulars) { x.RaisedBy = RaisedByTownship }, ErrRaised, "raised_by"},
		{"department raises a township's project", func(x *Particulars) { x.RaisedBy = RaisedByDepartment }, ErrRaised, "raised_by"},
		{"raised by a village that is not named", func(x *Particulars) { x.Village = "" }, ErrField, "village"},
		{"external number twice", func(x *Particulars) { x.External = []ExternalID{{"国扶", "1"}, {"国扶", "1"}} }, ErrExternal, "external_ids[1]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			x := road()
			c.spoil(&x)
			err := x.check()
			if !errors.Is(err, c.want) {
				t.Fatalf("error = %v, want %s", err, c.want.Code)
			}
			if f := fault.From(err).Fields; len(f) == 0 || f[0].Location != c.field {
				t.Errorf("fields = %v, want %s", f, c.field)
			}
		})
	}
}

// TestEveryMissingFieldIsNamed leaves everything out at once.
func TestEveryMissingFieldIsNamed(t *testing.T) {
	t.Parallel()
	var x Particulars
	f := fault.From(x.check())
	if f.Code != ErrField.Code || len(f.Fields) != 15 {
		t.Fatalf("%v with %d fields", f, len(f.Fields))
	}
	for i := 1; i <= 12; i++ {
		if i != 10 && !strings.Contains(f.Detail, map[int]string{1: "1 项目名称", 2: "2 项目类别", 3: "3 建设性质", 4: "4 实施地点", 5: "5 时间进度", 6: "6 责任单位", 7: "7 建设任务", 8: "8 资金规模", 9: "9 受益对象", 11: "11 群众参与", 12: "12 带贫减贫机制"}[i]) {
			t.Errorf("official field %d is not named in %q", i, f.Detail)
		}
	}
}

// TestParticularsComeThroughTheProject sets every field and looks for it again.
func TestParticularsComeThroughTheProject(t *testing.T) {
	t.Parallel()
	x := road()
	v := reflect.ValueOf(&x).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString("x")
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Int, reflect.Int32, reflect.Int64:
			f.SetInt(int64(i + 1))
		case reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), i+1, i+1))
		case reflect.Struct:
			f.Field(0).SetString("y")
		default:
			t.Fatalf("field %s of kind %s", v.Type().Field(i).Name, f.Kind())
		}
	}
	var p Project
	p.take(&x)
	if d := cmp.Diff(x, p.particulars()); d != "" {
		t.Errorf("particulars (-given +kept):\n%s", d)
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		in         Particulars
		raised, fn string
		household  bool
	}{
		{"a village", Particulars{Village: "360726101203", Category: "030101", Year: 2026}, RaisedByVillage, "2130504", false},
		{"several villages of a township", Particulars{Tier: TierTownship, Villages: make([]Share, 2), Category: "0104", Year: 2026}, RaisedByTownship, "2130505", true},
		{"county-run without a village", Particulars{Tier: TierCounty, Category: "0202", Year: 2026}, RaisedByDepartment, "", false},
	} {
		c.in.setDefaults()
		if c.in.RaisedBy != c.raised || c.in.FuncCode != c.fn || c.in.Household != c.household {
			t.Errorf("%s: raised by %q, function code %q, household %v", c.name, c.in.RaisedBy, c.in.FuncCode, c.in.Household)
		}
	}
}

func TestVillages(t *testing.T) {
	t.Parallel()
	none := region.NewSet(nil)
	known := region.NewSet([]region.Division{
		{Code: "360726", Name: "安远县", Level: region.County, Parent: "3607", From: 20200101},
		{Code: "360726101", Name: "欣山镇", Level: region.Township, Parent: "360726", From: 20200101},
		{Code: "360726102", Name: "孔田镇", Level: region.Township, Parent: "360726", From: 20200101},
		{Code: "360726101203", Name: "濂江村委会", Level: region.Village, Parent: "360726101", From: 20200101},
		{Code: "360726102201", Name: "孔田村委会", Level: region.Village, Parent: "360726102", From: 20200101},
	})
	for _, c := range []struct {
		name, village string
		set           *region.Set
		ok            bool
	}{
		{"known", "360726101203", known, true},
		{"of another township", "360726102201", known, false},
		{"unknown", "360726101999", known, false},
		{"unknown, nothing imported", "360726101999", none, true},
		{"of another county", "360727101203", none, false},
		{"eleven digits", "36072610120", none, false},
	} {
		x := road()
		x.Village = c.village
		if err := x.checkVillages("360726", c.set); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		} else if err != nil && !errors.Is(err, ErrVillage) {
			t.Errorf("%s: %v is not %s", c.name, err, ErrVillage.Code)
		}
	}
}

func TestDivision(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		x    Particulars
		want string
	}{
		{Particulars{Village: "360726101203"}, "360726101203"},
		{Particulars{}, "360726000000"},
		{Particulars{Villages: []Share{{"360726101203", 1}}}, "360726101203"},
		{Particulars{Villages: []Share{{"360726101203", 1}, {"360726101204", 1}}}, "360726101000"},
		{Particulars{Villages: []Share{{"360726101203", 1}, {"360726102201", 1}}}, "360726000000"},
	} {
		if got := c.x.division("360726"); got != c.want {
			t.Errorf("division of %v = %s, want %s", c.x.Villages, got, c.want)
		}
	}
}
