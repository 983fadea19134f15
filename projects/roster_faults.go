package projects

import "fundbook/internal/fault"

// The faults of rosters. None of them quotes a name, a resident number, a whole
// card or a telephone number.
var (
	ErrQuantity        = fault.New(fault.Invalid, "roster.quantity", "数量须为不带符号和单位的数字，至多 4 位小数", "a quantity is a plain number with at most four decimals")
	ErrInexact         = fault.New(fault.Refused, "roster.inexact", "标准 × 数量须为整分，不得四舍五入（4.3 E15a、law 11）", "standard × quantity must be whole fen: nothing is rounded")
	ErrRosterRows      = fault.New(fault.Refused, "roster.rows", "名册有不合要求的行，全部未入库；请按逐行报告改正后重新导入", "rows of the roster are not acceptable: nothing was recorded; mend them by the report and import again")
	ErrRosterEmpty     = fault.New(fault.Refused, "roster.empty", "名册没有人员行", "the roster has no rows")
	ErrRosterProject   = fault.New(fault.Refused, "roster.project", "项目不能编制到户名册（4.8：须为在库到户项目，未暂停、移出）", "the project cannot have a roster: it must be a household project that is not suspended or removed (4.8)")
	ErrRosterForeign   = fault.New(fault.Refused, "roster.other_township", "名册不属于本乡镇的项目", "the roster is not of the township's own project")
	ErrRosterCode      = fault.New(fault.Conflict, "roster.code_taken", "合同与名册共用编号，不得重复", "contracts and rosters share their codes: this one is used")
	ErrRosterState     = fault.New(fault.Refused, "roster.state", "名册在此状态下不能办理该事项", "the roster's state does not permit this")
	ErrRosterMoved     = fault.New(fault.Conflict, "roster.moved", "名册或项目在准备期间有变，请重新办理", "the roster or its project changed meanwhile: do it again")
	ErrRosterPosted    = fault.New(fault.Refused, "roster.posted", "名册正在公示，不得增减人员（4.8：每次变动重新公示）", "the roster is posted: its rows do not change while it is (4.8: every change is posted again)")
	ErrRosterLine      = fault.New(fault.Refused, "roster.line", "名册行在此状态下不能办理该事项", "the state of the roster's row does not permit this")
	ErrRosterLineNo    = fault.New(fault.NotFound, "roster.line_unknown", "名册没有此行", "the roster has no such row")
	ErrRosterShort     = fault.New(fault.Refused, "roster.balance", "账上余额少于名册所需", "the ledger holds less than the roster needs")
	ErrRosterIDCheck   = fault.New(fault.Refused, "roster.other_person", "更正只能换卡，不能换人：身份证号与名册不符", "a correction changes the card, never the person: the resident number is not that of the row")
	ErrRosterDivisions = fault.New(fault.Refused, "roster.divisions", "本县区划表尚未导入，村代码无从核对；请先导入区划", "the county's divisions are not imported: import them first")
	ErrRosterTooMany   = fault.New(fault.TooLarge, "roster.too_large", "名册超过 50000 行；请分册", "a roster has at most 50,000 rows: divide it")
)
