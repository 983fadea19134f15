package audit

import (
	"cmp"
	"fmt"
	"strconv"

	"fundbook/internal/sheet"
	"fundbook/ledger"
)

// journalHeader names the columns of the journal (序时账).
var journalHeader = []string{
	"记录序号", "凭证日期", "业务日期", "账套", "凭证号", "行号", "摘要", "业务事项", "步骤", "科目代码", "明细", "科目名称", "批次", "项目", "合同或名册",
	"收款方", "单位", "资金池", "对方批次", "借方金额", "贷方金额", "备注", "推定", "冲销记录", "决定文号", "附件数", "制单", "审核", "记账",
}

// journalWriter writes the lines of entries as rows of CSV.
type journalWriter struct {
	*sheet.Writer
	names *accountNames
	row   []string
}

func (j *journalWriter) begin() {
	j.Record(journalHeader)
}

func (j *journalWriter) entry(seq int64, e *ledger.Entry) {
	reverses := ""
	if e.Reverses != 0 {
		reverses = strconv.FormatInt(e.Reverses, 10)
	}
	for i, l := range e.Lines() {
		k := &l.Key
		number := ""
		for _, v := range e.Vouchers {
			if v.Book == k.Book {
				number = sheet.Guard(fmt.Sprintf("%s %s-%04d", v.Period, v.Word, v.No))
			}
		}
		debit, credit, inferred, account := l.Amount.String(), "", "", ""
		if l.Side == ledger.Credit {
			debit, credit = credit, debit
		}
		if l.Inferred {
			inferred = "推定"
		}
		if row, ok := ledger.AccountOf(k.Account); ok {
			account = row.ZH
		}
		j.row = append(j.row[:0],
			strconv.FormatInt(seq, 10), e.Date.String(), e.Business.String(), sheet.Guard(string(k.Book)), number, strconv.Itoa(i+1), sheet.Guard(e.Memo),
			string(e.Event), sheet.Guard(e.Step), string(k.Account), sheet.Guard(k.Sub), account, sheet.Guard(j.names.lot(k.Lot)), sheet.Guard(k.Project), sheet.Guard(k.Contract),
			sheet.Guard(k.Payee), sheet.Guard(k.Unit), sheet.Guard(k.Pool), j.peer(k.Peer), debit, credit, sheet.Guard(l.Note), inferred, reverses, sheet.Guard(e.Decision),
			strconv.Itoa(len(e.Attachments)), person(e.Maker), cmp.Or(person(e.Checker), "未审核"), cmp.Or(person(e.Poster), "未记账"))
		j.Record(j.row)
	}
}

func (j *journalWriter) peer(id ledger.LotID) string {
	if id.IsZero() {
		return ""
	}
	return sheet.Guard(j.names.lot(id))
}

func person(id ledger.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}
