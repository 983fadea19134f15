package payments

import (
	"fmt"
	"slices"
	"strings"

	"fundbook/internal/fault"
	"fundbook/ledger"
)

// PayKind (支付类型) is a kind of payment of DOMAIN 4.8: the row of the gate table.
type PayKind string

// The kinds of payments.
const (
	PayAdvance       PayKind = "advance"            // 预付款
	PayProgress      PayKind = "progress"           // 进度款
	PayFinal         PayKind = "final"              // 质保金前的末次付款
	PayRetention     PayKind = "retention"          // 质保金
	PayDue           PayKind = "due"                // 已列应付款：扣用维修、保函替代、期初
	PayHouseholdOnce PayKind = "household_once"     // 到户，一次性
	PayHousehold     PayKind = "household_periodic" // 到户，按期
	PaySubsidy       PayKind = "subsidy"            // 贷款贴息
	PayFee           PayKind = "fee"                // 项目管理费
	PayToTownship    PayKind = "to_township"        // 实拨乡镇（E04c）
	PayRemit         PayKind = "remit"              // 缴国库、上级、捐赠方；退款
	PayEmergency     PayKind = "emergency"          // 救灾应急
)

// PayKinds lists the kinds in the order of DOMAIN 4.8.
func PayKinds() []PayKind {
	return []PayKind{
		PayAdvance, PayProgress, PayFinal, PayRetention, PayDue, PayHouseholdOnce, PayHousehold, PaySubsidy, PayFee, PayToTownship, PayRemit, PayEmergency,
	}
}

var payKindNames = map[PayKind]string{
	PayAdvance: "预付款", PayProgress: "进度款", PayFinal: "末次付款（质保金前）", PayRetention: "质保金", PayDue: "已列应付款（扣用维修、保函替代、期初）", PayHouseholdOnce: "到户补助（一次性）",
	PayHousehold: "到户补助（按期）", PaySubsidy: "贷款贴息", PayFee: "项目管理费", PayToTownship: "实拨乡镇", PayRemit: "上缴、退款", PayEmergency: "救灾应急",
}

// Chinese returns the name of the kind.
func (k PayKind) Chinese() string { return payKindNames[k] }

// Gate (支付前置条件) is one condition of a payment.
type Gate string

// The gates.
const (
	GateLibrary     Gate = "library"
	GatePlan        Gate = "plan"
	GateContract    Gate = "contract"
	GateRoster      Gate = "roster"
	GateN5          Gate = "notice_n5"
	GateN6          Gate = "notice_n6"
	GateN8          Gate = "notice_n8"
	GateResults     Gate = "result_list"
	GateClaim       Gate = "claim"
	GateEvidence    Gate = "evidence"
	GateInvoice     Gate = "invoice"
	GateIssuer      Gate = "invoice_issuer"
	GateMeasurement Gate = "measurement"
	GateAcceptance  Gate = "acceptance"
	GateAudit       Gate = "audit"
	GateSelfRating  Gate = "self_evaluation"
	GateWage        Gate = "wage"
	GateAdvance     Gate = "advance_limit"
	GateProgress    Gate = "progress_min"
	GateProgressMax Gate = "progress_max"
	GateOrdinary    Gate = "ordinary"
	GateDefect      Gate = "defect_period"
	GateOpenDefect  Gate = "open_defect"
	GateObjection   Gate = "objection"
	GateLoan        Gate = "loan_checks"
	GateFeeCategory Gate = "fee_category"
	GateFeeCap      Gate = "fee_cap"
	GateAllocation  Gate = "allocation"
	GateAuthority   Gate = "authority"
	GateDecision    Gate = "decision"
	GateBooks       Gate = "books"
)

// Effect (效力) is what a gate that does not hold does to the payment.
type Effect string

// The effects.
const (
	EffectBlock Effect = "block"
	EffectWarn  Effect = "warn"
	EffectNone  Effect = "none"
)

// GateRow (条件表行) is one row of the table: for a kind of payment a gate has an
// effect from a day on, by a legal basis. The latest row of the day counts.
type GateRow struct {
	Kind   PayKind
	Gate   Gate
	Effect Effect
	From   ledger.Date
	Basis  string
}

// Outcome (结果) is what a gate says of one payment.
type Outcome string

// The outcomes.
const (
	Holds   Outcome = "holds"
	Blocks  Outcome = "block"
	Warns   Outcome = "warn"
	Waived  Outcome = "waived"
	Ignored Outcome = "none" // does not hold, and need not
)

