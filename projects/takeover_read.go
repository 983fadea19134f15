package projects

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"

	"fundbook/internal/fault"
	"fundbook/internal/region"
	"fundbook/internal/sheet"
	"fundbook/ledger"
)

// Opening (期初数据) is what the three tables of a take-over say, read and judged.
// Lots stand under identifiers of their own until they are registered, projects
// under the codes of their table.
type Opening struct {
	Findings []RowFinding

	files     []TakeoverFile
	lots      []ledger.Lot
	projects  []openingProject
	contracts []openingContract
	lines     []ledger.OpeningLine
	stated    []openingStated // figures that the program computes, to compare
	entries   []ledger.Entry
	county    string
	places    *region.Set
	date      ledger.Date
}

type openingProject struct {
	code  string
	row   int
	x     Particulars
	state State
}

type openingContract struct {
	contract Contract
	roster   bool
	row      int
	rest     []FundingPart // what lots do not stand for
}

type openingStated struct {
	row int
	key ledger.Key
	net ledger.Amount // debit positive
}

// ReadOpening reads and judges the three tables of a take-over and computes E00 of
// every lot. A fault says that a file is no table; what is wrong with rows and
// equations stands in the findings.
func ReadOpening(c *TakeoverCmd, county string, places *region.Set) (*Opening, error) {
	o := &Opening{county: county, places: places, date: c.Date}
	for _, t := range []struct {
		table            *TakeoverTable
		needed, optional []string
		read             func(*openingRow)
	}{
		{&c.Lots, lotColumns, lotExtras, o.readLot},
		{&c.Projects, openColumns, openExtras, o.readProject},
		{&c.Balances, balanceColumns, balanceExtras, o.readBalance},
	} {
		table, err := sheet.Read(t.table.Name, bytes.NewReader(t.table.File))
		if err != nil {
			return nil, err
		}
		cols, err := table.Columns(t.needed, t.optional)
		if err != nil {
			return nil, err
		}
		for _, r := range table.Rows {
			t.read(&openingRow{o: o, file: t.table.Name, row: r, cols: cols})
		}
		o.files = append(o.files, t.table.record(len(table.Rows)))
	}
	if len(o.Findings) == 0 {
		o.judge(c)
	}
	return o, nil
}

// Fault returns the refusal that the findings are; nil when there is none.
func (o *Opening) Fault() error {
	if len(o.Findings) == 0 {
		return nil
	}
	f := ErrTakeoverRows.With("%d 处错误，第一处：%s %s", len(o.Findings), o.Findings[0].place(), o.Findings[0].Why)
	for i := range o.Findings {
		x := &o.Findings[i]
		f = f.AtFields(x.field(x.place().Location()))
	}
	return f
}

func (f *RowFinding) place() sheet.Place {
	return sheet.Place{File: f.File, Row: f.Row, Column: f.Column}
}

// openingRow is one row of a table.
type openingRow struct {
	o    *Opening
	file string
	row  sheet.Row
	cols sheet.Columns
}

func (r *openingRow) text(col string) string { return strings.TrimSpace(r.cols.Cell(r.row, col)) }
func (r *openingRow) name(col string) string { return ledger.CleanName(r.text(col)) }

func (r *openingRow) err(col, code, why, remedy string) {
	r.o.Findings = append(r.o.Findings, RowFinding{
		File: r.file, Row: r.row.No, Column: col, Value: r.text(col), Code: code, Severity: "error", Why: why, Remedy: remedy,
	})
}

func (r *openingRow) need(col string) string {
	text := r.name(col)
	if text == "" {
		r.err(col, "missing", "没有填写", "填写此格")
	}
	return text
}

// amount reads yuan; blank is 0.
func (r *openingRow) amount(col string) ledger.Amount {
	text := r.text(col)
	if text == "" {
		return 0
	}
	a, err := ledger.ParseAmount(text)
	switch {
	case err != nil:
		r.err(col, "amount_form", "须为以元为单位的金额，精确到分", "只填数字")
	case a < 0:
		r.err(col, "amount_negative", "余额按正常方向填列，不得为负", "红字余额先在原账更正")
		return 0
	}
	return a
}

