package projects

import "fundbook/ledger"

// ContractState is where a contract stands.
type ContractState string

// The states of a contract.
const (
	ContractSigned     ContractState = "SIGNED"
	ContractStarted    ContractState = "STARTED"
	ContractCompleted  ContractState = "COMPLETED" // 完工, not yet accepted
	ContractAccepted   ContractState = "ACCEPTED"  // 验收: the defect period runs
	ContractSettled    ContractState = "SETTLED"   // 结算（决算）审计
	ContractClosed     ContractState = "CLOSED"    // retention returned, nothing open
	ContractTerminated ContractState = "TERMINATED"
)

// Contract (合同) is a signed amount over one or more projects. Only the part that
// lots of this county fund is committed in the ledger (E08, E09); the rest is shown
// and aged. What was paid, advanced or kept back is never here: the ledger says.
type Contract struct {
	Code     string        `json:"code"`
	Name     string        `json:"name"`
	Kind     string        `json:"kind"` // works goods service fee order
	State    ContractState `json:"state"`
	Payee    string        `json:"payee"`              // creditor: the payee dimension of its accounts
	PayeeID  string        `json:"payee_id,omitempty"` // 统一社会信用代码
	Unit     string        `json:"unit"`               // implementing unit: the unit dimension of its accounts
	Town     string        `json:"town,omitempty"`     // township whose own it is
	SignedOn ledger.Date   `json:"signed_on"`
	Signed   ledger.Amount `json:"signed"`   // as signed
	Amount   ledger.Amount `json:"amount"`   // with the changes so far
	Projects []ProjectPart `json:"projects"` // adds up to Amount
	Funding  []FundingPart `json:"funding"`  // adds up to Amount
	Terms    Terms         `json:"terms"`
	Changes  []Change      `json:"changes,omitempty"`

	CompletedOn ledger.Date   `json:"completed_on,omitzero"`
	AcceptedOn  ledger.Date   `json:"accepted_on,omitzero"`
	Accepted    ledger.Digest `json:"acceptance,omitzero"` // the acceptance form
	DefectUntil ledger.Date   `json:"defect_until,omitzero"`
	Settled     ledger.Amount `json:"settled,omitempty"` // 结算审定金额
	Defect      bool          `json:"open_defect,omitempty"`
	Guarantee   ledger.Amount `json:"guarantee,omitempty"` // in place of retention
}

// ProjectPart is a project's share of a contract.
type ProjectPart struct {
	Project string        `json:"project" validate:"required,max=64"`
	Amount  ledger.Amount `json:"amount"`
}

// FundingPart is who pays a part of a contract: a lot of this county, other money,
// or nobody yet.
type FundingPart struct {
	Project string        `json:"project" validate:"required,max=64"`
	Source  string        `json:"source" validate:"required,oneof=lot other own credit unfunded"`
	Lot     ledger.LotID  `json:"lot,omitzero"` // of source lot
	Amount  ledger.Amount `json:"amount"`
	Since   ledger.Date   `json:"since,omitzero"` // from when it is unfunded
}

// Terms are what the parties agreed about paying; rates in basis points of the
// contract amount.
type Terms struct {
	AdvanceBP    int  `json:"advance_bp" validate:"min=0,max=10000"`
	RetentionBP  int  `json:"retention_bp" validate:"min=0,max=10000"`
	DefectMonths int  `json:"defect_months" validate:"min=0,max=60"`
	Audit        bool `json:"audit_before_final,omitempty"` // the contract makes the last payment wait for an audit
	PayDays      int  `json:"pay_days" validate:"min=0,max=365"`
	WageBP       int  `json:"wage_bp,omitempty" validate:"min=0,max=10000"` // to the wage account
	Procurement  bool `json:"procurement,omitempty"`                        // 政府采购法 art. 49 applies to its changes
}

// Change (变更) is one supplement to a contract.
type Change struct {
	On       ledger.Date   `json:"on"`
	Amount   ledger.Amount `json:"amount"` // ±
	Kind     string        `json:"kind"`   // supplement engineering settlement
	Document string        `json:"document"`
	Reason   string        `json:"reason,omitempty"`
}
