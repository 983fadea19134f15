package payments

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"strings"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/internal/sheet"
	"fundbook/ledger"
	"fundbook/projects"
)

// The faults of exports of the treasury system.
var (
	ErrTreasuryRows    = fault.New(fault.Invalid, "treasury.rows", "导出文件有不合要求的行，未作任何记录", "rows of the export are not acceptable: nothing was recorded")
	ErrTreasuryEmpty   = fault.New(fault.Conflict, "treasury.unchanged", "导出文件没有新的行，未作任何记录", "the export says nothing new: nothing was recorded")
	ErrTreasuryMatched = fault.New(fault.Refused, "treasury.matched", "此编号已对上，不须说明", "the number is matched: there is nothing to explain")
)

// What an export of the treasury system (国库集中支付、预算指标系统) lists.
const (
	TreasuryIndicators = "indicator" // 指标
	TreasuryPayments   = "payment"   // 支付
)

// The states of a row of an export.
const (
	TreasuryMatched   = "MATCHED"
	TreasuryUnmatched = "UNMATCHED"
	TreasuryExplained = "EXPLAINED"
)

// TreasuryItem (国库记录) is one row of an export under its number there, and what of
// this store it was matched to. It posts nothing: it is a comparison. Names of
// payees are not kept.
type TreasuryItem struct {
	Number   string           `json:"number"`
	What     string           `json:"what"`
	State    string           `json:"state"`
	Document ledger.DocNumber `json:"document,omitempty"`
	Printed  string           `json:"printed,omitempty"`
	Date     ledger.Date      `json:"date"`
	Amount   ledger.Amount    `json:"amount"`
	Matches  []string         `json:"matches,omitempty"` // codes of lots, or the request, claim or recovery of a reference
	Why      string           `json:"why,omitempty"`     // it is not matched
	Reason   string           `json:"reason,omitempty"`  // as explained
	File     ledger.Digest    `json:"file"`
	Row      int              `json:"row"`
}

type treasuryExplained struct{ Reason string }

var treasuryFile = dossier.NewKind("treasury", func(t *TreasuryItem) dossier.Index {
	return dossier.Index{Status: t.State, Parent: t.What, Title: t.Number, Year: t.Date.Year(), Amount: int64(t.Amount)}
})

var (
	treasuryListed = dossier.On(treasuryFile, "treasury.listed", func(t *TreasuryItem, f *TreasuryItem, _ dossier.Stamp) { *t = *f })
	treasuryReason = dossier.On(treasuryFile, "treasury.explained", func(t *TreasuryItem, f *treasuryExplained, _ dossier.Stamp) {
		t.State, t.Reason = TreasuryExplained, f.Reason
	})
)

// TreasuryCmd takes an export of the treasury system: indicators with 指标编号, 指标文号,
// 下达日期, 金额; payments with 支付凭证号, 支付日期, 金额 and, where the bank's reference is
// another, 流水号. Amounts are yuan.
type TreasuryCmd struct {
	What     string `json:"what" validate:"required,oneof=indicator payment"`
	FileName string `json:"file_name,omitempty" validate:"max=100"`
	File     []byte `json:"file" validate:"required,max=16777216"`
}

// TreasuryExplainCmd says why a row of an export has no counterpart here.
type TreasuryExplainCmd struct {
	What   string `json:"what" validate:"required,oneof=indicator payment"`
	Number string `json:"number" validate:"required,max=60"`
	Reason string `json:"reason" validate:"required,max=200"`
}

func treasuryCode(what, number string) string { return what + ":" + number }

var treasuryColumns = map[string]struct {
	number, date     string
	needed, optional []string
}{
	TreasuryIndicators: {"指标编号", "下达日期", []string{"指标编号", "指标文号", "下达日期", "金额"}, []string{"预算年度", "摘要", "单位"}},
	TreasuryPayments:   {"支付凭证号", "支付日期", []string{"支付凭证号", "支付日期", "金额"}, []string{"流水号", "收款人", "摘要", "单位"}},
}

// treasuryRow is a row with the reference by which it is looked for.
type treasuryRow struct {
	item      TreasuryItem
	reference string
}

