package intake

import "fundbook/internal/fault"

// The faults of the intake. Each message is the rule; the detail names file, row,
// column and figure.
var (
	ErrFiles     = fault.New(fault.Invalid, "intake.files", "目录须有 notices.csv、sources.csv、lines.csv、checks.csv", "the directory must hold notices.csv, sources.csv, lines.csv and checks.csv")
	ErrCell      = fault.New(fault.Invalid, "intake.cell", "单元格不能识别", "a cell cannot be read")
	ErrRefused   = fault.New(fault.Refused, "intake.refused", "公告不入账", "the notice is not posted")
	ErrConflict  = fault.New(fault.Conflict, "intake.conflict", "同一编号的公告已入账，内容不同；更正请红字冲销原凭证后以新编号导入", "a notice of this id is posted with other content: reverse its entries and import under a new id")
	ErrUnchanged = fault.New(fault.Conflict, "intake.unchanged", "公告已入账，内容相同，未重复记账", "the notice is posted already with the same content: nothing was recorded")
	ErrCounty    = fault.New(fault.Internal, "intake.county", "公告不属于本事务的县", "the notice belongs to another county than the transaction")
	ErrEncoding  = fault.New(fault.Internal, "intake.encoding", "公告记录不能还原", "a document record does not decode")
)