func (r *openingRow) date(col string) ledger.Date {
	text := r.text(col)
	if text == "" {
		return 0
	}
	d, err := ledger.ParseDate(text)
	if err != nil {
		r.err(col, "date_form", "日期须为 YYYY-MM-DD", "改为如 2026-03-01")
	}
	return d
}

func (r *openingRow) number(col string) int {
	text := r.text(col)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		r.err(col, "number_form", "须为不小于零的整数", "只填数字")
		return 0
	}
	return n
}

// percent reads a share such as 3 or 3% in basis points.
func (r *openingRow) percent(col string) int {
	text := strings.TrimSuffix(r.text(col), "%")
	if text == "" {
		return 0
	}
	a, err := ledger.ParseAmount(text)
	if err != nil || a < 0 || a > 10_000 {
		r.err(col, "percent_form", "须为百分比，至多两位小数", "如 3 或 3%")
		return 0
	}
	return int(a)
}

// The columns of the table of lots.
var (
	lotColumns = []string{"批次代码", "层级", "类别", "文件", "行", "资金名称", "预算年度", "金额"}
	lotExtras  = []string{"文号", "文件日期", "功能科目", "可整合", "整合事项", "收回期限", "用途", "备注"}
)

var openingTiers = []ledger.Tier{
	ledger.TierCentral, ledger.TierProvince, ledger.TierCity, ledger.TierCounty, ledger.TierCentralProvince, ledger.TierDonor, ledger.TierOwn,
	ledger.TierOther, ledger.TierUnstated,
}

func (o *Opening) readLot(r *openingRow) {
	l := ledger.Lot{
		Code: r.need("批次代码"), Document: r.need("文件"), Line: r.number("行"), Name: r.text("资金名称"), Year: r.number("预算年度"),
		Amount: r.amount("金额"), Class: ledger.Class(r.need("类别")), DocDate: r.date("文件日期"), FuncCode: r.text("功能科目"),
		Integrable: r.text("可整合") == "是", IntegrationItem: r.text("整合事项"), Deadline: r.date("收回期限"), Purpose: r.text("用途"), Remark: r.text("备注"),
	}
	i := slices.IndexFunc(openingTiers, func(t ledger.Tier) bool { return string(t) == r.text("层级") || t.Chinese() == r.text("层级") })
	if i < 0 {
		r.err("层级", "tier_unknown", "资金层级不在表内", "如 中央、省级、市级、县级")
		return
	}
	l.Tier = openingTiers[i]
	if l.Class.Chinese() == "" {
		r.err("类别", "class_unknown", "资金类别代码不在表内", "如 XJ、ZX、ZC")
	}
	if no := ledger.DocNumber(r.text("文号")); no.Valid() {
		l.DocNo = no
	} else {
		l.Printed = string(no) // as printed: a damaged number is never guessed (1.4)
	}
	if l.Line < 1 {
		r.err("行", "line", "须为文件内的行号，从 1 起", "填写行号")
	}
	if l.Year < 1990 || l.Year > 2199 {
		r.err("预算年度", "year", "年度不合", "填写四位年度")
	}
	sum := sha256.Sum256([]byte("lot\x00" + l.Code))
	l.ID = ledger.LotID(sum[:16])
	for j := range o.lots {
		if o.lots[j].Code == l.Code || o.lots[j].Document == l.Document && o.lots[j].Line == l.Line {
			r.err("批次代码", "lot_repeated", "批次代码或文件的行重复", "一个批次一行")
		}
	}
	o.lots = append(o.lots, l)
}

// The columns of the table of balances. Accounts and dimensions are those of the
// chart (docs/chart.md).
var (
	balanceColumns = []string{"科目", "批次", "金额"}
	balanceExtras  = []string{"账套", "明细", "项目", "合同", "收款方", "单位", "资金池", "对方批次", "备注"}
)

func (o *Opening) lotOf(code string) ledger.LotID {
	for i := range o.lots {
		if o.lots[i].Code == code {
			return o.lots[i].ID
		}
	}
	return ledger.LotID{}
}

