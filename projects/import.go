package projects

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/internal/region"
	"fundbook/internal/sheet"
	"fundbook/ledger"
)

// The columns of the plan table of a province (21 columns), by their headers, in any
// order. The unit of money stands in the header, as 项目总投资（万元）, or in the
// command.
const (
	colSerial      = "序号"
	colCounty      = "县名"
	colTown        = "乡镇"
	colPlaceUnit   = "行政村及责任单位"
	colTeam        = "组名"
	colUnitKind    = "单位属性"
	colNature      = "建设性质"
	colProject     = "项目名称"
	colCategory    = "项目类别"
	colTask        = "建设内容"
	colScale       = "建设规模"
	colScaleUnit   = "单位"
	colInvestment  = "项目总投资"
	colFiscal      = "财政衔接资金"
	colOtherMoney  = "其他资金"
	colHouseholds  = "覆盖户数"
	colPoorHouses  = "覆盖脱贫户数"
	colPersons     = "覆盖人数"
	colPoorPersons = "覆盖脱贫人口数"
	colGoals       = "绩效目标"
	colRemark      = "备注"

	// What the table of 21 columns lacks of the twelve official fields: a column of
	// this name, or the command's value for all rows.
	colStart         = "开始时间"
	colFinish        = "完成时间"
	colParticipation = "群众参与"
	colMechanism     = "带贫减贫机制"
	colSource        = "资金来源层级"
)

var (
	planColumns = []string{
		colSerial, colCounty, colTown, colPlaceUnit, colTeam, colUnitKind, colNature, colProject, colCategory, colTask, colScale, colScaleUnit,
		colInvestment, colFiscal, colOtherMoney, colHouseholds, colPoorHouses, colPersons, colPoorPersons, colGoals, colRemark,
	}
	planNeeded = []string{
		colTown, colPlaceUnit, colNature, colProject, colCategory, colTask, colInvestment, colFiscal, colOtherMoney, colGoals,
	}
	planExtras = []string{colStart, colFinish, colParticipation, colMechanism, colSource}
	planMoney  = []string{colInvestment, colFiscal, colOtherMoney}
)

// PlanTemplate returns the header of the file that import.projects takes: the 21
// columns, then those that may be added.
func PlanTemplate() []string { return append(slices.Clone(planColumns), planExtras...) }

// The faults of importing projects.
var (
	ErrImportRows  = fault.New(fault.Invalid, "project.import_rows", "项目表有不合要求的行，未录入任何项目；请按报告更正后重新导入", "rows of the table are not acceptable: no project was entered")
	ErrImportUnit  = fault.New(fault.Invalid, "project.import_unit", "项目表的金额单位须唯一：写在表头，如 项目总投资（万元），或由导入命令指明", "the unit of money must be one, in the header or in the command")
	ErrImportEmpty = fault.New(fault.Invalid, "project.import_empty", "项目表没有行", "the table has no rows")
)

// ImportCmd enters the projects of a plan table as drafts, all or none. What the 21
// columns do not hold is stated here for all rows, or in columns added to the table:
// nothing is filled in by the program.
type ImportCmd struct {
	FileName      string      `json:"file_name,omitempty" validate:"max=100"`
	File          []byte      `json:"file" validate:"required,max=16777216"`
	Year          int         `json:"library_year" validate:"required,min=1990,max=2199"`
	Unit          string      `json:"unit,omitempty" validate:"omitempty,oneof=元 万元"`
	Source        string      `json:"source,omitempty" validate:"omitempty,oneof=central province city county bond donor own credit other"`
	Start         ledger.Date `json:"start,omitzero"`
	Finish        ledger.Date `json:"finish,omitzero"`
	Participation string      `json:"participation,omitempty" validate:"max=400"`
	Mechanism     string      `json:"mechanism,omitempty" validate:"max=400"`
	On            ledger.Date `json:"on,omitzero"` // of the application; today when left out
}

// ImportReport (项目导入报告) is what was found in a plan table, row by row.
type ImportReport struct {
	File     string        `json:"file"`
	Rows     int           `json:"rows"`
	Total    ledger.Amount `json:"total"`
	Errors   int           `json:"errors"`
	Findings []RowFinding  `json:"findings"`
}

// Fault returns the refusal that the errors of the report are; nil when there is
// none.
func (r *ImportReport) Fault() error {
	if r.Errors == 0 {
		return nil
	}
	return RowsFault(ErrImportRows, r.File, r.Rows, r.Findings)
}

// TableReader (项目表读取) is who reads a plan table: the county, what is known of its
// divisions, and the township of the account, "" for the county's.
type TableReader struct {
	County string
	Places *region.Set
	Town   string
}

