package app

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// DossierList (案卷清单) is a list of dossiers of one kind, for print.
type DossierList struct {
	Kind DossierKind
	List []dossier.Item[any]
}

// DossierRow (案卷清单行) is one row of the list in JSON.
type DossierRow struct {
	Code    string        `json:"code"`
	Status  string        `json:"status"`
	Town    string        `json:"town,omitempty"`
	Village string        `json:"village,omitempty"`
	Parent  string        `json:"parent,omitempty"`
	Title   string        `json:"title"`
	Year    int           `json:"year,omitempty"`
	Amount  ledger.Amount `json:"amount"`
	Seq     int64         `json:"seq"`
}

// Rows are the rows of the list.
func (l DossierList) Rows() []DossierRow {
	out := make([]DossierRow, len(l.List))
	for i := range l.List {
		it := &l.List[i]
		x := &it.Index
		out[i] = DossierRow{it.Code, x.Status, x.Unit, x.Village, x.Parent, x.Title, x.Year, ledger.Amount(x.Amount), it.Seq}
	}
	return out
}

// Items implements ledger.Tabular: what stands in the JSON.
func (l DossierList) Items() any { return l.Rows() }

// Table implements ledger.Tabular.
func (l DossierList) Table() ledger.Table {
	t := ledger.Table{Title: fmt.Sprint(l.Kind.ZH, "清单"), TitleEN: "list of " + l.Kind.EN, Columns: []ledger.Column{
		{ZH: "编号", Key: "code"},
		{ZH: "状态", Key: "status"},
		{ZH: "乡镇", Key: "town"},
		{ZH: "村", Key: "village"},
		{ZH: "所属", Key: "parent"},
		{ZH: "名称", Key: "title"},
		{ZH: "年度", Key: "year", Figures: true},
		{ZH: "金额（元）", Key: "amount", Figures: true},
		{ZH: "记录", Key: "seq", Figures: true},
	}}
	rows := l.Rows()
	for i := range rows {
		r := &rows[i]
		year := ""
		if r.Year != 0 {
			year = strconv.Itoa(r.Year)
		}
		t.Rows = append(t.Rows, []string{r.Code, r.Status, r.Town, r.Village, r.Parent, r.Title, year, r.Amount.String(), strconv.FormatInt(r.Seq, 10)})
	}
	return t
}

// StepsTable prints the history of a dossier: what happened, by whom, through which
// command, with which vouchers.
func StepsTable(title string, steps []DossierStep) ledger.Table {
	t := ledger.Table{Title: title, Columns: []ledger.Column{
		{ZH: "记录", Key: "seq", Figures: true},
		{ZH: "时间", Key: "at"},
		{ZH: "办理人", Key: "by"},
		{ZH: "事项", Key: "command"},
		{ZH: "事实", Key: "record"},
		{ZH: "凭证", Key: "vouchers"},
	}}
	for i := range steps {
		s := &steps[i]
		by := s.ByName
		if by == "" {
			by = s.By.String()
		}
		t.Rows = append(t.Rows, []string{
			strconv.FormatInt(s.Seq, 10), s.At.In(shanghai).Format("2006-01-02 15:04"), by, s.Command, s.Record, vouchersText(s.Vouchers),
		})
	}
	return t
}

// vouchersText names the vouchers of a step: number, event, record.
func vouchersText(list []StepVoucher) string {
	const most = 6
	var parts []string
	for i := range list {
		if i == most {
			parts = append(parts, fmt.Sprintf("等 %d 张", len(list)))
			break
		}
		v := &list[i]
		var no []string
		for j := range v.Vouchers {
			no = append(no, v.Vouchers[j].String())
		}
		parts = append(parts, fmt.Sprintf("%s %s（记录 %d）", strings.Join(no, "、"), v.Event, v.Seq))
	}
	return strings.Join(parts, "；")
}

// shanghai is the time zone of business days.
var shanghai = time.FixedZone("CST", 8*60*60)
