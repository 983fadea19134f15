package payments

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"fundbook/internal/sheet"
	"fundbook/ledger"
	"fundbook/projects"
)

// reasonClosed is the code of a card whose account is closed.
const reasonClosed = "closed"

// failReasons are the codes under which the log keeps why a bank refused a row, with
// words by which banks say so. The bank's own sentence is not kept: it may name a
// person.
var failReasons = []struct {
	code  string
	words []string
}{
	{"name_mismatch", []string{"户名", "姓名"}},
	{reasonClosed, []string{"销户", "注销"}},
	{"frozen", []string{"冻结", "止付", "挂失"}},
	{"dormant", []string{"睡眠", "久悬", "不动户", "未激活"}},
	{"unknown", []string{"不存在", "无此", "账号错", "账号有误", "卡号错"}},
	{"limit", []string{"限额", "二类", "Ⅱ类", "II类"}},
	{"other", nil},
}

func reasonOf(text string) string {
	for _, r := range failReasons {
		for _, w := range r.words {
			if strings.Contains(text, w) {
				return r.code
			}
		}
	}
	return "other"
}

// results are what a bank's file says, read and judged.
type results struct {
	paid, failed       []failedLine // paid ones without a reason
	sumPaid, sumFailed ledger.Amount
	refused            []projects.RowFinding // of the failed rows: what to do about each
}

// remedyOf says what is to be done about a row that the bank refused for a reason.
func remedyOf(reason string) string {
	switch reason {
	case reasonClosed:
		return "请持卡人提供有效账号，更正（roster.correct）后重发（batch.create，reissues）"
	case "name_mismatch", "unknown":
		return "与持卡人核对户名和账号，更正（roster.correct）后重发"
	case "frozen", "dormant", "limit":
		return "请持卡人到银行恢复账户或换卡，然后重发"
	default:
		return "向银行问明原因，处理后重发"
	}
}

var reasonWords = map[string]string{
	"name_mismatch": "户名不符", reasonClosed: "账户已销户", "frozen": "账户冻结、止付或挂失", "dormant": "久悬或未激活", "unknown": "账号不存在或有误",
	"limit": "账户限额", "other": "其他原因", reasonReopened: "银行误报销户，账号已恢复",
}

// ResultReport (银行结果报告) is what a bank's result file says, row by row: Findings
// are the rows that came back, each with its remedy.
type ResultReport struct {
	Rows     int                   `json:"rows"`
	Paid     ledger.Amount         `json:"paid"`
	Failed   ledger.Amount         `json:"failed"`
	Findings []projects.RowFinding `json:"findings"`
}

// resultReader judges the rows of one result file.
type resultReader struct {
	batch  *Batch
	payees map[int]*projects.Payee // by row of the roster, those of the batch
	open   map[int]bool            // rows without a result yet
	seen   map[int]int             // row of the file by row of the roster
	found  []projects.RowFinding
	out    results
	rows   int
}

// readResults reads a bank's result file. Every row must be one of the batch with
// its account and amount, once, and without a result yet; a line of totals must
// agree. What is wrong is refused row by row, and then nothing is taken.
func readResults(name string, file []byte, b *Batch, payees []projects.Payee) (results, error) {
	t, err := sheet.Read(name, bytes.NewReader(file))
	if err != nil {
		return results{}, projects.PrivateFault(err)
	}
	cols, err := t.Columns([]string{colBatch, colNo, colAccount, colSum, colResult}, []string{colReason})
	if err != nil {
		return results{}, err
	}
	r := resultReader{batch: b, payees: map[int]*projects.Payee{}, open: map[int]bool{}, seen: map[int]int{}}
	for i := range payees {
		r.payees[payees[i].N] = &payees[i]
		r.open[payees[i].N] = b.Rows[i].Result == ResultNone
	}
	for i, row := range t.Rows {
		at := func(col string) string { return strings.TrimSpace(cols.Cell(row, col)) }
		if at(colBatch) == totalMark {
			r.total(row.No, at, i == len(t.Rows)-1)
			continue
		}
		r.row(row.No, at)
	}
	if len(r.found) > 0 {
		return results{}, projects.RowsFault(ErrResultRows, name, r.rows, r.found)
	}
	if r.rows == 0 {
		return results{}, ErrResultNothing.With("%s", name)
	}
	return r.out, nil
}

