package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"fundbook/internal/db"
	"fundbook/ledger"
	"fundbook/projects"
)

func today(tx *db.Tx) ledger.Date { return ledger.DateOf(time.UnixMicro(tx.Now)) }

// originCode is the code of a source's reference: the digest keeps any text within
// the length of a code.
func originCode(s FindingSource, reference string) string {
	sum := sha256.Sum256([]byte(string(s) + "\x00" + reference))
	return hex.EncodeToString(sum[:])
}

// OpenFinding opens a finding (立案). The source's reference opens no second one; a
// doubt must have been found true by its handler, a grade must have failed.
func OpenFinding(ctx context.Context, tx *db.Tx, c FindingCmd) error {
	f, err := c.finding(today(tx))
	if err != nil {
		return err
	}
	origin := originCode(c.Source, c.Reference)
	taken, err := originFile.Exists(ctx, tx, origin)
	if err != nil {
		return err
	}
	if taken {
		o, err := originFile.Load(ctx, tx, origin)
		if err != nil {
			return err
		}
		return ErrFindingTwice.With("%s %s 已由问题 %s 立案；请在该问题下办理", c.Source, c.Reference, o.Finding)
	}
	if err := checkSource(ctx, tx, &c); err != nil {
		return err
	}
	if err := checkConcerned(ctx, tx, &f); err != nil {
		return err
	}
	var state Finding
	if err := findingOpened.Open(ctx, tx, c.Code, &state, f); err != nil {
		return err
	}
	var o FindingOrigin
	return originTaken.Open(ctx, tx, origin, &o, FindingOrigin{c.Source, c.Reference, c.Code, c.Town})
}

// checkSource asks the rooms what they say of the source.
func checkSource(ctx context.Context, tx *db.Tx, c *FindingCmd) error {
	switch c.Source {
	case SourceDoubt:
		known, err := doubtFile.Exists(ctx, tx, c.Reference)
		if err != nil {
			return err
		}
		if !known {
			return ErrFindingSource.With("疑点 %s 尚未核实；请先用 doubt.resolve 登记核实结果", c.Reference)
		}
		d, err := doubtFile.Load(ctx, tx, c.Reference)
		if err != nil {
			return err
		}
		if d.Status != DoubtConfirmed {
			return ErrFindingSource.With("疑点 %s 的核实结果为%s；属实的方可立案", c.Reference, d.Status.Chinese())
		}
	case SourcePerformance:
		return checkGrade(ctx, tx, c.Reference)
	default: // outside the product, or a duty that its reference names
	}
	return nil
}

// checkGrade refuses a reference PROJECT/YEAR whose grade has not failed.
func checkGrade(ctx context.Context, tx *db.Tx, reference string) error {
	project, year, ok := cutYear(reference)
	if !ok {
		return ErrFindingSource.With("绩效来源 %q 应写为 项目编号/年度", reference).At("reference", "not PROJECT/YEAR", reference)
	}
	q, err := tx.DB(ctx)
	if err != nil {
		return err
	}
	p, err := projects.FindPerformance(ctx, q, tx.CountyNo(), project, "")
	if err != nil {
		return err
	}
	for i := range p.Evaluations {
		if p.Evaluations[i].Year == year && p.Failed {
			return nil
		}
	}
	return ErrFindingSource.With("项目 %s %d 年度的评价为%s，未低于合格线", project, year, p.Grade)
}

// checkConcerned refuses entries and lots that do not exist.
func checkConcerned(ctx context.Context, tx *db.Tx, f *Finding) error {
	for _, seq := range f.Vouchers {
		if _, _, err := ledger.EntryAt(ctx, tx, seq); err != nil {
			return err
		}
	}
	if len(f.Funds) == 0 {
		return nil
	}
	q, err := tx.DB(ctx)
	if err != nil {
		return err
	}
	for _, code := range f.Funds {
		lots, err := ledger.FindLots(ctx, q, tx.CountyNo(), code)
		if err != nil {
			return err
		}
		found := false
		for i := range lots {
			found = found || lots[i].Code == code
		}
		if !found {
			return ledger.ErrLotUnknown.With("%q", code)
		}
	}
	return nil
}

// loadFinding returns a finding that the account may work on.
func loadFinding(ctx context.Context, tx *db.Tx, code string) (Finding, error) {
	f, err := findingFile.Load(ctx, tx, code)
	if err == nil && tx.Unit != "" && f.Town != tx.Unit {
		err = ErrFindingForeign.With("问题 %s", code)
	}
	return f, err
}

