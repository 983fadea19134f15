package ledger

import (
	"fundbook/internal/fault"
)

// The faults of reading.
var (
	ErrAt           = fault.New(fault.Invalid, "ledger.at", "时点不合要求", "the moment asked for is not valid")
	ErrFilterValue  = fault.New(fault.Invalid, "ledger.filter_value", "筛选值不合要求", "a filter's value is not valid")
	ErrAccountText  = fault.New(fault.Invalid, "ledger.account_text", "账户写法不合要求（如 id:12，或 C:7202:批次代码,project=项目）", "not an account (like id:12, or C:7202:LOT,project=P)")
	ErrKeyUnknown   = fault.New(fault.NotFound, "ledger.key_unknown", "没有这样的账户", "no such account key")
	ErrKeyMany      = fault.New(fault.Invalid, "ledger.key_many", "条件选中不止一个账户", "the conditions select more than one account")
	ErrStatement    = fault.New(fault.Invalid, "ledger.statement", "明细账条件不合要求", "a statement lists the lines of one account")
	ErrPage         = fault.New(fault.Invalid, "ledger.page", "每页 1 至 500 行", "a page has 1 to 500 rows")
	ErrCursor       = fault.New(fault.Invalid, "ledger.cursor", "翻页标记损坏，或不属于本次查询；请从首页重新查询", "the cursor is broken or belongs to another query; start from the first page")
	ErrVoucher      = fault.New(fault.NotFound, "ledger.voucher_unknown", "没有这张凭证", "no such voucher")
	ErrBookUnknown  = fault.New(fault.NotFound, "ledger.book_unknown", "没有这个账套", "no such book")
	ErrReportFormat = fault.New(fault.Invalid, "ledger.report_format", "输出格式须为 text、csv 或 json", "the format is text, csv or json")
)

// At (时点) says of which moment a figure is: AsOf the end of an effective day
// (按凭证日期), zero for all days; KnownAt as the ledger stood when the record
// with that sequence number was its last (按记录次序), zero for now. Both
// together are the lines with seq ≤ KnownAt and day ≤ AsOf, so that an auditor
// sees again what somebody saw (DOMAIN 6.5). Results carry the sequence number
// they were read at.
type At struct {
	AsOf    Date  `json:"as_of,omitzero"`
	KnownAt int64 `json:"known_at,omitempty"`
}

// How many rows a page has when the caller does not say, and at most.
const (
	DefaultPage = 50
	MaxPage     = 500
)

// Page (分页) asks for the next rows of a list. Cursor is the Next of the page
// before, "" for the first page; Limit is 1 to MaxPage rows, 0 for DefaultPage.
// A list is read at one moment from its first page to its last: the cursor keeps
// the query and the sequence number of the first page.
type Page struct {
	Cursor string `json:"cursor,omitempty"`
	Limit  int    `json:"limit,omitempty"`
}

// size returns the number of rows wanted; ErrPage when there are too many.
func (p Page) size() (int, error) {
	switch {
	case p.Limit == 0:
		return DefaultPage, nil
	case p.Limit < 0 || p.Limit > MaxPage:
		return 0, ErrPage.With("要求 %d 行", p.Limit)
	}
	return p.Limit, nil
}

// sum is the turnover of the accounts that agree in the dimensions asked for;
// dimensions not asked for are empty.
type sum struct {
	id            int32
	group         string
	key           Key
	debit, credit Amount
}

func (s *sum) net() Amount { return s.debit - s.credit }

// sideName is how a side stands in JSON.
func sideName(s Side) string {
	if s == Debit {
		return "debit"
	}
	return "credit"
}

// accountName returns the Chinese name of an account code, or of the part of the
// chart that begins with a prefix; "" when neither has one.
func accountName(code string) string {
	if a, ok := AccountOf(Code(code)); ok {
		return a.ZH
	}
	return branchNames[code]
}

// branchNames are the classes of the chart: its first digits.
var branchNames = map[string]string{
	"1": "资产", "2": "负债", "3": "净资产", "4": "收入", "5": "支出", "6": "指标来源", "7": "指标运用", "9": "备查",
}

// knownBranch reports whether any account of the chart begins with a prefix.
func knownBranch(prefix string) bool {
	for i := range chart {
		if c := chart[i].Code; len(prefix) <= len(c) && string(c[:len(prefix)]) == prefix {
			return true
		}
	}
	return false
}
