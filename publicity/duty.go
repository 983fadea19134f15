package publicity

import (
	"cmp"
	"slices"
	"strconv"

	"fundbook/internal/region"
	"fundbook/internal/workday"
	"fundbook/ledger"
	"fundbook/projects"
)

// DutyStatus (公开义务状态) is how a duty stands on a day.
type DutyStatus string

// The states of a duty.
const (
	DutyDue       DutyStatus = "due"       // 待公开
	DutyOverdue   DutyStatus = "overdue"   // 逾期未公开
	DutyIssued    DutyStatus = "issued"    // 已生成，未张贴
	DutyRunning   DutyStatus = "running"   // 公示期内
	DutyShort     DutyStatus = "short"     // 公示期不足
	DutyDone      DutyStatus = "done"      // 已公开
	DutyLate      DutyStatus = "late"      // 已公开，超过期限
	DutyWithdrawn DutyStatus = "withdrawn" // 已撤回，须重新公开
)

// Chinese names the state.
func (s DutyStatus) Chinese() string {
	return map[DutyStatus]string{
		DutyDue: "待公开", DutyOverdue: "逾期未公开", DutyIssued: "未张贴", DutyRunning: "公示期内", DutyShort: "公示期不足",
		DutyDone: "已公开", DutyLate: "逾期公开", DutyWithdrawn: "已撤回",
	}[s]
}

// Open reports whether something is still to be done.
func (s DutyStatus) Open() bool { return s != DutyDone && s != DutyLate && s != DutyRunning }

// Duty (公开义务) is something that the rules of DOMAIN 6.3 want public: what, by whom,
// until when, and how it stands.
type Duty struct {
	Type    NoticeType  `json:"type"`
	Title   string      `json:"title"`
	About   string      `json:"about"` // as `notice issue` takes it
	Name    string      `json:"name"`  // of what it is about
	Town    string      `json:"town,omitempty"`
	Village string      `json:"village,omitempty"`
	Trigger ledger.Date `json:"trigger"`      // what the days are counted from
	Due     ledger.Date `json:"due,omitzero"` // last day; zero: before what it announces, or the year's holidays are not loaded
	NoDue   string      `json:"no_due,omitempty"`
	Status  DutyStatus  `json:"status"`
	Notice  string      `json:"notice,omitempty"` // code
	Days    int         `json:"days,omitempty"`   // for which it has hung
	Basis   string      `json:"basis"`
}

// DutyFacts is all that duties are derived from, on a day.
type DutyFacts struct {
	Day       ledger.Date
	Documents []DutyDocument
	Plans     []projects.Plan
	Projects  []projects.Project
	Accepted  map[string]ledger.Date // of projects: the last acceptance
	Evaluated map[string]ledger.Date
	Rosters   []projects.Roster
	Loans     []projects.Loan
	Files     []File
	Calendar  workday.Calendar
	Places    *region.Set
}

// DutyDocument is a funding document whose lots were issued.
type DutyDocument struct {
	Key, Name string
	Issued    ledger.Date
}

// duties collects what one day asks for.
type duties struct {
	DutyFacts
	files map[NoticeType]map[string][]File
	out   []Duty
}

// Duties derives every duty of a county as it stands on a day (DOMAIN 6.1, 6.3), in
// order of type, town, village and subject. It reads nothing and decides nothing else.
func Duties(f DutyFacts) []Duty {
	d := duties{DutyFacts: f, files: map[NoticeType]map[string][]File{}}
	for _, x := range f.Files {
		if d.files[x.Type] == nil {
			d.files[x.Type] = map[string][]File{}
		}
		d.files[x.Type][x.About] = append(d.files[x.Type][x.About], x)
	}
	for _, x := range f.Documents {
		d.add(Duty{Type: N1, About: x.Key, Name: x.Name, Trigger: x.Issued})
	}
	d.plans()
	for i := range f.Projects {
		d.project(&f.Projects[i])
	}
	d.rosters()
	d.quarters()
	d.loans()
	slices.SortStableFunc(d.out, func(a, b Duty) int {
		return cmp.Or(typeRank(a.Type)-typeRank(b.Type), cmp.Compare(a.Town, b.Town), cmp.Compare(a.Village, b.Village), cmp.Compare(a.About, b.About))
	})
	return d.out
}