// importRow is one row on its way to particulars.
type importRow struct {
	row    sheet.Row
	cols   sheet.Columns
	heads  map[string]string // column → its header as printed
	report *ImportReport
	x      Particulars
}

// ReadPlan reads and judges a plan table. The particulars are complete only when the
// report has no error; a fault says that the file is no such table.
func ReadPlan(c *ImportCmd, at TableReader) ([]Particulars, ImportReport, error) {
	name := cmp.Or(c.FileName, "projects.csv")
	report := ImportReport{File: name, Findings: []RowFinding{}}
	t, err := sheet.Read(name, bytes.NewReader(c.File))
	if err != nil {
		return nil, report, err
	}
	unit, heads, err := planHeader(t, c.Unit)
	if err != nil {
		return nil, report, err
	}
	cols, err := t.Columns(planNeeded, PlanTemplate())
	if err != nil {
		return nil, report, err
	}
	if len(t.Rows) == 0 {
		return nil, report, ErrImportEmpty.With("%s", name)
	}
	digest := sha256.Sum256(c.File)
	seen := map[[3]string]int{}
	var out []Particulars
	for _, r := range t.Rows {
		row := importRow{row: r, cols: cols, heads: heads, report: &report}
		if row.total() {
			continue
		}
		report.Rows++
		row.read(c, &at, unit)
		row.x.External = []ExternalID{{System: "项目表 " + hex.EncodeToString(digest[:8]), ID: "第 " + strconv.Itoa(r.No) + " 行"}}
		key := [3]string{row.x.Town, row.x.Village, row.x.Name}
		if first, twice := seen[key]; twice {
			row.err(colProject, "project_repeated", fmt.Sprintf("与第 %d 行的乡镇、村、项目名称相同", first), "合并为一个项目，或写明不同的名称")
		}
		seen[key] = r.No
		row.judge(&at)
		report.Total += row.x.Budget
		out = append(out, row.x)
	}
	return out, report, nil
}

// planHeader takes the unit of money out of the header and returns the headers as
// they are printed.
func planHeader(t *sheet.Table, stated string) (unit string, printed map[string]string, err error) {
	printed = map[string]string{}
	unit = stated
	for i, h := range t.Header {
		name := strings.NewReplacer("(", "（", ")", "）", " ", "").Replace(h)
		base, rest, bracket := strings.Cut(name, "（")
		if u := strings.TrimSuffix(rest, "）"); bracket && slices.Contains(planMoney, base) {
			if u != "元" && u != "万元" {
				return "", nil, sheet.Place{File: t.File, Row: 1, Column: h}.Fault(ErrImportUnit, "单位 %q 不是 元 或 万元；在表头写明 元 或 万元", u)
			}
			if unit != "" && unit != u {
				return "", nil, sheet.Place{File: t.File, Row: 1, Column: h}.Fault(ErrImportUnit, "单位为 %s，而此前为 %s；全表换算为一种单位，表头与命令一致", u, unit)
			}
			unit = u
			t.Header[i] = base
		}
		printed[t.Header[i]] = h
	}
	if unit == "" {
		return "", nil, sheet.Place{File: t.File, Row: 1}.Fault(ErrImportUnit, "没有写明单位；在表头写明，如 项目总投资（万元）")
	}
	return unit, printed, nil
}

func (r *importRow) text(col string) string { return strings.TrimSpace(r.cols.Cell(r.row, col)) }

func (r *importRow) err(col, code, why, remedy string) {
	value := []rune(r.text(col))
	if len(value) > 40 {
		value = append(value[:40], '…')
	}
	head := r.heads[col]
	if head == "" {
		head = col
	}
	r.report.Errors++
	r.report.Findings = append(r.report.Findings, RowFinding{Row: r.row.No, Column: head, Value: string(value), Code: code, Severity: "error", Why: why, Remedy: remedy})
}

// total reports whether a row is one of totals, which tables carry at their top, in
// their middle and at their end.
func (r *importRow) total() bool {
	for _, col := range []string{colSerial, colCounty, colTown, colPlaceUnit, colProject} {
		if s := strings.ReplaceAll(r.text(col), " ", ""); s == "合计" || s == "小计" || s == "总计" {
			return true
		}
	}
	return false
}

