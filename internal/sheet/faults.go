package sheet

import "fundbook/internal/fault"

// The faults of tables. Each message is the rule; the detail names file, row and
// column.
var (
	ErrNotFile  = fault.New(fault.Invalid, "sheet.not_a_file", "不是普通文件（管道、设备或目录），不读取", "not a regular file but a pipe, a device or a directory: it is not read")
	ErrTooLarge = fault.New(fault.TooLarge, "sheet.too_large", "表格超过上限（16 MiB、50000 行、200 列、每格 10000 字）", "the table is beyond its limits (16 MiB, 50,000 rows, 200 columns, 10,000 characters a cell)")
	ErrEncoding = fault.New(fault.Invalid, "sheet.encoding", "文件编码须为 UTF-8 或 GB18030，且无残缺字符；请用原程序重新导出", "the file must be clean UTF-8 or GB18030: export it again")
	ErrControl  = fault.New(fault.Invalid, "sheet.control", "表格中有控制字符", "the table holds a control character")
	ErrQuote    = fault.New(fault.Invalid, "sheet.quote", "引号不成对或位置不对，文件可能被截断", "a quotation is not closed or misplaced: the file may be cut short")
	ErrWidth    = fault.New(fault.Invalid, "sheet.width", "本行列数与表头不符，文件可能被截断", "the row has another number of columns than the header: the file may be cut short")
	ErrHeader   = fault.New(fault.Invalid, "sheet.header", "表头缺列、重名或为空", "the header lacks a column, repeats one, or is empty")
	ErrWorkbook = fault.New(fault.Invalid, "sheet.workbook", "不是可以读取的工作簿（.xlsx）：旧版 .xls、加密或损坏的文件请另存为 .xlsx，或导出为 CSV", "not a workbook that can be read: save an old, encrypted or damaged one as .xlsx, or export it as CSV")
	ErrMerged   = fault.New(fault.Invalid, "sheet.merged", "数据行有合并单元格：空白可能是同上、零或漏填，不作推定；请取消合并并逐格填写", "merged cells in the rows: unmerge them and fill in every cell")
	ErrDigits   = fault.New(fault.Invalid, "sheet.digits", "数字超过 15 位，表格程序已丢失末位；请把该列设为文本后重新填写", "a number of more than 15 digits has lost its last ones: make the column text and type it again")
	ErrFormula  = fault.New(fault.Invalid, "sheet.formula", "单元格是公式，不是文字或数字；请粘贴为数值", "the cell holds a formula: paste values only")
)