func typeRank(t NoticeType) int {
	return slices.IndexFunc(typeTable, func(r TypeRow) bool { return r.Type == t })
}

func (d *duties) plans() {
	for i := range d.Plans {
		p := &d.Plans[i]
		d.add(Duty{Type: N2, About: p.Code, Name: p.Name, Trigger: p.FormedOn})
		if end := yearEnd(p.Year); end < d.Day {
			d.add(Duty{Type: N3, About: p.Code, Name: p.Name, Trigger: end})
		}
	}
}

// project adds the duties of a project by how far it has come.
func (d *duties) project(p *projects.Project) {
	if p.State == projects.StateRemoved || p.State == projects.StateRolled {
		return
	}
	at := func(t NoticeType, trigger ledger.Date) {
		d.add(Duty{Type: t, About: p.Code, Name: p.Name, Town: p.Town, Village: p.Village, Trigger: trigger})
	}
	if p.Reached(projects.StatePlanned) && p.Route() != projects.RouteFee {
		at(N5, p.Since)
	}
	if on, ok := d.Accepted[p.Code]; ok && p.Reached(projects.StateAccepted) {
		at(N6, on)
		if p.Route() == projects.RouteWorks {
			at(N10, on)
		}
	}
	if on, ok := d.Evaluated[p.Code]; ok {
		at(N11, on)
	}
}

func (d *duties) rosters() {
	towns := map[string]*projects.Project{}
	for i := range d.Projects {
		towns[d.Projects[i].Code] = &d.Projects[i]
	}
	for i := range d.Rosters {
		r := &d.Rosters[i]
		village := ""
		if p := towns[r.Project]; p != nil {
			village = p.Village
		}
		if !r.CommittedOn.IsZero() {
			d.add(Duty{Type: N8, About: r.Code, Name: r.Name, Town: r.Town, Village: village, Trigger: max(r.CommittedOn, r.ChangedOn)})
		}
		if r.State == projects.RosterClosed {
			d.add(Duty{Type: N8, About: r.Code + "/result", Name: r.Name + "（发放结果）", Town: r.Town, Village: village, Trigger: r.ConfirmedOn})
		}
	}
}

// quarters adds what is due after each quarter of the year that is over: of each
// department with projects in a plan (N7), of each village with projects in the
// library (N9).
func (d *duties) quarters() {
	departments, villages := map[string]bool{}, map[string]string{}
	for i := range d.Projects {
		p := &d.Projects[i]
		if p.Department != "" && p.Reached(projects.StatePlanned) {
			departments[p.Department] = true
		}
		if p.Village != "" && p.Reached(projects.StateInLibrary) {
			villages[p.Village] = p.Town
		}
	}
	for q := 1; q <= 4; q++ {
		period := strconv.Itoa(d.Day.Year()) + "Q" + strconv.Itoa(q)
		_, end, name, err := quarterOf(period)
		if err != nil || end >= d.Day {
			continue
		}
		for dep := range departments {
			d.add(Duty{Type: N7, About: dep + "/" + period, Name: dep + name, Trigger: end})
		}
		for code, town := range villages {
			d.add(Duty{Type: N9, About: code + "/" + period, Name: name, Town: town, Village: code, Trigger: end})
		}
	}
}

func (d *duties) loans() {
	years := map[int]bool{}
	for i := range d.Loans {
		for y := d.Loans[i].From.Year(); y < d.Day.Year(); y++ {
			years[y] = true
		}
	}
	for y := range years {
		d.add(Duty{Type: N12, About: strconv.Itoa(y), Name: strconv.Itoa(y) + "年度", Trigger: yearEnd(y)})
	}
}

