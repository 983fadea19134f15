package projects

import (
	"slices"

	"fundbook/internal/dossier"
	"fundbook/ledger"
)

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

	Digest      ledger.Digest  `json:"digest,omitzero"` // of the contract itself
	StartedOn   ledger.Date    `json:"started_on,omitzero"`
	CompletedOn ledger.Date    `json:"completed_on,omitzero"`
	AcceptedOn  ledger.Date    `json:"accepted_on,omitzero"`
	Accepted    ledger.Digest  `json:"acceptance,omitzero"` // the acceptance form
	Quantities  []AcceptedItem `json:"quantities,omitempty"`
	Rejected    int            `json:"rejected,omitempty"` // acceptances that failed
	DefectUntil ledger.Date    `json:"defect_until,omitzero"`
	SettledOn   ledger.Date    `json:"settled_on,omitzero"`
	Settled     ledger.Amount  `json:"settled,omitempty"` // 结算审定金额
	Report      ledger.Digest  `json:"settlement_report,omitzero"`
	Defect      bool           `json:"open_defect,omitempty"`
	Defects     []Defect       `json:"defects,omitempty"`
	Guarantee   ledger.Amount  `json:"guarantee,omitempty"` // in place of retention
	Repairs     []Repair       `json:"repairs,omitempty"`
	Transferred ledger.Amount  `json:"transferred,omitempty"` // cost of finished parts, expenditure already (E13 partial)
	EndedOn     ledger.Date    `json:"ended_on,omitzero"`     // closed or terminated
	Decision    string         `json:"termination_decision,omitempty"`
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

// AcceptedItem (验收数量) is one item of an acceptance, in thousandths of its unit.
type AcceptedItem struct {
	Item    string `json:"item" validate:"required,max=80"`
	Unit    string `json:"unit" validate:"required,max=20"`
	Planned int64  `json:"planned_milli" validate:"min=0"`
	Done    int64  `json:"done_milli" validate:"min=0"`
	Pass    bool   `json:"pass"`
}

// Defect (缺陷责任) is a defect of works found in the defect period.
type Defect struct {
	OpenedOn ledger.Date `json:"opened_on"`
	ClosedOn ledger.Date `json:"closed_on,omitzero"`
	Note     string      `json:"note"`
	Document string      `json:"document,omitempty"`
}

// Repair (第三方维修) was done by somebody else and paid out of the retention.
type Repair struct {
	On       ledger.Date   `json:"on"`
	Amount   ledger.Amount `json:"amount"`
	Payee    string        `json:"payee"`
	PayeeID  string        `json:"payee_id,omitempty"`
	Contract string        `json:"contract,omitempty"`
	Document string        `json:"document"`
}

// The facts of a contract. Tables in them are the whole after what happened.
type (
	contractSigned struct {
		Code, Name, Kind string
		Payee, PayeeID   string
		Unit, Town       string
		SignedOn         ledger.Date
		Amount           ledger.Amount
		Projects         []ProjectPart
		Funding          []FundingPart
		Terms            Terms
		Digest           ledger.Digest
		Procurement      string
		VoucherDate      ledger.Date
	}
	contractChanged struct {
		Change   Change
		Digest   ledger.Digest
		Projects []ProjectPart
		Funding  []FundingPart
	}
	contractFunded struct {
		On       ledger.Date
		Document string
		Moved    []FundingPart
		Funding  []FundingPart
	}
	contractStep struct {
		State    ContractState
		On       ledger.Date
		Document string
		Evidence []ledger.Digest
	}
	contractAccepted struct {
		On          ledger.Date
		Form        ledger.Digest
		Pass        bool
		Opinion     string
		Quantities  []AcceptedItem
		DefectUntil ledger.Date
	}
	contractSettled struct {
		On       ledger.Date
		Amount   ledger.Amount
		Document string
		Report   ledger.Digest
		Change   Change // zero amount: settled as contracted
		Projects []ProjectPart
		Funding  []FundingPart
	}
	contractTerminated struct {
		On       ledger.Date
		Decision string
		Reason   string
		Change   Change
		Projects []ProjectPart
		Funding  []FundingPart
	}
	contractGuaranteed struct {
		On       ledger.Date
		Amount   ledger.Amount
		Bank     string
		Document string
		Until    ledger.Date
		Digest   ledger.Digest
	}
	contractTransferred struct {
		On       ledger.Date
		Project  string
		Amount   ledger.Amount
		Document string
		Form     ledger.Digest
	}
	contractRepaired struct {
		Repair Repair
		Digest ledger.Digest
	}
	contractDefect struct {
		On             ledger.Date
		Open           bool
		No             int // of the defect that is closed, from 1
		Note, Document string
	}
)

