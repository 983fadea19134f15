package payments

import (
	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// SettlementState (结算清理状态) is where a settlement run stands.
type SettlementState string

// The states of a settlement run.
const (
	SettlementProposed SettlementState = "PROPOSED" // 已提出清理方案
	SettlementDecided  SettlementState = "DECIDED"  // 领导小组已决定，已记账
	SettlementYearEnd  SettlementState = "YEAR_END" // 年终结转
)

// SettleReason (清理事由) is why a row of a settlement run is proposed.
type SettleReason string

// The reasons, each with its clause in settleReasons.
const (
	ReasonSaving       SettleReason = "saving"        // 项目完成的结余
	ReasonNotStarted   SettleReason = "not_started"   // 计划下达后超期未实施
	ReasonUncommitted  SettleReason = "uncommitted"   // 已签合同，计划余额长期未约束
	ReasonContractIdle SettleReason = "contract_idle" // 合同签订后超期未支付
	ReasonIdleWarn     SettleReason = "idle_warn"     // 批次闲置，提示
	ReasonIdle         SettleReason = "idle"          // 批次闲置，收回再安排
	ReasonSurplus      SettleReason = "surplus"       // 连续两年未用完，结余
	ReasonRecovered    SettleReason = "recovered"     // 已收回，待再安排或上缴
	ReasonRetention    SettleReason = "retention_due" // 质保金到期应返还
	ReasonContractRest SettleReason = "contract_rest" // 合同已决算，尚有约束未清
	ReasonRosterIdle   SettleReason = "roster_idle"   // 名册约束后超期未确认
	ReasonRosterOwed   SettleReason = "roster_owed"   // 名册确认后超期未编批发放
	ReasonRosterRest   SettleReason = "roster_rest"   // 名册已确认，约束大于应付的部分
)

// settleReasons are what people call the reasons, and the clauses that they cite.
var settleReasons = map[SettleReason]struct{ zh, clause string }{
	ReasonSaving:       {"项目完成结余", "DOMAIN 2.4"},
	ReasonNotStarted:   {"计划下达后超期未实施", "DOMAIN 2.4"},
	ReasonUncommitted:  {"计划余额超期未签合同", "DOMAIN 2.4"},
	ReasonContractIdle: {"合同签订后超期未支付", "DOMAIN 2.4"},
	ReasonIdleWarn:     {"资金闲置，请加快安排", "DOMAIN 2.4"},
	ReasonIdle:         {"资金闲置，建议收回再安排", "DOMAIN 2.4"},
	ReasonSurplus:      {"连续两年未用完，为结余资金", "DOMAIN 2.4"},
	ReasonRecovered:    {"已收回，待再安排或上缴", "DOMAIN 8.1 A27"},
	ReasonRetention:    {"质保金到期应返还", "DOMAIN 2.3"},
	ReasonContractRest: {"合同已决算，约束余额待清理", "DOMAIN 4.3 E13"},
	ReasonRosterIdle:   {"名册约束后超期未确认", "DOMAIN 2.4、A07"},
	ReasonRosterOwed:   {"名册确认后超期未发放", "DOMAIN 2.4、A07"},
	ReasonRosterRest:   {"名册已确认，约束余额待收回", "DOMAIN 4.3 E09、E15a"},
}

// Chinese returns the name of the reason.
func (r SettleReason) Chinese() string { return settleReasons[r].zh }

// SettleFigures (清理口径) are the figures of one lot in one project (DOMAIN 2.4), in
// fen: plan is everything that the project has of the lot, executed or not; payable
// includes retention, of which RetentionNotDue is not due yet; saving is what is
// left of a project that is finished.
type SettleFigures struct {
	Plan            ledger.Amount `json:"plan"`
	Committed       ledger.Amount `json:"committed"`
	Paid            ledger.Amount `json:"paid"`
	Payable         ledger.Amount `json:"payable"`
	RetentionNotDue ledger.Amount `json:"retention_not_due"`
	Saving          ledger.Amount `json:"saving"`
}

// SettleLine (清理明细) is where one project stands in one lot at the cut-off.
type SettleLine struct {
	Project string       `json:"project"`
	Lot     ledger.LotID `json:"lot"`
	LotCode string       `json:"lot_code"`
	Tier    ledger.Tier  `json:"tier"`
	State   string       `json:"state,omitempty"` // of the project
	SettleFigures
}

// SettleRow (清理建议) is one proposal: an account whose authority may be recovered,
// or a duty to see to. Standing is the whole of the account at the cut-off, Now with
// the vouchers of later days that were known when it was proposed. Both are frozen:
// when the account has changed since, a decision is refused.
type SettleRow struct {
	No       int           `json:"no"`
	Reason   SettleReason  `json:"reason"`
	Clause   string        `json:"clause"`
	Duty     bool          `json:"duty,omitempty"` // nothing to recover here: something else is to be done
	Lot      ledger.LotID  `json:"lot"`
	LotCode  string        `json:"lot_code"`
	Tier     ledger.Tier   `json:"tier"`
	From     ledger.Code   `json:"from"`
	Project  string        `json:"project,omitempty"`
	Contract string        `json:"contract,omitempty"`
	Unit     string        `json:"unit,omitempty"`
	Pool     string        `json:"pool,omitempty"`
	Standing ledger.Amount `json:"standing"`
	Now      ledger.Amount `json:"standing_now"`
	Amount   ledger.Amount `json:"amount"`
	Since    ledger.Date   `json:"since,omitzero"`
	Due      ledger.Date   `json:"due,omitzero"`
}

// SettleOutcome (处理方式) is what becomes of an accepted row.
type SettleOutcome string

// The outcomes.
const (
	OutcomeHold       SettleOutcome = "hold"       // 收回待定（E17）
	OutcomeReallocate SettleOutcome = "reallocate" // 收回再安排（E17、E18）
	OutcomeGiveBack   SettleOutcome = "give_back"  // 收回上缴（E17、E19）
)

// SettleTake (采纳行) is what the leading group decided about a row. Money that is
// re-allocated stays in its lot, and so keeps its tier and origin.
type SettleTake struct {
	Row          int           `json:"row" validate:"min=1"`
	Amount       ledger.Amount `json:"amount" validate:"gt=0"`
	Outcome      SettleOutcome `json:"outcome" validate:"required,oneof=hold reallocate give_back"`
	Into         ledger.Code   `json:"into,omitempty" validate:"omitempty,oneof=7101 7102"`
	Pool         string        `json:"pool,omitempty" validate:"max=64"`                                     // of 7102
	Counterparty string        `json:"counterparty,omitempty" validate:"omitempty,oneof=upper county donor"` // of give_back
	Payee        string        `json:"payee,omitempty" validate:"max=64"`
	OriginYear   int           `json:"origin_year,omitempty" validate:"omitempty,min=1990,max=2199"` // of the revenue given back
	Terminate    bool          `json:"terminate,omitempty"`                                          // end the contract; else it is reduced
}

// SettleCash (缴回资金) is cash that a township sends back with the recovery (E17).
type SettleCash struct {
	Township string        `json:"township" validate:"required,max=64"`
	Lot      ledger.LotID  `json:"lot" validate:"required"`
	Amount   ledger.Amount `json:"amount" validate:"gt=0"`
}

// OpenBalance (未清事项) is a balance that should be cleared and is not.
type OpenBalance struct {
	Book     string        `json:"book"`
	Account  ledger.Code   `json:"account"`
	Lot      ledger.LotID  `json:"lot"`
	Project  string        `json:"project,omitempty"`
	Contract string        `json:"contract,omitempty"`
	Payee    string        `json:"payee,omitempty"`
	Amount   ledger.Amount `json:"amount"` // debit positive
	Since    ledger.Date   `json:"since,omitzero"`
}

// Settlement (结算清理) is one periodic run: what stood open at a cut-off with what
// was proposed, frozen, and what was decided; or one year-end close.
type Settlement struct {
	Code      string          `json:"code"`
	State     SettlementState `json:"state"`
	Maker     ledger.ID       `json:"maker"`
	On        ledger.Date     `json:"on"`    // cut-off
	KnownAt   int64           `json:"known"` // last record that the figures know
	Limits    SettleLimits    `json:"limits"`
	Lines     []SettleLine    `json:"lines,omitempty"`
	Rows      []SettleRow     `json:"rows,omitempty"`
	Decision  string          `json:"decision,omitempty"`
	Document  ledger.Digest   `json:"document,omitzero"`
	DecidedOn ledger.Date     `json:"decided_on,omitzero"`
	Takes     []SettleTake    `json:"takes,omitempty"`
	Cash      []SettleCash    `json:"cash,omitempty"`
	Reference string          `json:"reference,omitempty"`
	Year      int             `json:"year,omitempty"`
	Lots      int             `json:"lots,omitempty"` // closed by the year end
	Open      []OpenBalance   `json:"open,omitempty"`
	Entries   []int64         `json:"entries,omitempty"`
}

type (
	settleProposed struct {
		Code    string
		On      ledger.Date
		KnownAt int64
		Limits  SettleLimits
		Lines   []SettleLine
		Rows    []SettleRow
	}
	settleDecided struct {
		Decision  string
		Document  ledger.Digest
		On, Date  ledger.Date
		Takes     []SettleTake
		Cash      []SettleCash
		Reference string
		Entries   []int64
	}
	yearCarried struct {
		Code     string
		Year     int
		On       ledger.Date
		Period13 bool
		Lots     int
		Open     []OpenBalance
		Entries  []int64
	}
)

var settlementFile = dossier.NewKind("settlement", func(s *Settlement) dossier.Index {
	var sum ledger.Amount
	for i := range s.Takes {
		sum += s.Takes[i].Amount
	}
	return dossier.Index{Status: string(s.State), Title: s.Code, Year: s.On.Year(), Amount: int64(sum)}
})

var (
	didPropose = dossier.On(settlementFile, "settle.proposed", func(s *Settlement, f *settleProposed, at dossier.Stamp) {
		*s = Settlement{Code: f.Code, State: SettlementProposed, Maker: at.Actor, On: f.On, KnownAt: f.KnownAt, Limits: f.Limits, Lines: f.Lines, Rows: f.Rows}
	})
	didDecide = dossier.On(settlementFile, "settle.decided", func(s *Settlement, f *settleDecided, _ dossier.Stamp) {
		s.State, s.Decision, s.Document, s.DecidedOn = SettlementDecided, f.Decision, f.Document, f.On
		s.Takes, s.Cash, s.Reference, s.Entries = f.Takes, f.Cash, f.Reference, f.Entries
	})
	didCarry = dossier.On(settlementFile, "settle.carried", func(s *Settlement, f *yearCarried, at dossier.Stamp) {
		*s = Settlement{
			Code: f.Code, Maker: at.Actor, State: SettlementYearEnd, On: f.On, Year: f.Year, Lots: f.Lots, Open: f.Open, Entries: f.Entries,
		}
	})
)