func yearEnd(year int) ledger.Date {
	d, err := ledger.NewDate(year, 12, 31)
	if err != nil {
		return 0
	}
	return d
}

// add judges a duty by the notice that answers it.
func (d *duties) add(x Duty) {
	row, err := typeOf(x.Type)
	if err != nil || x.Trigger.IsZero() || x.Trigger > d.Day {
		return
	}
	x.Title, x.Basis = row.Title, row.Basis
	if x.Village != "" && d.Places != nil {
		x.Village, _ = d.Places.NameOn(region.Code(x.Village), region.Day(d.Day.Number()))
	}
	if row.Within > 0 {
		if x.Due, err = workdaysAfter(d.Calendar, x.Trigger, row.Within); err != nil {
			x.NoDue = err.Error()
		}
	}
	f := d.answer(&x)
	x.Status = d.judge(&x, &row, f)
	if f != nil {
		x.Notice = f.Code
		for i := range f.Boards {
			x.Days = max(x.Days, f.Boards[i].days(d.Day))
		}
	}
	d.out = append(d.out, x)
}

// answer is the notice that answers a duty: the last of its subject that came after its
// trigger, a withdrawn one only where there is no other.
func (d *duties) answer(x *Duty) *File {
	var best *File
	list := d.files[x.Type][x.About]
	for i := range list {
		f := &list[i]
		if f.From > d.Day || (x.Type == N2 && f.From < x.Trigger) {
			continue
		}
		if best == nil || !best.Withdrawn.IsZero() || f.Withdrawn.IsZero() {
			best = f
		}
	}
	return best
}

// judge says how a duty stands.
func (d *duties) judge(x *Duty, row *TypeRow, f *File) DutyStatus {
	late := !x.Due.IsZero() && d.Day > x.Due
	switch {
	case f == nil && late:
		return DutyOverdue
	case f == nil:
		return DutyDue
	case !f.Withdrawn.IsZero():
		return DutyWithdrawn
	case len(f.Boards) == 0:
		return DutyIssued
	}
	first := f.Boards[0].From
	for i := range f.Boards {
		first = min(first, f.Boards[i].From)
	}
	if !x.Due.IsZero() && first > x.Due {
		return DutyLate
	}
	if row.Days == 0 {
		return DutyDone
	}
	return boardsOver(f, row.Days, d.Day)
}

// boardsOver judges the period by the board that showed the notice longest.
func boardsOver(f *File, days int, day ledger.Date) DutyStatus {
	status := DutyShort
	for i := range f.Boards {
		b := &f.Boards[i]
		switch {
		case b.days(day) > days || (!b.Until.IsZero() && b.days(day) >= days):
			return DutyDone
		case b.Until.IsZero():
			status = DutyRunning
		}
	}
	return status
}

// Coverage (公开覆盖) is how many duties of a type a village, a township or the county
// has, by how they stand.
type Coverage struct {
	Town    string             `json:"town,omitempty"`
	Village string             `json:"village,omitempty"`
	Type    NoticeType         `json:"type"`
	All     int                `json:"all"`
	Open    int                `json:"open"` // still to be done
	By      map[DutyStatus]int `json:"by_status"`
}

// Cover adds duties up by township, village and type.
func Cover(list []Duty) []Coverage {
	out, at := []Coverage{}, map[[3]string]int{}
	for i := range list {
		x := &list[i]
		k := [3]string{x.Town, x.Village, string(x.Type)}
		n, known := at[k]
		if !known {
			n = len(out)
			at[k] = n
			out = append(out, Coverage{Town: x.Town, Village: x.Village, Type: x.Type, By: map[DutyStatus]int{}})
		}
		out[n].All++
		out[n].By[x.Status]++
		if x.Status.Open() {
			out[n].Open++
		}
	}
	return out
}