// GateResult (条件结论) is one gate of one payment: what it says, by which rule,
// where and by how much, and what to do.
type GateResult struct {
	Gate    Gate    `json:"gate"`
	Outcome Outcome `json:"outcome"`
	Rule    string  `json:"rule"`
	Detail  string  `json:"detail,omitempty"`
	Remedy  string  `json:"remedy,omitempty"`
}

// rowsOn returns the rows in force for a kind on a day, in the order of the table.
func rowsOn(kind PayKind, day ledger.Date) []GateRow {
	var out []GateRow
	for i := range gateTable {
		r := &gateTable[i]
		if r.Kind != kind || r.From > day {
			continue
		}
		at := slices.IndexFunc(out, func(o GateRow) bool { return o.Gate == r.Gate })
		switch {
		case at < 0:
			out = append(out, *r)
		case r.From >= out[at].From:
			out[at] = *r
		}
	}
	return out
}

// Check holds a payment against the gates of its kind on a day. Policies may turn a
// warning into a block (gate.KIND.GATE = block), never the other way: only a
// waiver releases.
func Check(kind PayKind, day ledger.Date, f *Facts, policies []ledger.Policy) []GateResult {
	rows := rowsOn(kind, day)
	out := make([]GateResult, 0, len(rows))
	for i := range rows {
		r := &rows[i]
		rule := gateRules[r.Gate]
		res := GateResult{Gate: r.Gate, Outcome: Holds, Rule: r.Basis}
		if why := rule.fails(f); why != "" {
			res.Detail, res.Remedy = why, rule.remedy
			effect := r.strict(policies, day)
			if r.Gate == GateBooks && f.LagBlocks {
				effect = EffectBlock
			}
			switch effect {
			case EffectBlock:
				res.Outcome = Blocks
			case EffectWarn:
				res.Outcome = Warns
			default:
				res.Outcome = Ignored
			}
		}
		out = append(out, res)
	}
	return out
}

// strict is the row's effect, or block where the county has tightened it.
func (r *GateRow) strict(policies []ledger.Policy, day ledger.Date) Effect {
	if r.Effect == EffectNone {
		return EffectNone
	}
	if p, ok := ledger.PolicyOn(policies, "gate."+string(r.Kind)+"."+string(r.Gate), day); ok && p.Value == string(EffectBlock) {
		return EffectBlock
	}
	return r.Effect
}

// Blocked refuses a payment with every gate that blocks it, each with its rule,
// its detail and its remedy.
func Blocked(kind PayKind, results []GateResult) error {
	var out *fault.Error
	for i := range results {
		r := &results[i]
		if r.Outcome != Blocks {
			continue
		}
		if out == nil {
			out = ErrGate.With("%s（%s）：%s；%s；%s", kind.Chinese(), gateRules[r.Gate].zh, r.Detail, r.Remedy, r.Rule)
		}
		out = out.AtText(string(r.Gate), fault.Say("%s", r.Detail), r.Rule)
	}
	if out == nil {
		return nil
	}
	return out
}

// noted returns the results that stand on the request: warnings and what was
// waived.
func noted(results []GateResult) []GateResult {
	var out []GateResult
	for i := range results {
		if results[i].Outcome == Warns || results[i].Outcome == Waived {
			out = append(out, results[i])
		}
	}
	return out
}

// GatesMarkdown prints the table as docs/gates.md.
func GatesMarkdown() string {
	var b strings.Builder
	b.WriteString(`# 支付前置条件表 · Gates before a payment

Generated from the code by ` + "`make golden`" + `. DOMAIN 4.8: every kind of payment and the gates that must hold, with the day from which a row counts and its basis.

* block 拦截: the payment is refused; only a recorded waiver with two approvers releases it, for its scope, before its expiry, and it stands on the entry.
* warn 提示: the payment goes on and the warning stands on the request. A county may turn it into a block by the policy ` + "`gate.KIND.GATE = block`" + `; nothing turns a block into a warning.
* The gate ` + "`books`" + ` is warn where a county has set nothing; the policy ` + "`books_lag`" + ` makes it off, warn or block.
* none 不拦截: looked at elsewhere, never at the payment.

| kind | 支付类型 | gate | 条件 | effect | from | basis |
|---|---|---|---|---|---|---|
`)
	for _, k := range PayKinds() {
		for i := range gateTable {
			r := &gateTable[i]
			if r.Kind != k {
				continue
			}
			from := ""
			if r.From > ledger.MinDate {
				from = r.From.String()
			}
			fmt.Fprintf(&b, "| `%s` | %s | `%s` | %s | %s | %s | %s |\n", k, k.Chinese(), r.Gate, gateRules[r.Gate].zh, r.Effect, from, r.Basis)
		}
	}
	return b.String()
}
