package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fundbook/api"
	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/internal/region"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

const (
	badCounty  = "360726"
	goodID     = "360726195002020010"
	goodCard   = "6228000000000000019"
	closedCard = "6228000000000000027"
	payeesHead = "姓名,身份证号,一卡通账号,村代码,数量,计量单位,补助标准\n"
	planHead   = "乡镇,行政村及责任单位,建设性质,项目名称,项目类别,建设内容,项目总投资（万元）,财政衔接资金（万元）,其他资金（万元）,绩效目标,资金来源层级,开始时间,完成时间,群众参与,带贫减贫机制\n"
	planRow    = "样例镇,甲村,新建,甲路,030101,硬化,12.5,10,2.5,改造2公里,central,2026-03-01,2026-10-31,讨论,出行\n"
)

// badWorld is a served store with a household project of a township, one card that a
// bank has sent back as closed, and accounts of both townships.
type badWorld struct {
	store
	app     *app.App
	handler http.Handler
	project string
	tokens  map[string]string // finance; other: of the other township
	files   map[string]string // where the tokens lie
	keys    int
	lang    string // of the locale and of Accept-Language
	now     atomic.Int64
}

func badDay(text string) ledger.Date {
	d, err := ledger.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func at(day string) int64 {
	d := badDay(day)
	return time.Date(d.Year(), time.Month(d.Month()), d.Day(), 2, 0, 0, 0, time.UTC).UnixMicro()
}

func newBadWorld(t *testing.T, url string) *badWorld {
	t.Helper()
	dir := t.TempDir()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := &badWorld{store: store{t, []string{"FUNDBOOK_DATA=" + dir, "FUNDBOOK_DB=" + url}}, tokens: map[string]string{}, files: map[string]string{}}
	w.now.Store(at("2026-06-15"))
	w.app = app.Open(app.Options{DB: d, Data: dir, Clock: w.now.Load})
	t.Cleanup(w.app.Close)
	if err := w.app.InitCounty(t.Context(), auth.LocalOperator, app.NewCounty{Code: badCounty, Name: "安远县", OpenMonths: 6}); err != nil {
		t.Fatal(err)
	}
	for name, u := range map[string]app.NewUser{
		"finance": {Name: "u-finance", Role: auth.Finance, County: badCounty},
		"other":   {Name: "u-other", Role: auth.Township, County: badCounty, Unit: "另一乡"},
	} {
		_, token, err := w.app.AddUser(t.Context(), auth.LocalOperator, "user-key-of-"+name+"-0000", u)
		if err != nil {
			t.Fatal(err)
		}
		w.tokens[name], w.files[name] = token, filepath.Join(dir, name+".token")
		if err := os.WriteFile(w.files[name], []byte(token), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.handler = api.New(w.app, api.Options{Version: "test"})
	w.divisions()
	w.closeACard()
	return w
}

func (w *badWorld) divisions() {
	w.t.Helper()
	list := region.List{County: badCounty, Name: "安远县", File: "divisions.csv", Source: "样例"}
	for _, x := range []struct{ code, name string }{
		{"360726", "安远县"}, {"360726101", "样例镇"}, {"360726101201", "甲村"}, {"360726102", "另一乡"}, {"360726102201", "丙村"},
	} {
		c := region.Code(x.code)
		list.Rows = append(list.Rows, region.Division{Code: c, Name: x.name, Level: c.Level(), Parent: c.Parent(), From: 20200101})
	}
	if err := w.app.ImportDivisions(w.t.Context(), auth.LocalOperator, "key-of-divisions-0000", list); err != nil {
		w.t.Fatal(err)
	}
}

// do runs an operation that must succeed.
func (w *badWorld) do(name string, body any) app.Outcome {
	w.t.Helper()
	w.keys++
	out, err := w.app.Run(w.t.Context(), app.Request{County: badCounty, Who: auth.LocalOperator, Key: fmt.Sprintf("bad-world-key-%06d", w.keys)}, name, body)
	if err != nil {
		w.t.Fatalf("%s: %v", name, err)
	}
	return out
}

// closeACard pays one household by card, whose bank says that the account is closed.
func (w *badWorld) closeACard() {
	w.t.Helper()
	lot := ledger.LotID{0: 1, 15: 1}
	money := []ledger.Part{{Lot: lot, Amount: 100_000}}
	for i, c := range []app.Command{
		app.LotCmd{Lot: ledger.Lot{ID: lot, Code: "A", Tier: ledger.TierCentral, Class: ledger.ClassXJ, Document: "doc-A", Line: 1, Name: "样例资金", Year: 2026, Amount: 100_000}},
		app.PostCmd{Items: []ledger.Posting{
			{Event: "E01", Date: badDay("2026-03-01"), Parts: money},
			{Event: "E02", Date: badDay("2026-03-02"), Parts: money},
			{Event: "E04", Date: badDay("2026-03-02"), Into: "7104", Unit: "样例镇", Parts: money},
		}},
	} {
		if _, err := w.app.Do(w.t.Context(), app.Request{County: badCounty, Who: auth.LocalOperator, Key: fmt.Sprintf("bad-money-key-%06d", i)}, c); err != nil {
			w.t.Fatal(err)
		}
	}
	w.planned(lot)
	paper := ledger.Digest{31: 7}
	w.now.Store(at("2026-04-01"))
	w.do("roster.create", projects.RosterCmd{
		Code: "M0", Name: "样例名册", Kind: projects.RosterHousehold, Project: w.project, Programme: "旧补助", Year: 2026, Measure: "亩", Policy: "样例〔2026〕1号",
		File: []byte(payeesHead + payee(nil)),
	})
	w.do("roster.commit", projects.CommitCmd{Code: "M0", Date: badDay("2026-04-01")})
	w.do("project.post_notice", projects.PostNoticeCmd{Project: w.project, Type: "N8", Subject: "M0", From: badDay("2026-04-02"), To: badDay("2026-04-12"), Evidence: paper})
	w.now.Store(at("2026-06-15"))
	w.do("roster.confirm", projects.ConfirmCmd{Code: "M0", Date: badDay("2026-04-13")})
	w.do("batch.create", payments.BatchCmd{Code: "Y0", Roster: "M0"})
	for _, step := range []string{"batch.check", "batch.freeze", "batch.send"} {
		w.do(step, payments.BatchStepCmd{Code: "Y0"})
	}
	w.do("batch.approve", payments.BatchDateCmd{Code: "Y0", Date: badDay("2026-04-14")})
	w.do("batch.export", payments.ExportCmd{Code: "Y0"})
	w.do("batch.pay_out", payments.BatchDateCmd{Code: "Y0", Date: badDay("2026-04-15")})
	const back = "批次,序号,账号,金额,结果,原因\nY0,1," + closedCard + ",200.00,失败,该账户已销户\n合计,1,,200.00,,\n"
	result := filepath.Join(w.t.TempDir(), "result.csv")
	if err := os.WriteFile(result, []byte(back), 0o600); err != nil {
		w.t.Fatal(err)
	}
	// What came back is said row by row, each with its remedy.
	said, _ := w.run(exitDone, "import", "bank", result, "--batch", "Y0", "--date", "2026-04-16", "--dry-run")
	for _, want := range []string{"退票 1 行 200.00 元", "名册第 1 行退票：账户已销户", "roster.correct", "未记录"} {
		if !strings.Contains(said, want) {
			w.t.Errorf("import bank does not say %q:\n%s", want, said)
		}
	}
	w.do("batch.result", payments.ResultCmd{Code: "Y0", Date: badDay("2026-04-16"), File: []byte(back)})
	head := w.head()
	_, complaint := w.run(exitFailed, "import", "bank", result, "--batch", "Y0", "--date", "2026-04-16")
	if !strings.Contains(complaint, "batch.result_repeated") || !strings.Contains(complaint, "未作任何改动") || w.head() != head {
		w.t.Errorf("the same result again: %s", complaint)
	}
}

// planned enters a household project of the township, takes it into the library and
// into a plan on the lot, and posts its notice N5.
func (w *badWorld) planned(lot ledger.LotID) {
	w.t.Helper()
	w.project = dossier.CodeOf(&w.do("project.enter", projects.EnterCmd{On: badDay("2026-01-02"), Particulars: projects.Particulars{
		Name: "样例到户补助", Tier: projects.TierTownship, Town: "样例镇", Unit: "样例镇", Year: 2026, Category: "0104", Nature: "新建", Place: "甲村",
		Village: "360726101201", Household: true, Start: badDay("2026-03-01"), Finish: badDay("2026-10-31"), Task: "种植奖补",
		Budget: 100_000, Financing: []projects.Financing{{Source: "central", Amount: 100_000}}, Beneficiaries: projects.Beneficiaries{Persons: 10},
		Participation: "讨论", Mechanism: "奖补", RaisedBy: projects.RaisedByVillage,
		Goals: []projects.Goal{
			{Code: "1", Level1: "产出", Level2: "数量", Level3: "种植", Op: ">=", Milli: 2_000, Unit: "亩", Weight: 50},
			{Code: "2", Level1: "效益", Level2: "社会", Level3: "受益人数", Op: ">=", Milli: 10_000, Unit: "人", Weight: 30},
			{Code: "3", Level1: "满意度", Level2: "服务对象满意度", Level3: "满意度", Op: ">=", Milli: 90_000, Unit: "%", Weight: 10},
		},
	}}).Records[0])
	step := func(e projects.Event, on string, posted bool) {
		c := projects.AdvanceCmd{Project: w.project, Step: projects.Step{
			Event: e, On: badDay(on), Document: "样例〔2026〕1号", Opinion: "同意", Reason: "按程序办理", Evidence: []ledger.Digest{{31: 7}},
		}}
		if posted {
			c.From, c.To = badDay(on), badDay(on).AddDays(10)
		}
		w.do("project.advance", c)
	}
	step(projects.EventVote, "2026-01-03", false)
	step(projects.EventVillage, "2026-01-04", true)
	step(projects.EventReview, "2026-01-15", false)
	step(projects.EventTown, "2026-01-15", true)
	step(projects.EventArgue, "2026-01-26", false)
	step(projects.EventApprove, "2026-01-27", false)
	step(projects.EventCounty, "2026-01-27", true)
	step(projects.EventEnter, "2026-02-07", false)
	w.do("plan.adopt", projects.PlanAdoptCmd{
		Code: "JH", Name: "2026年年度计划", Kind: "annual", Year: 2026, Document: "样例〔2026〕3号", AdoptedOn: badDay("2026-03-05"), Meeting: "常务会", Date: badDay("2026-03-05"),
		Items: []projects.PlanAsk{{Project: w.project, Sources: []projects.PlanSource{{From: "7104", Parts: []projects.LotPart{{Lot: lot, Amount: 100_000}}}}}},
	})
	step(projects.EventPrePost, "2026-03-10", true)
}

// payee is a row of a sound roster, with other cells by column.
func payee(cells map[string]string) string {
	columns := strings.Split(strings.TrimSpace(payeesHead), ",")
	row := []string{"样例户", goodID, closedCard, "360726101201", "2", "亩", "100.00"}
	if cells != nil {
		row[2] = goodCard
	}
	for i, c := range columns {
		if v, ok := cells[c]; ok {
			row[i] = v
		}
	}
	return strings.Join(row, ",") + "\n"
}

func (w *badWorld) head() int64 {
	w.t.Helper()
	row, err := db.FindCounty(w.t.Context(), w.app.DB().Read, badCounty)
	if err != nil {
		w.t.Fatal(err)
	}
	return row.NextSeq
}

// rosterFlags and planFlags are the rest of a command line and of a document.
var (
	rosterFlags = []string{"--code", "M1", "--name", "样例名册", "--kind", "household", "--programme", "产业奖补", "--year", "2026", "--measure", "亩", "--policy", "样例〔2026〕1号"}
	rosterForm  = `{"code":"M1","name":"样例名册","kind":"household","project":"PROJECT","programme":"产业奖补","year":2026,"measure":"亩","policy":"样例〔2026〕1号"}`
	planFlags   = []string{"--year", "2026"}
	planForm    = `{"library_year":2026}`
)

// command imports by the command line and returns the row report.
func (w *badWorld) command(what, file, who string) (found []projects.RowFinding, said string) {
	w.t.Helper()
	report := filepath.Join(w.t.TempDir(), "report.json")
	args := append([]string{"import", what, file, "--report", report, "--token-file", w.files[who]}, planFlags...)
	if what == "payees" {
		args = append(append(args[:len(args)-len(planFlags)], rosterFlags...), "--project", w.project)
	}
	inLanguage := store{w.t, append(slices.Clone(w.env), "LANG="+w.lang)}
	_, said = inLanguage.run(exitFailed, args...)
	raw, err := os.ReadFile(report)
	if err == nil {
		err = json.Unmarshal(raw, &found)
	}
	if err != nil {
		w.t.Fatalf("%v: %s", err, said)
	}
	return found, said
}

// upload imports through the API and returns the rows of the problem.
func (w *badWorld) upload(what, file, who string) (found []projects.RowFinding, code string) {
	w.t.Helper()
	var head, tail bytes.Buffer
	form := multipart.NewWriter(&head)
	document := planForm
	if what == "payees" {
		document = strings.Replace(rosterForm, "PROJECT", w.project, 1)
	}
	if err := form.WriteField("document", document); err != nil {
		w.t.Fatal(err)
	}
	if _, err := form.CreateFormFile("file", filepath.Base(file)); err != nil {
		w.t.Fatal(err)
	}
	tail.WriteString("\r\n--" + form.Boundary() + "--\r\n")
	f, err := os.Open(file)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, "/api/v1/counties/"+badCounty+"/imports/"+what, io.MultiReader(&head, f, &tail))
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+w.tokens[who])
	r.Header.Set("Accept-Language", w.lang)
	w.keys++
	r.Header.Set("Idempotency-Key", fmt.Sprintf("bad-upload-key-%06d", w.keys))
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	var problem struct {
		Code string
		Rows []projects.RowFinding
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &problem); err != nil || answer.Code < 400 {
		w.t.Fatalf("%d %s: %v", answer.Code, answer.Body, err)
	}
	return problem.Rows, problem.Code
}

// formulaBook is a workbook whose cell in column 数量 is a formula.
func formulaBook(t *testing.T) string {
	t.Helper()
	var page strings.Builder
	page.WriteString(`<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	for i, line := range strings.Split(strings.TrimSpace(payeesHead+payee(map[string]string{})), "\n") {
		fmt.Fprintf(&page, `<row r="%d">`, i+1)
		for j, cell := range strings.Split(line, ",") {
			at := fmt.Sprintf("%c%d", 'A'+j, i+1)
			if at == "E2" {
				fmt.Fprintf(&page, `<c r="%s"><f>1+1</f><v>2</v></c>`, at)
				continue
			}
			fmt.Fprintf(&page, `<c r="%s" t="inlineStr"><is><t>%s</t></is></c>`, at, cell)
		}
		page.WriteString(`</row>`)
	}
	page.WriteString(`</sheetData></worksheet>`)
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const packages = "http://schemas.openxmlformats.org/package/2006/"
	const kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="` + packages + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="` + kind + `sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + kind + `worksheet+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="` + packages + `relationships"><Relationship Id="r1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + office + `"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packages + `relationships"><Relationship Id="r1" Type="` + office + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", page.String()},
	} {
		f, err := z.Create(part[0])
		if err == nil {
			_, err = io.WriteString(f, part[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "formula.xlsx")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestBadInputLandsNothing: each wrong cell gives its row, column, reason and remedy,
// the same through the command line and through the API, and nothing is recorded.
func TestBadInputLandsNothing(t *testing.T) {
	t.Parallel()
	wrong := func(column, value string) string {
		return payeesHead + payee(map[string]string{}) + payee(map[string]string{"身份证号": "360726195004040015", "一卡通账号": "6228000000000000035", column: value})
	}
	cases := []struct {
		name, what, text, who string
		row                   int
		column, code          string
		why, remedy           string
	}{
		{"wrong ID digit", "payees", wrong("身份证号", "360726195004040010"), "", 3, "身份证号", "id_check", "校验", "核对"},
		{"closed card", "payees", wrong("一卡通账号", closedCard), "", 3, "一卡通账号", "card_closed", "已销户", "有效账号"},
		{"card with a wrong digit", "payees", wrong("一卡通账号", "6228000000000000036"), "", 3, "一卡通账号", "card_check", "校验", "核对"},
		{"negative quantity", "payees", wrong("数量", "-2"), "", 3, "数量", "quantity_negative", "不得为负", "追回"},
		{"unknown village", "payees", wrong("村代码", "360726101299"), "", 3, "村代码", "village_unknown", "没有此村", "核对村代码"},
		{"village of another township", "payees", wrong("村代码", "360726102201"), "", 3, "村代码", "village_township", "不属于项目所在乡镇", "另编名册"},
		{"mixed units", "payees", wrong("计量单位", "公斤"), "", 3, "计量单位", "unit_mixed", "全册一致", "改为 亩"},
		{"formula", "payees", wrong("数量", "=1+1"), "", 3, "数量", "sheet.formula", "公式", "粘贴为数值"},
		{"formula of a workbook", "payees", "workbook", "", 2, "数量", "sheet.formula", "公式", "粘贴为数值"},
		{"100 MB", "payees", "big", "", 0, "", "sheet.too_large", "16777216", "分册"},
		{"negative amount", "projects", planHead + strings.Replace(planRow, "12.5,10,2.5", "2.5,-10,2.5", 1), "", 2, "财政衔接资金（万元）", "amount_negative", "不得为负", "实际金额"},
		{"unknown village of a project", "projects", planHead + strings.Replace(planRow, "甲村", "丁村", 1), "", 2, "行政村及责任单位", "village_unknown", "没有此村", "区划表"},
		{"mixed units of money", "projects", strings.Replace(planHead, "其他资金（万元）", "其他资金（元）", 1) + planRow, "", 1, "其他资金（元）", "project.import_unit", "此前为 万元", "一种单位"},
		{"project of another township", "projects", planHead + planRow, "other", 2, "乡镇", "town_other", "不属于本账户的乡镇", "本乡镇"},
		{"formula in a plan", "projects", planHead + strings.Replace(planRow, "12.5", "=1+1", 1), "", 2, "项目总投资（万元）", "sheet.formula", "公式", "粘贴为数值"},
		{"100 MB of a plan", "projects", "big", "", 0, "", "sheet.too_large", "16777216", "分册"},
	}
	eachBadWorld(t, func(t *testing.T, w *badWorld) {
		t.Helper()
		dir := t.TempDir()
		big := filepath.Join(dir, "big.csv")
		if err := os.WriteFile(big, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(big, 100<<20); err != nil {
			t.Fatal(err)
		}
		for i, c := range cases {
			file := filepath.Join(dir, fmt.Sprintf("bad%d.csv", i))
			switch c.text {
			case "big":
				file = big
			case "workbook":
				file = formulaBook(t)
			default:
				if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			who := cmp.Or(c.who, "finance")
			before := w.head()
			line, said := w.command(c.what, file, who)
			problem, code := w.upload(c.what, file, who)
			for front, found := range map[string][]projects.RowFinding{"command line": line, "API": problem} {
				if len(found) != 1 {
					t.Errorf("%s by the %s: %+v", c.name, front, found)
					continue
				}
				f := found[0]
				if f.Row != c.row || f.Column != c.column || f.Code != c.code || !strings.Contains(f.Why, c.why) || !strings.Contains(f.Remedy, c.remedy) || f.Severity != "error" {
					t.Errorf("%s by the %s: %+v", c.name, front, f)
				}
			}
			w.english(c.what, file, who, line)
			if !strings.Contains(said, "["+code+"]") {
				t.Errorf("%s: the API says %s, the command line %s", c.name, code, said)
			}
			if after := w.head(); after != before {
				t.Errorf("%s left %d records", c.name, after-before)
			}
		}
		if list, err := w.app.Dossiers(t.Context(), auth.LocalOperator, badCounty, "roster", dossier.Filter{}); err != nil || len(list) != 1 {
			t.Errorf("%d rosters, %v; want that of the world alone", len(list), err)
		}
	})
}

// eachBadWorld runs a test in the world of bad input on each engine.
func eachBadWorld(t *testing.T, test func(t *testing.T, w *badWorld)) {
	t.Helper()
	for engine, url := range map[string]func(t *testing.T) string{
		"sqlite": func(t *testing.T) string { return "sqlite://" + filepath.Join(t.TempDir(), "fundbook.db") },
		"postgres": func(t *testing.T) string { // commands that record want a durable server
			c := dbtest.StartOwn(t, dbtest.Options{Durable: true})
			return c.DSN("postgres", c.NewDatabase(t, "badinput"))
		},
	} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			test(t, newBadWorld(t, url(t)))
		})
	}
}