// readTreasury reads an export. What is wrong with its rows is found; numbers are
// unique.
func readTreasury(c *TreasuryCmd) ([]treasuryRow, []projects.RowFinding, error) {
	name := cmp.Or(c.FileName, c.What+".csv")
	t, err := sheet.Read(name, bytes.NewReader(c.File))
	if err != nil {
		return nil, nil, err
	}
	spec := treasuryColumns[c.What]
	cols, err := t.Columns(spec.needed, spec.optional)
	if err != nil {
		return nil, nil, err
	}
	digest := ledger.Digest(sha256.Sum256(c.File))
	var out []treasuryRow
	var found []projects.RowFinding
	seen := map[string]int{}
	for _, r := range t.Rows {
		text := func(col string) string { return strings.TrimSpace(cols.Cell(r, col)) }
		bad := func(col, code, why, remedy string) {
			found = append(found, projects.RowFinding{Row: r.No, Column: col, Value: text(col), Code: code, Severity: "error", Why: why, Remedy: remedy})
		}
		x := treasuryRow{item: TreasuryItem{Number: text(spec.number), What: c.What, File: digest, Row: r.No}}
		x.reference = cmp.Or(text("流水号"), x.item.Number)
		var err error
		if x.item.Date, err = ledger.ParseDate(text(spec.date)); err != nil {
			bad(spec.date, "date_form", "日期须为 YYYY-MM-DD", "改为如 2026-03-01")
		}
		if x.item.Amount, err = ledger.ParseAmount(text("金额")); err != nil || x.item.Amount == 0 {
			bad("金额", "amount_form", "须为不为零的金额，单位元，精确到分", "只填数字")
		}
		if no := ledger.DocNumber(text("指标文号")); no.Valid() {
			x.item.Document = no
		} else {
			x.item.Printed = string(no)
		}
		switch first, twice := seen[x.item.Number]; {
		case x.item.Number == "" || len(x.item.Number) > 60:
			bad(spec.number, "number", "没有编号，或编号过长", "填写国库系统的编号")
		case twice:
			bad(spec.number, "number_repeated", fmt.Sprintf("与第 %d 行编号相同", first), "一个编号一行")
		}
		seen[x.item.Number] = r.No
		out = append(out, x)
	}
	return out, found, nil
}

// matchLots matches an indicator to the lots of its document: the one of its amount,
// or all of them when they add up to it.
func (t *TreasuryItem) matchLots(lots []ledger.Lot) {
	t.State = TreasuryUnmatched
	var sum ledger.Amount
	var all, same []string
	for i := range lots {
		l := &lots[i]
		if t.Document == "" || l.DocNo != t.Document {
			continue
		}
		sum += l.Amount
		all = append(all, l.Code)
		if l.Amount == t.Amount {
			same = append(same, l.Code)
		}
	}
	switch {
	case t.Document == "":
		t.Why = "文号 " + t.Printed + " 不规范，不作推定"
	case len(all) == 0:
		t.Why = "没有文号为 " + string(t.Document) + " 的批次"
	case len(same) == 1:
		t.State, t.Matches = TreasuryMatched, same
	case sum == t.Amount:
		t.State, t.Matches = TreasuryMatched, all
	case len(same) > 1:
		t.Why = fmt.Sprintf("该文号有 %d 个批次同为此金额：%s", len(same), strings.Join(same, "、"))
	default:
		t.Why = fmt.Sprintf("该文号的批次合计 %s，相差 %s", sum, t.Amount-sum)
	}
}

// matchTransfer matches a payment to the transfer of its reference.
func (t *TreasuryItem) matchTransfer(x *Transfer, reference string) {
	t.State = TreasuryUnmatched
	switch {
	case x == nil:
		t.Why = "没有登记流水号 " + reference + " 的付款或收款"
	case x.Amount != t.Amount:
		t.Why = fmt.Sprintf("流水号 %s 登记为 %s（%s），相差 %s", reference, x.Amount, x.For, t.Amount-x.Amount)
	default:
		t.State, t.Matches = TreasuryMatched, []string{x.For}
	}
}

// PreparedTreasury is an export, read and compared, ready to be recorded.
type PreparedTreasury struct {
	Items []TreasuryItem
}

// RecordTreasury records the rows of an export that are new, or that are matched
// now and were not. A number that says something else than before is refused;
// ErrTreasuryEmpty when nothing is new.
func RecordTreasury(ctx context.Context, tx *db.Tx, p PreparedTreasury) error {
	news := 0
	for i := range p.Items {
		t := p.Items[i]
		code := treasuryCode(t.What, t.Number)
		exists, err := treasuryFile.Exists(ctx, tx, code)
		if err != nil {
			return err
		}
		if !exists {
			news++
			var blank TreasuryItem
			if err := treasuryListed.Open(ctx, tx, code, &blank, t); err != nil {
				return err
			}
			continue
		}
		was, err := treasuryFile.Load(ctx, tx, code)
		if err != nil {
			return err
		}
		switch {
		case was.Amount != t.Amount || was.Date != t.Date || was.Document != t.Document:
			return ErrTreasuryRows.With("第 %d 行 %s：原为 %s %s，现为 %s %s；更正须先在国库系统冲正", t.Row, t.Number, was.Date, was.Amount, t.Date, t.Amount)
		case was.State == t.State || was.State == TreasuryMatched || t.State != TreasuryMatched:
			continue
		}
		news++
		if err := treasuryListed.Record(ctx, tx, code, &was, t); err != nil {
			return err
		}
	}
	if news == 0 {
		return ErrTreasuryEmpty.With("%d 行均已登记", len(p.Items))
	}
	return nil
}

// ExplainTreasury records why a row of an export has no counterpart here.
func ExplainTreasury(ctx context.Context, tx *db.Tx, c TreasuryExplainCmd) error {
	code := treasuryCode(c.What, c.Number)
	t, err := treasuryFile.Load(ctx, tx, code)
	if err != nil {
		return err
	}
	if t.State == TreasuryMatched {
		return ErrTreasuryMatched.With("%s", c.Number)
	}
	return treasuryReason.Record(ctx, tx, code, &t, treasuryExplained{c.Reason})
}
