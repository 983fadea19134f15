// Package publicity makes public what must be public (公告公示): notices, the
// evidence that they were posted, and the answers to objections.
//
// A notice is frozen content, written from the ledger at a stated sequence
// number; the paper, the page behind its QR code and the ledger show the same
// figures. This package holds the content of the notices and their layout as
// PDF after GB/T 9704-2012; it reads the ledger and never writes it.
package publicity

import "fundbook/internal/fault"

// ErrNotice refuses content that is incomplete or contradicts itself.
var ErrNotice = fault.New(fault.Invalid, "publicity.bad_notice",
	"公告内容有误", "the notice's content is wrong")

// Allocation is the frozen content of notice N1, which announces how a fund was
// allocated (资金分配结果公告). Amounts are in fen; dates are ISO.
type Allocation struct {
	Title     string
	Number    string // 公告编号
	Publisher string
	Published string

	// The notice stands from PeriodFrom to PeriodTo, or without end.
	PeriodFrom, PeriodTo string
	LongTerm             bool

	FundYear int
	Lead     string // basis and occasion
	Sources  []AllocationSource
	Rows     []AllocationRow

	// The totals, which must equal the sums of Sources and Rows. Sources less
	// rows is what is left, unless Findings say why it is not.
	SourcesFen, AllocatedFen, UnallocatedFen int64
	TotalWords                               string // SourcesFen in capital numerals (大写金额)

	SupervisionText string
	Hotline         string
	Contacts        []Fact

	Code      string // 核验码: 13 characters, Crockford's base 32
	DigestHex string
	VerifyURL string // empty: no QR code is printed
	CutoffSeq int64

	Sample     bool     // a sample, marked so on every page
	Unreviewed bool     // nobody but its maker has seen it (未审核)
	Findings   []string // remarks (说明)
}

// AllocationSource is one line of a funding document (资金来源).
type AllocationSource struct {
	Tier     string // 中央, 省级, 市级, 县级
	Name     string
	Document string // its number; empty if the source states none
	Fen      int64
}

// AllocationRow is what one recipient gets for one project.
type AllocationRow struct {
	Seq       int
	Recipient string // 单位或乡镇
	Project   string
	Place     string
	Content   string
	Source    string // tier of the money
	Fen       int64
	Inferred  bool // the source document does not state the tier of this row (推定)
}