// bad notes what is wrong with a cell. Nothing of an account but its last four
// digits is shown.
func (r *resultReader) bad(row int, col, value string, rule [3]string) {
	r.found = append(r.found, projects.RowFinding{
		Row: row, Column: col, Value: value, Code: rule[0], Severity: "error", Why: rule[1], Remedy: rule[2],
	})
}

const askBank = "核对是否拿错文件；确有差错的请银行更正后重新出具"

func (r *resultReader) row(no int, at func(string) string) {
	r.rows++
	if at(colBatch) != r.batch.Code {
		r.bad(no, colBatch, "", [3]string{"batch", "不是批次 " + r.batch.Code + " 的行", askBank})
		return
	}
	n, err := strconv.Atoi(at(colNo))
	p := r.payees[n]
	if err != nil || p == nil {
		r.bad(no, colNo, projects.Masked(at(colNo)), [3]string{"row_unknown", "批次没有此序号", askBank})
		return
	}
	if first, twice := r.seen[n]; twice {
		r.bad(no, colNo, strconv.Itoa(n), [3]string{"row_twice", fmt.Sprintf("与第 %d 行为同一序号", first), "删去重复行前先向银行核实以哪行为准"})
		return
	}
	r.seen[n] = no
	if !r.open[n] {
		r.bad(no, colNo, strconv.Itoa(n), [3]string{"row_settled", "此行已有银行结果", "删去已导入的行，只导入新的结果"})
	}
	if at(colAccount) != p.Person.Card {
		r.bad(no, colAccount, projects.MaskCard(at(colAccount)), [3]string{"account", "账号与本批次此行不符", askBank})
	}
	if a, err := ledger.ParseAmount(at(colSum)); err != nil || a != p.Amount {
		r.bad(no, colSum, projects.Masked(at(colSum)), [3]string{"amount", "金额与本批次此行不符，应为 " + p.Amount.String(), askBank})
	}
	switch at(colResult) {
	case "成功":
		r.out.paid = append(r.out.paid, failedLine{N: n})
		r.out.sumPaid += p.Amount
	case "失败":
		reason := reasonOf(at(colReason))
		r.out.failed = append(r.out.failed, failedLine{n, reason})
		r.out.sumFailed += p.Amount
		r.out.refused = append(r.out.refused, projects.RowFinding{
			Row: no, Column: colReason, Value: projects.MaskCard(at(colAccount)), Code: reason, Severity: "warning",
			Why: fmt.Sprintf("名册第 %d 行退票：%s", n, reasonWords[reason]), Remedy: remedyOf(reason),
		})
	default:
		r.bad(no, colResult, projects.Masked(at(colResult)), [3]string{"result", "结果须为“成功”或“失败”", "改为二者之一；处理中的行留待下一个文件"})
	}
}

// total compares the line of totals with the rows above it.
func (r *resultReader) total(no int, at func(string) string, last bool) {
	if !last {
		r.bad(no, colBatch, totalMark, [3]string{"total_place", "合计行须在最后", askBank})
	}
	if at(colNo) != strconv.Itoa(r.rows) {
		r.bad(no, colNo, projects.Masked(at(colNo)), [3]string{"total_rows", fmt.Sprintf("合计笔数与明细 %d 行不符", r.rows), "文件可能不完整，请重新下载"})
	}
	sum := r.out.sumPaid + r.out.sumFailed
	if a, err := ledger.ParseAmount(at(colSum)); err != nil || a != sum {
		r.bad(no, colSum, projects.Masked(at(colSum)), [3]string{"total_amount", "合计金额与明细 " + sum.String() + " 不符", "文件可能不完整或被改动，请重新下载"})
	}
}