func (o *Opening) readBalance(r *openingRow) {
	k := ledger.Key{
		Book: ledger.Book(r.name("账套")), Account: ledger.Code(r.need("科目")), Sub: r.text("明细"), Lot: o.lotOf(r.need("批次")),
		Project: r.name("项目"), Contract: r.name("合同"), Payee: r.name("收款方"), Unit: r.name("单位"), Pool: r.name("资金池"),
	}
	if k.Book == "" || k.Book == "县级" {
		k.Book = ledger.County
	}
	if k.Lot.IsZero() {
		r.err("批次", "lot_unknown", "批次表中没有此批次", "在批次表中增加一行，或改正代码")
	}
	if peer := r.name("对方批次"); peer != "" {
		if k.Peer = o.lotOf(peer); k.Peer.IsZero() {
			r.err("对方批次", "lot_unknown", "批次表中没有此批次", "改正代码")
		}
	}
	account, ok := ledger.AccountOf(k.Account)
	if !ok {
		r.err("科目", "account_unknown", "科目表中没有此科目", "见科目表")
		return
	}
	amount := r.amount("金额")
	if amount == 0 {
		return // nothing stands there
	}
	i := slices.IndexFunc(o.projects, func(p openingProject) bool { return p.code == k.Project })
	switch {
	case k.Project != "" && i < 0:
		r.err("项目", "project_unknown", "项目表中没有此项目", "在项目表中增加一行，或改正编号")
	case k.Project != "" && k.Unit != "" && o.projects[i].x.Unit != k.Unit:
		r.err("单位", "unit_other", "项目的责任单位是 "+o.projects[i].x.Unit, "指标按项目的责任单位核算")
	}
	if k.Account == "7204" {
		r.err("科目", "request_open", "7204 是支付申请占用的指标，接管不开立支付申请，此余额无人能确认或撤销（DOMAIN 4.3 E10、E12）",
			"接管前撤销支付申请：已报账的改列 7203，预付的改列 7202；接管后重新申请（payment.request）")
	}
	if k.Contract != "" {
		o.checkContract(r, &k)
	}
	if k.Account == "3001" {
		o.stated = append(o.stated, openingStated{r.row.No, k, amount * ledger.Amount(account.Normal)})
		return
	}
	o.lines = append(o.lines, ledger.OpeningLine{Key: k, Amount: amount, Note: r.text("备注")})
}

func (o *Opening) checkContract(r *openingRow, k *ledger.Key) {
	i := slices.IndexFunc(o.contracts, func(c openingContract) bool { return c.contract.Code == k.Contract })
	if i < 0 {
		r.err("合同", "contract_unknown", "项目表中没有此合同（名册）", "在项目表中增加一行，或改正编号")
		return
	}
	if o.contracts[i].roster && k.Account != "1211" {
		r.err("科目", "roster_balance", "名册 "+k.Contract+" 的人员与账号不在期初表内，接管不开立名册，"+string(k.Account)+" 的余额无从确认、编批（DOMAIN 4.3 E08、E15a、E15c）",
			"在途批次待银行结果清结；未发放的改列项目计划 7201，不列 2002，接管后编制、约束、确认名册（roster.create、roster.commit、roster.confirm）")
	}
	c := &o.contracts[i].contract
	if !slices.ContainsFunc(c.Projects, func(p ProjectPart) bool { return p.Project == k.Project }) && k.Project != "" {
		r.err("合同", "contract_other", "合同 "+c.Code+" 不属于项目 "+k.Project, "核对项目与合同")
	}
	if k.Payee != "" && k.Payee != c.Payee {
		r.err("收款方", "payee_other", "合同的收款方是 "+c.Payee, "按合同填写；第三方代付另立合同")
	}
}

// explain puts the codes of lots in the place of identifiers in a refusal.
func (o *Opening) explain(err error) error {
	names := make([]string, 0, 2*len(o.lots))
	for i := range o.lots {
		names = append(names, o.lots[i].ID.String(), o.lots[i].Code)
	}
	return fault.From(err).Renamed(strings.NewReplacer(names...))
}

// found notes something that no single row says.
func (o *Opening) found(f RowFinding, format string, args ...any) {
	f.Severity = "error"
	o.Findings = append(o.Findings, f.Said(fault.Say(format, args...)))
}