// read takes the cells of a row; what cannot be read is found.
func (r *importRow) read(c *ImportCmd, at *TableReader, unit string) {
	x := &r.x
	x.Year, x.Name, x.Nature, x.Task = c.Year, r.text(colProject), r.text(colNature), r.text(colTask)
	if scale := r.text(colScale) + r.text(colScaleUnit); r.text(colScale) != "" {
		x.Task = strings.TrimSuffix(x.Task, "。") + "（建设规模 " + scale + "）"
	}
	r.place(at)
	r.category()
	r.money(c, unit)
	b := &x.Beneficiaries
	for _, n := range []struct {
		col string
		to  *int
	}{{colHouseholds, &b.Households}, {colPoorHouses, &b.PoorHouseholds}, {colPersons, &b.Persons}, {colPoorPersons, &b.PoorPersons}} {
		*n.to = r.count(n.col)
	}
	if b.PoorHouseholds > b.Households {
		r.err(colPoorHouses, "count_part", "覆盖脱贫户数多于覆盖户数", "核对两列")
	}
	if b.PoorPersons > b.Persons {
		r.err(colPoorPersons, "count_part", "覆盖脱贫人口数多于覆盖人数", "核对两列")
	}
	if goal := r.text(colGoals); goal != "" {
		x.Goals = []Goal{{Code: "1", Level1: "产出", Level2: "数量", Level3: "项目表所列绩效目标", Op: "text", Text: goal, Weight: 0}}
	} else {
		r.err(colGoals, "goals_missing", "没有绩效目标（DOMAIN 5.1：无绩效目标不入库）", "填写绩效目标")
	}
	x.Start, x.Finish = r.date(colStart, c.Start), r.date(colFinish, c.Finish)
	x.Participation = r.stated(colParticipation, c.Participation)
	x.Mechanism = r.stated(colMechanism, c.Mechanism)
}

// stated is a cell of a column that may be added, or the command's value for all
// rows.
func (r *importRow) stated(col, all string) string {
	text := cmp.Or(r.text(col), all)
	if text == "" {
		r.err(col, "field_missing", "21 列表中没有此项，而它是官方十二项要素之一", "在表中增加“"+col+"”列，或在导入命令中对全部行指明")
	}
	return text
}

func (r *importRow) date(col string, all ledger.Date) ledger.Date {
	text := r.text(col)
	if text == "" {
		if all.IsZero() {
			r.stated(col, "")
		}
		return all
	}
	d, err := ledger.ParseDate(text)
	if err != nil {
		r.err(col, "date_form", "日期须为 YYYY-MM-DD", "改为如 2026-03-01")
	}
	return d
}

func (r *importRow) count(col string) int {
	text := r.text(col)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		r.err(col, "count_form", "须为整数", "只填数字")
	case n < 0:
		r.err(col, "count_negative", "数量不得为负", "填写实际数量")
	case n > 5_000_000:
		r.err(col, "count_large", "数量过大", "核对数量")
	default:
		return n
	}
	return 0
}

// place finds whose the project is and where it lies. Names are matched within the
// township, since villages of one name are in several (DATA, divisions).
func (r *importRow) place(at *TableReader) {
	x := &r.x
	town, unit := r.text(colTown), r.text(colPlaceUnit)
	x.Place = strings.TrimSpace(strings.Join([]string{town, unit, r.text(colTeam)}, " "))
	if town == "" || strings.HasSuffix(town, "县") || strings.HasSuffix(town, "本级") {
		x.Tier, x.Unit, x.RaisedBy = TierCounty, unit, RaisedByDepartment
		if unit == "" {
			r.err(colPlaceUnit, "unit_missing", "县级实施的项目没有责任单位", "填写责任单位")
		}
		return
	}
	x.Tier, x.RaisedBy = TierTownship, RaisedByTownship
	towns := at.Places.Find(region.Query{Township: town})
	if len(towns) != 1 {
		r.err(colTown, "town_unknown", fmt.Sprintf("区划中符合此名的乡镇有 %d 个", len(towns)), "按区划表写乡镇名称；新设的先导入区划变更")
		return
	}
	x.Town, x.Unit = towns[0].Name, towns[0].Name
	if at.Town != "" && x.Town != at.Town {
		r.err(colTown, "town_other", "项目不属于本账户的乡镇 "+at.Town, "只导入本乡镇的项目")
	}
	villages := at.Places.Find(region.Query{Township: town, Village: unit})
	switch {
	case unit == "" || strings.ReplaceAll(unit, " ", "") == strings.ReplaceAll(town, " ", ""):
	case len(villages) == 1:
		x.Village, x.RaisedBy = string(villages[0].Code), RaisedByVillage
	case len(villages) > 1:
		r.err(colPlaceUnit, "village_ambiguous", fmt.Sprintf("%s 有 %d 个村符合此名", town, len(villages)), "写全称")
	default:
		r.err(colPlaceUnit, "village_unknown", town+" 没有此村", "按区划表写村名；几个村或片区的项目写乡镇名")
	}
}

