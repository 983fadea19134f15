package payments

import (
	"encoding/hex"

	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// MaxEvidence is the greatest size of one document in bytes.
const MaxEvidence = 32 << 20

// DocType (材料种类) says what a document is.
type DocType string

// The kinds of documents that the checklist of DOMAIN 2.2 asks for, and those
// that payments rest on.
const (
	DocApplication  DocType = "application"   // 项目申报表
	DocResolution   DocType = "resolution"    // 村民会议决议
	DocGoals        DocType = "goals"         // 绩效目标申报表
	DocPosting      DocType = "posting"       // 公示照片
	DocLibraryAsk   DocType = "library_ask"   // 入库请示
	DocLibraryOK    DocType = "library_ok"    // 入库批复
	DocGoalReview   DocType = "goal_review"   // 绩效目标审核表
	DocGoalReply    DocType = "goal_reply"    // 绩效目标批复函
	DocMonitor      DocType = "monitor"       // 绩效监控表
	DocSelfForm     DocType = "self_form"     // 绩效自评表
	DocSelfReport   DocType = "self_report"   // 绩效自评报告
	DocScheme       DocType = "scheme"        // 实施方案
	DocProcedure    DocType = "procedure"     // 实施手续：四议两公开，或评审、招标代理、中标通知、采购备案
	DocBudget       DocType = "budget"        // 预算表
	DocContract     DocType = "contract"      // 合同、责任书
	DocClaimForm    DocType = "claim_form"    // 报账单
	DocApproval     DocType = "approval"      // 报账审批表
	DocExpense      DocType = "expense"       // 费用明细表
	DocInvoice      DocType = "invoice"       // 发票、收据
	DocMeasurement  DocType = "measurement"   // 计量单
	DocWages        DocType = "wages"         // 工资表
	DocFinalAccount DocType = "final_account" // 决算表
	DocAcceptance   DocType = "acceptance"    // 验收表
	DocWorkPhotos   DocType = "work_photos"   // 前中后照片
	DocAudit        DocType = "audit"         // 审计（结算审核）报告
	DocHandover     DocType = "handover"      // 确权移交
	DocUpkeep       DocType = "upkeep"        // 管护
	DocAdvanceAsk   DocType = "advance_ask"   // 预付款申请（开工报告）
	DocGuarantee    DocType = "guarantee"     // 保函
	DocAssignment   DocType = "assignment"    // 委托收款书、债权转让书
	DocDefectCheck  DocType = "defect_check"  // 缺陷责任期满检查表
	DocBankSlip     DocType = "bank_slip"     // 银行（国库）回单
	DocDecision     DocType = "decision"      // 决定、批复、收回文件
	DocDelivery     DocType = "delivery"      // 到货（服务）验收单
	DocRoster       DocType = "roster"        // 到户名册
	DocOther        DocType = "other"         // 其他
)

var docNames = []struct {
	doc DocType
	zh  string
}{
	{DocApplication, "项目申报表"},
	{DocResolution, "村民会议决议"},
	{DocGoals, "绩效目标申报表"},
	{DocPosting, "公示照片"},
	{DocLibraryAsk, "入库请示"},
	{DocLibraryOK, "入库批复"},
	{DocGoalReview, "绩效目标审核表"},
	{DocGoalReply, "绩效目标批复函"},
	{DocMonitor, "绩效监控表"},
	{DocSelfForm, "绩效自评表"},
	{DocSelfReport, "绩效自评报告"},
	{DocScheme, "实施方案"},
	{DocProcedure, "实施手续（四议两公开，或评审、招标、采购）"},
	{DocBudget, "预算表"},
	{DocContract, "合同（责任书）"},
	{DocClaimForm, "报账单"},
	{DocApproval, "报账审批表"},
	{DocExpense, "费用明细表"},
	{DocInvoice, "发票（收据）"},
	{DocMeasurement, "计量单"},
	{DocWages, "工资表"},
	{DocFinalAccount, "决算表"},
	{DocAcceptance, "验收表"},
	{DocWorkPhotos, "前中后照片"},
	{DocAudit, "审计（结算审核）报告"},
	{DocHandover, "确权移交"},
	{DocUpkeep, "管护"},
	{DocAdvanceAsk, "预付款申请（开工报告）"},
	{DocGuarantee, "保函"},
	{DocAssignment, "委托收款书"},
	{DocDefectCheck, "缺陷责任期满检查表"},
	{DocBankSlip, "银行（国库）回单"},
	{DocDecision, "决定（批复、收回）文件"},
	{DocDelivery, "到货（服务）验收单"},
	{DocRoster, "到户名册"},
	{DocOther, "其他材料"},
}

// Chinese returns the name of the document, or "" for an unknown kind.
func (t DocType) Chinese() string {
	for _, n := range docNames {
		if n.doc == t {
			return n.zh
		}
	}
	return ""
}

// Evidence (材料) is one document by its content: what it is, and the SHA-256 of
// its bytes, which the log carries. The file itself stands under that name in the
// store's folder.
type Evidence struct {
	Digest   ledger.Digest `json:"digest"`
	Type     DocType       `json:"type"`
	Title    string        `json:"title"`
	Date     ledger.Date   `json:"date"`
	Issuer   string        `json:"issuer,omitempty"`
	Number   string        `json:"number,omitempty"`
	Amount   ledger.Amount `json:"amount,omitempty"`
	Pages    int           `json:"pages"`
	Size     int           `json:"size"` // bytes
	Project  string        `json:"project,omitempty"`
	Contract string        `json:"contract,omitempty"`
	Quantity string        `json:"quantity,omitempty"` // 验收数量
	Passed   bool          `json:"passed,omitempty"`   // 验收合格
	Unit     string        `json:"unit,omitempty"`     // township whose own it is
}

var evidenceFile = dossier.NewKind("evidence", func(e *Evidence) dossier.Index {
	return dossier.Index{
		Status: string(e.Type), Unit: e.Unit, Parent: e.Contract, Title: e.Title, Year: e.Date.Year(), Amount: int64(e.Amount),
	}
})

var evidenceAdded = dossier.On(evidenceFile, "evidence.added", func(e *Evidence, f *Evidence, _ dossier.Stamp) { *e = *f })

// EvidenceCmd records a document whose file was stored under its digest.
type EvidenceCmd struct {
	Digest   ledger.Digest `json:"digest" validate:"required"`
	Type     DocType       `json:"type" validate:"required,max=20"`
	Title    string        `json:"title" validate:"required,max=200"`
	Date     ledger.Date   `json:"date" validate:"required"`
	Issuer   string        `json:"issuer,omitempty" validate:"max=100"`
	Number   string        `json:"number,omitempty" validate:"max=80"`
	Amount   ledger.Amount `json:"amount,omitempty"`
	Pages    int           `json:"pages" validate:"min=1,max=5000"`
	Size     int           `json:"size" validate:"min=1"`
	Project  string        `json:"project,omitempty" validate:"max=64"`
	Contract string        `json:"contract,omitempty" validate:"max=64"`
	Quantity string        `json:"quantity,omitempty" validate:"max=100"`
	Passed   bool          `json:"passed,omitempty"`
}

// evidence decides whether a document may be recorded.
func (c *EvidenceCmd) evidence(today ledger.Date, unit string) (Evidence, error) {
	switch {
	case c.Type.Chinese() == "":
		return Evidence{}, ErrEvidence.With("材料种类 %q 不在表内", c.Type)
	case c.Size > MaxEvidence:
		return Evidence{}, ErrEvidenceSize.With("%s：%d 字节，上限 %d 字节；请分册或压缩后再存", c.Title, c.Size, MaxEvidence)
	case c.Date > today:
		return Evidence{}, ErrEvidence.With("%s：日期 %s 晚于今天 %s", c.Title, c.Date, today)
	case c.Amount < 0:
		return Evidence{}, ErrEvidence.With("%s：金额 %s 为负", c.Title, c.Amount)
	}
	return Evidence{
		Digest: c.Digest, Type: c.Type, Title: c.Title, Date: c.Date, Issuer: c.Issuer, Number: c.Number, Amount: c.Amount,
		Pages: c.Pages, Size: c.Size, Project: c.Project, Contract: c.Contract, Quantity: c.Quantity, Passed: c.Passed, Unit: unit,
	}, nil
}

// codeOf is the code of a document's dossier: its digest in hexadecimal.
func codeOf(d ledger.Digest) string { return hex.EncodeToString(d[:]) }
