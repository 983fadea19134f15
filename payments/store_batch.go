package payments

import (
	"context"
	"slices"

	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/projects"

	"github.com/uptrace/bun"
)

// PreparedCheck is a check that a batch has passed, ready to be recorded.
type PreparedCheck struct {
	code string
	rows []BatchRow
	fact batchChecked
}

// PreparedExport is a bank file that was made, ready to be recorded. The file itself
// is never stored: it is made again from the sealed rows.
type PreparedExport struct {
	code string
	rows []BatchRow
	fact batchExported
}

// PreparedResult is a bank's result file, read and judged, ready to be recorded.
type PreparedResult struct {
	Report       ResultReport
	code         string
	rows         []BatchRow
	fact         batchResulted
	paid, failed ledger.Amount
}

// FindBatch returns a batch as q shows it, if the unit may see it.
func FindBatch(ctx context.Context, q bun.IDB, county int32, code, unit string) (Batch, error) {
	item, err := batchFile.Find(ctx, q, county, code, unit)
	return item.State, err
}

// people opens the rows of a batch.
func people(ctx context.Context, q bun.IDB, at projects.Desk, code string) (Batch, []projects.Payee, error) {
	b, err := FindBatch(ctx, q, at.No, code, at.Unit)
	if err != nil {
		return b, nil, err
	}
	payees, err := projects.OpenLines(ctx, q, at, b.Roster, b.rosterLines())
	return b, payees, err
}

// PrepareCheck opens every row of a batch, compares it with its commitment, and
// judges number, card and name again. ErrBatchRows when one does not pass; cards
// that serve several people are doubts (A02).
func PrepareCheck(ctx context.Context, q bun.IDB, at projects.Desk, c BatchStepCmd) (PreparedCheck, error) {
	b, payees, err := people(ctx, q, at, c.Code)
	if err != nil {
		return PreparedCheck{}, err
	}
	out := PreparedCheck{code: b.Code, rows: slices.Clone(b.Rows)}
	closed := map[ledger.Digest]string{}
	if at.Closed != nil {
		asked := make([]ledger.Digest, len(payees))
		for i := range payees {
			asked[i] = payees[i].CardIndex
		}
		if closed, err = at.Closed(ctx, q, at.No, asked); err != nil {
			return PreparedCheck{}, err
		}
	}
	var found []projects.RowFinding
	cards := map[ledger.Digest]int{}
	for i := range payees {
		p := &payees[i]
		found = append(found, p.Flaws(at.Today)...)
		found = append(found, p.Closed(closed)...)
		if first, twice := cards[p.CardIndex]; twice {
			out.fact.Doubts = append(out.fact.Doubts, projects.RosterDoubt{Rule: "A02", N: p.N, With: first})
			continue
		}
		cards[p.CardIndex] = p.N
	}
	if len(found) > 0 {
		return out, projects.RowsFault(ErrBatchRows, "批次 "+b.Code, len(payees), found)
	}
	return out, nil
}

// PrepareExport makes the bank file of a batch and keeps its digest.
func PrepareExport(ctx context.Context, q bun.IDB, at projects.Desk, c ExportCmd) (PreparedExport, error) {
	b, payees, err := people(ctx, q, at, c.Code)
	if err != nil {
		return PreparedExport{}, err
	}
	encoding := c.Encoding
	if encoding == "" {
		encoding = encodingUTF8
	}
	file, err := bankFile(&b, payees, encoding, checkCodeOf(at.Box, at.County, b.Code))
	if err != nil {
		return PreparedExport{}, err
	}
	return PreparedExport{b.Code, slices.Clone(b.Rows), batchExported{digestOf(file), encoding, len(payees), b.Amount()}}, nil
}

// BankFile makes the bank file of an exported batch again: the bytes whose digest
// was recorded. ErrBatchFile when they are not.
func BankFile(ctx context.Context, q bun.IDB, at projects.Desk, code string) ([]byte, error) {
	b, payees, err := people(ctx, q, at, code)
	if err != nil {
		return nil, err
	}
	if b.Encoding == "" {
		return nil, ErrBatchNoFile.With("批次 %s 的状态是 %s；请先导出", b.Code, b.State)
	}
	file, err := bankFile(&b, payees, b.Encoding, checkCodeOf(at.Box, at.County, b.Code))
	if err != nil {
		return nil, err
	}
	if got := digestOf(file); got != b.File {
		return nil, ErrBatchFile.With("批次 %s：登记 %x，现为 %x", b.Code, b.File, got)
	}
	return file, nil
}

// PrepareResult reads the bank's result file of a batch.
func PrepareResult(ctx context.Context, q bun.IDB, at projects.Desk, c ResultCmd) (PreparedResult, error) {
	b, payees, err := people(ctx, q, at, c.Code)
	if err != nil {
		return PreparedResult{}, err
	}
	print := at.Fingerprint(c.File)
	if slices.Contains(b.Results, print) {
		return PreparedResult{}, ErrResultRepeat.With("批次 %s", b.Code)
	}
	name := c.FileName
	if name == "" {
		name = "result.csv"
	}
	r, err := readResults(name, c.File, &b, payees)
	if err != nil {
		return PreparedResult{}, err
	}
	out := PreparedResult{code: b.Code, rows: slices.Clone(b.Rows), paid: r.sumPaid, failed: r.sumFailed}
	out.fact = batchResulted{On: c.Date, File: print, Failed: r.failed}
	out.Report = ResultReport{Rows: len(r.paid) + len(r.failed), Paid: r.sumPaid, Failed: r.sumFailed, Findings: r.refused}
	for _, x := range r.paid {
		out.fact.Paid = append(out.fact.Paid, x.N)
	}
	return out, nil
}

// ListBatches lists card batches in order of code; a roster's are those whose
// parent is its code.
func ListBatches(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]Batch, error) {
	list, err := batchFile.List(ctx, q, county, f)
	out := make([]Batch, len(list))
	for i := range list {
		out[i] = list[i].State
	}
	return out, err
}