var contractFile = dossier.NewKind("contract", (*Contract).index)

var (
	didSign = dossier.On(contractFile, "contract.signed", func(c *Contract, f *contractSigned, _ dossier.Stamp) {
		*c = Contract{
			Code: f.Code, Name: f.Name, Kind: f.Kind, State: ContractSigned, Payee: f.Payee, PayeeID: f.PayeeID, Unit: f.Unit, Town: f.Town,
			SignedOn: f.SignedOn, Signed: f.Amount, Amount: f.Amount, Projects: f.Projects, Funding: f.Funding, Terms: f.Terms, Digest: f.Digest,
		}
	})
	didChange = dossier.On(contractFile, "contract.changed", func(c *Contract, f *contractChanged, _ dossier.Stamp) {
		c.amend(f.Change, f.Projects, f.Funding)
	})
	didFund = dossier.On(contractFile, "contract.funded", func(c *Contract, f *contractFunded, _ dossier.Stamp) { c.Funding = f.Funding })
	didStep = dossier.On(contractFile, "contract.stepped", func(c *Contract, f *contractStep, _ dossier.Stamp) {
		c.State = f.State
		switch f.State {
		case ContractStarted:
			c.StartedOn = f.On
		case ContractCompleted:
			c.CompletedOn = f.On
		case ContractClosed:
			c.EndedOn = f.On
		default:
		}
	})
	didAccept = dossier.On(contractFile, "contract.accepted", func(c *Contract, f *contractAccepted, _ dossier.Stamp) {
		c.Quantities = f.Quantities
		if !f.Pass {
			c.Rejected++
			return
		}
		c.State, c.AcceptedOn, c.Accepted, c.DefectUntil = ContractAccepted, f.On, f.Form, f.DefectUntil
	})
	didSettle = dossier.On(contractFile, "contract.settled", func(c *Contract, f *contractSettled, _ dossier.Stamp) {
		c.State, c.SettledOn, c.Settled, c.Report = ContractSettled, f.On, f.Amount, f.Report
		c.amend(f.Change, f.Projects, f.Funding)
	})
	didTerminate = dossier.On(contractFile, "contract.terminated", func(c *Contract, f *contractTerminated, _ dossier.Stamp) {
		c.State, c.EndedOn, c.Decision = ContractTerminated, f.On, f.Decision
		c.amend(f.Change, f.Projects, f.Funding)
	})
	didGuarantee = dossier.On(contractFile, "contract.guaranteed", func(c *Contract, f *contractGuaranteed, _ dossier.Stamp) {
		c.Guarantee += f.Amount
	})
	didTransfer = dossier.On(contractFile, "contract.transferred", func(c *Contract, f *contractTransferred, _ dossier.Stamp) {
		c.Transferred += f.Amount
	})
	didRepair = dossier.On(contractFile, "contract.repaired", func(c *Contract, f *contractRepaired, _ dossier.Stamp) {
		c.Repairs = append(c.Repairs, f.Repair)
	})
	didDefect = dossier.On(contractFile, "contract.defect_stated", func(c *Contract, f *contractDefect, _ dossier.Stamp) { c.defect(f) })
)

func (c *Contract) index() dossier.Index {
	x := dossier.Index{Status: string(c.State), Unit: c.Town, Title: c.Name, Year: c.SignedOn.Year(), Amount: int64(c.Amount)}
	if len(c.Projects) > 0 {
		x.Parent = c.Projects[0].Project
	}
	return x
}

// amend applies a change of the amount with the tables after it.
func (c *Contract) amend(ch Change, projects []ProjectPart, funding []FundingPart) {
	c.Projects, c.Funding = projects, funding
	c.Amount += ch.Amount
	if ch.Document != "" {
		c.Changes = append(c.Changes, ch)
	}
}

func (c *Contract) defect(f *contractDefect) {
	if f.Open {
		c.Defects = append(c.Defects, Defect{OpenedOn: f.On, Note: f.Note, Document: f.Document})
	} else {
		c.Defects[f.No-1].ClosedOn = f.On
	}
	c.Defect = slices.ContainsFunc(c.Defects, func(d Defect) bool { return d.ClosedOn.IsZero() })
}
