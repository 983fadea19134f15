package publicity

import (
	"slices"
	"testing"

	"fundbook/internal/workday"
	"fundbook/ledger"
	"fundbook/projects"

	"github.com/google/go-cmp/cmp"
)

func date(t *testing.T, s string) ledger.Date {
	t.Helper()
	d, err := ledger.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// dutyWorld is a county of one document, one plan and four projects on 30 June 2026.
func dutyWorld(t *testing.T) DutyFacts {
	t.Helper()
	var c workday.Calendar
	for year, table := range map[int]string{2025: "off 1001-1008", 2026: "off 0101-0103 0501-0505 0619-0621; on 0104"} {
		if err := c.Load(year, table); err != nil {
			t.Fatal(err)
		}
	}
	project := func(code, town, village string, state projects.State, since string) projects.Project {
		return projects.Project{Code: code, Name: "项目" + code, Town: town, Village: village, State: state, Since: date(t, since), Year: 2026, Category: "030101"}
	}
	board := func(from, until string) Board {
		b := Board{Place: PlaceVillage, Where: "甲村", From: date(t, from), Photo: ledger.Digest{1}}
		if until != "" {
			b.Until = date(t, until)
		}
		return b
	}
	file := func(code string, typ NoticeType, about string, from string, boards ...Board) File {
		return File{Code: code, Type: typ, About: about, From: date(t, from), Boards: boards}
	}
	return DutyFacts{
		Day:       date(t, "2026-06-30"),
		Documents: []DutyDocument{{"D1", "中央资金", date(t, "2026-05-06")}, {"D2", "省级资金", date(t, "2026-06-29")}},
		Plans:     []projects.Plan{{Code: "P1", Name: "年度计划", Year: 2026, FormedOn: date(t, "2026-03-02")}},
		Projects: []projects.Project{
			project("A", "欣山镇", "", projects.StatePlanned, "2026-06-01"),
			project("B", "欣山镇", "", projects.StatePlanned, "2026-05-01"),
			project("C", "孔田镇", "", projects.StatePlanned, "2026-05-01"),
			project("D", "孔田镇", "", projects.StateRemoved, "2026-05-01"),
		},
		Files: []File{
			file("N1-LATE", N1, "D1", "2026-06-01", Board{Place: PlaceWeb, From: date(t, "2026-06-01")}),
			file("N2-OLD", N2, "P1", "2026-03-01", Board{Place: PlaceWeb, From: date(t, "2026-03-01")}), // before the plan was approved
			file("N5-SHORT", N5, "B", "2026-06-01", board("2026-06-01", "2026-06-10")),
			file("N5-DONE", N5, "C", "2026-06-01", board("2026-06-01", "2026-06-11")),
		},
		Calendar: c,
	}
}

// TestDuties says of each duty of a small county how it stands: the missed one, the one
// a day short, the late one and the one that came before its plan are told apart.
func TestDuties(t *testing.T) {
	t.Parallel()
	type short struct {
		Type   NoticeType
		About  string
		Status DutyStatus
		Due    string
		Days   int
	}
	var got []short
	for _, d := range Duties(dutyWorld(t)) {
		s := short{d.Type, d.About, d.Status, "", d.Days}
		if !d.Due.IsZero() {
			s.Due = d.Due.String()
		}
		got = append(got, s)
	}
	want := []short{
		{N1, "D1", DutyLate, "2026-05-27", 29},
		{N1, "D2", DutyDue, "2026-07-20", 0},
		{N2, "P1", DutyOverdue, "2026-03-30", 0},
		{N5, "C", DutyDone, "", 10},
		{N5, "A", DutyDue, "", 0},
		{N5, "B", DutyShort, "", 9},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestAWithdrawnNoticeIsOwedAgain: what was taken back does not count; the next does.
func TestAWithdrawnNoticeIsOwedAgain(t *testing.T) {
	t.Parallel()
	f := dutyWorld(t)
	status := func() DutyStatus {
		list := Duties(f)
		i := slices.IndexFunc(list, func(d Duty) bool { return d.Type == N5 && d.About == "C" })
		if i < 0 {
			t.Fatal("the duty is gone")
		}
		return list[i].Status
	}
	i := len(f.Files) - 1
	f.Files[i].Withdrawn = date(t, "2026-06-20")
	if got := status(); got != DutyWithdrawn {
		t.Errorf("withdrawn: %s", got)
	}
	f.Files = append(f.Files, File{Code: "N5-NEW", Type: N5, About: "C", From: date(t, "2026-06-25")})
	if got := status(); got != DutyIssued {
		t.Errorf("issued anew: %s", got)
	}
	f.Files[i+1].Boards = []Board{{Place: PlaceVillage, Where: "甲村", From: date(t, "2026-06-25")}}
	if got := status(); got != DutyRunning {
		t.Errorf("posted anew: %s", got)
	}
	f.Day = date(t, "2026-07-06")
	if got := status(); got != DutyDone {
		t.Errorf("after ten days: %s", got)
	}
}

// TestCoverageCounts adds the duties up; a duty is open until it is public.
func TestCoverageCounts(t *testing.T) {
	t.Parallel()
	all, open := 0, 0
	for _, c := range Cover(Duties(dutyWorld(t))) {
		sum := 0
		for _, n := range c.By {
			sum += n
		}
		if sum != c.All {
			t.Errorf("%+v: its states come to %d", c, sum)
		}
		all, open = all+c.All, open+c.Open
	}
	if all != 6 || open != 4 {
		t.Errorf("%d duties, %d open; want 6 and 4", all, open)
	}
}

// TestADutyWithoutHolidaysIsRefusedNotGuessed: a year whose table is not loaded gives no
// deadline, and says so.
func TestADutyWithoutHolidaysIsRefusedNotGuessed(t *testing.T) {
	t.Parallel()
	f := dutyWorld(t)
	f.Calendar = workday.Calendar{}
	for _, d := range Duties(f) {
		row, err := typeOf(d.Type)
		if err != nil {
			t.Fatal(err)
		}
		if row.Within > 0 && (!d.Due.IsZero() || d.NoDue == "") {
			t.Errorf("%s %s: due %s, reason %q", d.Type, d.About, d.Due, d.NoDue)
		}
	}
}