// ProgressFinding records what was done about a finding.
func ProgressFinding(ctx context.Context, tx *db.Tx, c FindingProgressCmd) error {
	f, err := loadFinding(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if err := f.step(findingProgress, c.On, today(tx)); err != nil {
		return err
	}
	return didProgress.Record(ctx, tx, c.Code, &f, findingProgressed{FindingStep{c.On, c.Text, c.Evidence}})
}

// ApplyFinding applies for closing a finding.
func ApplyFinding(ctx context.Context, tx *db.Tx, c FindingApplyCmd) error {
	f, err := loadFinding(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	x, err := f.applied(&c, today(tx))
	if err != nil {
		return err
	}
	return didApply.Record(ctx, tx, c.Code, &f, x)
}

// VerifyFinding records that the result was checked, by somebody else than who
// applied.
func VerifyFinding(ctx context.Context, tx *db.Tx, c FindingVerifyCmd) error {
	f, err := loadFinding(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	x, err := f.verified(&c, tx.Actor, today(tx))
	if err != nil {
		return err
	}
	return didVerify.Record(ctx, tx, c.Code, &f, x)
}

// CloseFinding closes a finding (销号): only with evidence and, where money is to
// return, with entries of the ledger by which it came back into its own lots.
func CloseFinding(ctx context.Context, tx *db.Tx, c FindingCloseCmd) error {
	f, err := loadFinding(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	receipts, err := loadReceipts(ctx, tx, c.Receipts)
	if err != nil {
		return err
	}
	x, err := f.ended(&c, tx.Actor, today(tx), receipts)
	if err != nil {
		return err
	}
	for _, r := range x.Receipts {
		if err := takeReceipt(ctx, tx, r.Entry, ReceiptPart{c.Code, r.Amount}); err != nil {
			return err
		}
	}
	return didClose.Record(ctx, tx, c.Code, &f, x)
}

func receiptCode(seq int64) string { return strconv.FormatInt(seq, 10) }

// loadReceipts reads entries as the ledger has them, with what of each is used.
func loadReceipts(ctx context.Context, tx *db.Tx, seqs []int64) ([]receipt, error) {
	out := make([]receipt, 0, len(seqs))
	for _, seq := range seqs {
		e, reversed, err := ledger.EntryAt(ctx, tx, seq)
		if err != nil {
			return nil, err
		}
		r := receiptOf(seq, &e)
		r.Reversed = reversed
		for _, id := range r.Lots {
			lot, err := ledger.LotOf(ctx, tx, id)
			if err != nil {
				return nil, err
			}
			r.Codes = append(r.Codes, lot.Code)
		}
		used, err := receiptFile.Exists(ctx, tx, receiptCode(seq))
		if err != nil {
			return nil, err
		}
		if used {
			u, err := receiptFile.Load(ctx, tx, receiptCode(seq))
			if err != nil {
				return nil, err
			}
			r.Used = u.Used
		}
		out = append(out, r)
	}
	return out, nil
}

func takeReceipt(ctx context.Context, tx *db.Tx, seq int64, part ReceiptPart) error {
	code := receiptCode(seq)
	used, err := receiptFile.Exists(ctx, tx, code)
	if err != nil {
		return err
	}
	var u ReceiptUse
	if !used {
		return tookReceipt.Open(ctx, tx, code, &u, receiptTaken{seq, part})
	}
	if u, err = receiptFile.Load(ctx, tx, code); err != nil {
		return err
	}
	return tookReceipt.Record(ctx, tx, code, &u, receiptTaken{seq, part})
}

// ReturnFinding sends an application to close back.
func ReturnFinding(ctx context.Context, tx *db.Tx, c FindingReturnCmd) error {
	f, err := loadFinding(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	x, err := f.sentBack(&c, today(tx))
	if err != nil {
		return err
	}
	return didReturn.Record(ctx, tx, c.Code, &f, x)
}

// LookBackFinding looks at a closed finding again (回头看).
func LookBackFinding(ctx context.Context, tx *db.Tx, c FindingLookCmd) error {
	f, err := loadFinding(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	x, err := f.looked(&c, today(tx))
	if err != nil {
		return err
	}
	return didLook.Record(ctx, tx, c.Code, &f, x)
}

// cutYear reads PROJECT/YEAR.
func cutYear(s string) (project string, year int, ok bool) {
	for i := len(s) - 1; i > 0; i-- {
		if s[i] == '/' {
			y, err := strconv.Atoi(s[i+1:])
			return s[:i], y, err == nil
		}
	}
	return "", 0, false
}