// category takes a code of the tree of the year, or the one name that it has there.
func (r *importRow) category() {
	text := r.text(colCategory)
	var found []Category
	for _, c := range Categories(r.x.Year) {
		if c.Code == text || c.Name == text {
			found = append(found, c)
		}
	}
	switch {
	case len(found) == 1:
		r.x.Category = found[0].Code
	case text == "":
		r.err(colCategory, "category_missing", "没有项目类别", "填写类别的名称或编码")
	case len(found) > 1:
		r.err(colCategory, "category_ambiguous", fmt.Sprintf("%d 年度有 %d 个类别叫此名", r.x.Year, len(found)), "填写类别编码")
	default:
		r.err(colCategory, "category_unknown", fmt.Sprintf("%d 年度的类别树中没有此类别", r.x.Year), "填写类别树中的名称或编码")
	}
}

// money reads the three amounts; they must add up to the fen.
func (r *importRow) money(c *ImportCmd, unit string) {
	x := &r.x
	total, fiscal, other := r.amount(colInvestment, unit), r.amount(colFiscal, unit), r.amount(colOtherMoney, unit)
	x.Budget = total
	if fiscal+other != total {
		r.err(colInvestment, "sum", fmt.Sprintf("项目总投资 %s 元，财政衔接资金与其他资金合计 %s 元，相差 %s 元", total, fiscal+other, total-fiscal-other), "核对三列金额")
	}
	if total == 0 {
		r.err(colInvestment, "amount_zero", "项目总投资为零或空白（空白不视为零）", "填写金额")
	}
	if fiscal > 0 {
		source := cmp.Or(r.text(colSource), c.Source)
		if source == "" {
			r.err(colSource, "source_missing", "表中没有财政资金的来源层级", "增加“"+colSource+"”列，或在导入命令中指明 source")
		}
		x.Financing = append(x.Financing, Financing{Source: sourceCode(source), Amount: fiscal})
	}
	if other > 0 {
		x.Financing = append(x.Financing, Financing{Source: "other", Amount: other})
	}
}

// sourceCode turns the printed tier of money into its code; what is none stays and
// is refused by the check.
func sourceCode(text string) string {
	for _, s := range []struct{ zh, code string }{
		{"中央", "central"}, {"省级", "province"}, {"市级", "city"}, {"县级", "county"}, {"债券", "bond"}, {"帮扶", "donor"}, {"自筹", "own"}, {"信贷", "credit"}, {"其他", "other"},
	} {
		if text == s.zh {
			return s.code
		}
	}
	return text
}

func (r *importRow) amount(col, unit string) ledger.Amount {
	text := r.text(col)
	if text == "" {
		return 0
	}
	parse := ledger.ParseAmount
	if unit == "万元" {
		parse = ledger.ParseWan
	}
	a, err := parse(text)
	switch {
	case err != nil:
		r.err(col, "amount_form", "须为 "+unit+" 的数字，精确到分", "只填数字；单位写在表头")
		return 0
	case a < 0:
		r.err(col, "amount_negative", "金额不得为负", "填写实际金额")
		return 0
	}
	return a
}

// judge holds the particulars to the rules of the library, once the cells are read.
func (r *importRow) judge(at *TableReader) {
	for _, f := range r.report.Findings {
		if f.Row == r.row.No {
			return // it is said already
		}
	}
	r.x.setDefaults()
	err := r.x.check()
	if err == nil {
		err = r.x.checkVillages(at.County, at.Places)
	}
	if err != nil {
		f := fault.From(err)
		r.err(colProject, f.Code, "", "按所引规则更正")
		last := &r.report.Findings[len(r.report.Findings)-1]
		*last = last.Said(f)
	}
}

// ImportProjects enters the projects of a plan table, all or none (DOMAIN 5.1). The
// row of the file stands in the project's external numbers, so the same file again
// is refused.
func ImportProjects(ctx context.Context, tx *db.Tx, c ImportCmd) error {
	known, err := region.Known(ctx, tx)
	if err != nil {
		return err
	}
	list, report, err := ReadPlan(&c, TableReader{County: tx.County(), Places: known, Town: tx.Unit})
	if err != nil {
		return err
	}
	if err := report.Fault(); err != nil {
		return err
	}
	for i := range list {
		if err := EnterProject(ctx, tx, EnterCmd{Particulars: list[i], On: c.On}); err != nil {
			return err
		}
	}
	return nil
}
