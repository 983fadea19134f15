package payments

import (
	"context"
	"slices"
	"strconv"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// StatementCmd imports a statement of a cash account. A file imported before changes
// nothing and says so.
type StatementCmd struct {
	Book    ledger.Book        `json:"book" validate:"required,max=48"`
	Account ledger.Code        `json:"account" validate:"required,oneof=1001 1002"`
	Period  ledger.Period      `json:"period" validate:"required"`
	Source  string             `json:"source,omitempty" validate:"max=80"`
	Digest  ledger.Digest      `json:"digest" validate:"required"` // SHA-256 of the file
	Opening ledger.Amount      `json:"opening"`
	Closing ledger.Amount      `json:"closing"`
	Lines   []StatementLineCmd `json:"lines,omitempty" validate:"max=20000,dive"`
}

// StatementLineCmd is one movement of a statement to import.
type StatementLineCmd struct {
	Date         ledger.Date   `json:"date" validate:"required"`
	Reference    string        `json:"reference,omitempty" validate:"max=80"`
	Amount       ledger.Amount `json:"amount"` // into the account positive
	Counterparty string        `json:"counterparty,omitempty" validate:"max=120"`
	Memo         string        `json:"memo,omitempty" validate:"max=200"`
}

// statement holds a file to its own arithmetic: months only, days within the period,
// opening + lines = closing, no line without money.
func (c *StatementCmd) statement(code string) (Statement, error) {
	s := Statement{
		Code: code, State: StatementImported, Book: string(c.Book), Account: c.Account, Period: int(c.Period), Source: c.Source, Digest: c.Digest,
		Opening: c.Opening, Closing: c.Closing,
	}
	switch {
	case c.Period.Number() < 1 || c.Period.Number() > 12:
		return s, ErrStatement.With("期间 %s：对账单按月，没有第 13 期", c.Period).At("period", "a month", c.Period.String())
	case c.Book.IsTownship() && c.Account != "1002":
		return s, ErrStatement.With("乡镇账套 %s 只有专户（1002）", c.Book).At("account", "1002 only", string(c.Account))
	}
	if c.Book.IsTownship() {
		s.Town = string(c.Book)
	}
	sum := c.Opening
	for i, l := range c.Lines {
		at := "lines[" + strconv.Itoa(i) + "]"
		if ledger.PeriodOf(l.Date, false) != c.Period {
			return s, ErrStatement.With("第 %d 行日期 %s 不在期间 %s 内", i+1, l.Date, c.Period).At(at+".date", "outside the period", l.Date.String())
		}
		if l.Amount == 0 {
			return s, ErrStatement.With("第 %d 行金额为零", i+1).At(at+".amount", "zero", "0.00")
		}
		var err error
		if sum, err = ledger.Add(sum, l.Amount); err != nil {
			return s, err
		}
		s.Lines = append(s.Lines, StatementLine{
			No: i + 1, Date: l.Date, Reference: l.Reference, Amount: l.Amount, Counterparty: maskParty(l.Counterparty), Memo: maskNumbers(l.Memo),
		})
	}
	if sum != c.Closing {
		return s, ErrStatementSum.With("账套 %s 账户 %s 期间 %s：期初 %s，发生额合计 %s，应为 %s，对账单期末 %s，差 %s；请核对是否漏行",
			c.Book, c.Account, c.Period, c.Opening, sum-c.Opening, sum, c.Closing, c.Closing-sum).At("closing", "does not add up", (c.Closing - sum).String())
	}
	return s, nil
}

// Check holds a statement to its own arithmetic, as its import does.
func (c *StatementCmd) Check() error {
	_, err := c.statement(statementCode(c.Book, c.Account, c.Period))
	return err
}

// ImportStatement imports a statement once. Its opening balance is the closing
// balance of the month before, where that is there.
func ImportStatement(ctx context.Context, tx *db.Tx, c StatementCmd) error {
	if tx.Unit != "" && string(c.Book) != tx.Unit {
		return ErrNotOwn.With("账套 %s，账户属 %s", c.Book, tx.Unit)
	}
	code := statementCode(c.Book, c.Account, c.Period)
	s, err := c.statement(code)
	if err != nil {
		return err
	}
	known, err := statementFile.Exists(ctx, tx, code)
	if err != nil {
		return err
	}
	var old Statement
	if known {
		if old, err = statementFile.Load(ctx, tx, code); err != nil {
			return err
		}
		switch {
		case old.State == StatementWithdrawn:
		case old.Digest == c.Digest:
			return ErrStatementSame.With("对账单 %s，%d 行，期末 %s", code, len(old.Lines), old.Closing)
		default:
			return ErrStatementExists.With("对账单 %s：已导入的 %d 行、期末 %s；内容有误的先撤销（statement.withdraw）再导入", code, len(old.Lines), old.Closing)
		}
	}
	if err := c.chain(ctx, tx); err != nil {
		return err
	}
	if known {
		return importedStatement.Record(ctx, tx, code, &old, s)
	}
	return importedStatement.Open(ctx, tx, code, &old, s)
}

// chain holds a statement to those of the months before and after it.
func (c *StatementCmd) chain(ctx context.Context, tx *db.Tx) error {
	before, after := c.Period-1, c.Period+1
	if c.Period.Number() == 1 {
		before = ledger.Period((c.Period.Year()-1)*100 + 12)
	}
	if c.Period.Number() == 12 {
		after = ledger.Period((c.Period.Year()+1)*100 + 1)
	}
	for _, p := range []ledger.Period{before, after} {
		code := statementCode(c.Book, c.Account, p)
		known, err := statementFile.Exists(ctx, tx, code)
		if err != nil {
			return err
		}
		if !known {
			continue
		}
		other, err := statementFile.Load(ctx, tx, code)
		switch {
		case err != nil:
			return err
		case other.State == StatementWithdrawn:
		case p == before && other.Closing != c.Opening:
			return ErrStatementChain.With("%s 期末 %s，%s 期初 %s，差 %s", p, other.Closing, c.Period, c.Opening, c.Opening-other.Closing).At("opening", "not the closing before", c.Opening.String())
		case p == after && other.Opening != c.Closing:
			return ErrStatementChain.With("%s 期末 %s，%s 期初 %s，差 %s", c.Period, c.Closing, p, other.Opening, other.Opening-c.Closing).At("closing", "not the opening after", c.Closing.String())
		}
	}
	return nil
}

// loadStatement loads a statement that may be worked on.
func loadStatement(ctx context.Context, tx *db.Tx, code string) (Statement, error) {
	s, err := statementFile.Load(ctx, tx, code)
	switch {
	case err != nil:
		return s, err
	case tx.Unit != "" && s.Book != tx.Unit:
		return s, ErrNotOwn.With("对账单 %s，账户属 %s", code, tx.Unit)
	case s.State == StatementWithdrawn:
		return s, ErrStatement.With("对账单 %s 已撤销", code)
	}
	return s, nil
}

// WithdrawStatementCmd takes a statement back whose file was wrong.
type WithdrawStatementCmd struct {
	Statement string `json:"statement" validate:"required,max=80"`
	Reason    string `json:"reason" validate:"required,max=200"`
}

// WithdrawStatement takes a statement back before anything of it is matched; the
// right file is then imported under the same code.
func WithdrawStatement(ctx context.Context, tx *db.Tx, c WithdrawStatementCmd) error {
	s, err := loadStatement(ctx, tx, c.Statement)
	if err != nil {
		return err
	}
	if s.matched() {
		return ErrStatement.With("对账单 %s 已有勾对，请先撤销勾对（statement.unmatch）", c.Statement)
	}
	return withdrawnStatement.Record(ctx, tx, c.Statement, &s, statementWithdrawn{c.Reason})
}

// MatchCmd matches lines of a statement with entries of the ledger.
type MatchCmd struct {
	Statement string    `json:"statement" validate:"required,max=80"`
	Links     []LinkCmd `json:"links" validate:"required,min=1,max=5000,dive"`
}

// LinkCmd is one match: lines by number, entries by sequence number.
type LinkCmd struct {
	Lines   []int   `json:"lines,omitempty" validate:"max=500"`
	Entries []int64 `json:"entries,omitempty" validate:"max=500"`
	Basis   string  `json:"basis,omitempty" validate:"omitempty,oneof=reference amount manual"`
}

// MatchStatement records matches. Both sides of each are the same amount, and no line
// and no entry is matched twice.
func MatchStatement(ctx context.Context, tx *db.Tx, c MatchCmd) error {
	s, err := loadStatement(ctx, tx, c.Statement)
	if err != nil {
		return err
	}
	var f statementMatched
	lines, entries := map[int]bool{}, map[int64]bool{}
	for i := range c.Links {
		x := &c.Links[i]
		at := "links[" + strconv.Itoa(i) + "]"
		l := StatementLink{No: len(s.Links) + i + 1, Lines: x.Lines, Basis: x.Basis}
		for _, seq := range x.Entries {
			if entries[seq] {
				return ErrStatementMatched.With("凭证记录 %d 列了两次", seq).At(at+".entries", "twice", strconv.FormatInt(seq, 10))
			}
			entries[seq] = true
			e, err := cashEntry(ctx, tx, &s, seq)
			if err != nil {
				return err
			}
			l.Entries = append(l.Entries, e)
		}
		if err := s.checkLink(&l, lines, at); err != nil {
			return err
		}
		f.Links = append(f.Links, l)
	}
	for _, l := range f.Links {
		for _, e := range l.Entries {
			if err := s.clear(ctx, tx, e.Seq, Cleared{Statement: s.Code, Link: l.No, Town: s.Town}); err != nil {
				return err
			}
		}
	}
	return matchedStatement.Record(ctx, tx, s.Code, &s, f)
}

// checkLink refuses a match that does not hold; seen are the lines of the command so
// far.
func (s *Statement) checkLink(l *StatementLink, seen map[int]bool, at string) error {
	var bank, books ledger.Amount
	for _, no := range l.Lines {
		if no < 1 || no > len(s.Lines) {
			return ErrStatementMatch.With("对账单 %s 没有第 %d 行（共 %d 行）", s.Code, no, len(s.Lines)).At(at+".lines", "no such line", strconv.Itoa(no))
		}
		if s.Lines[no-1].Link != 0 || seen[no] {
			return ErrStatementMatched.With("对账单 %s 第 %d 行", s.Code, no).At(at+".lines", "matched", strconv.Itoa(no))
		}
		seen[no] = true
		bank += s.Lines[no-1].Amount
	}
	for _, e := range l.Entries {
		books += e.Amount
	}
	switch {
	case len(l.Lines)+len(l.Entries) < 2:
		return ErrStatementMatch.With("勾对须有对账单行与凭证，或相互冲销的两行（两张凭证）").At(at, "one side only", "")
	case len(l.Lines) > 1 && len(l.Entries) > 1:
		return ErrStatementMatch.With("勾对为一对一、一对多或多对一；%d 行对 %d 张凭证须分开勾对", len(l.Lines), len(l.Entries)).At(at, "many to many", "")
	case bank != books:
		return ErrStatementMatch.With("对账单行合计 %s，凭证合计 %s，差 %s", bank, books, bank-books).At(at, "amounts differ", (bank - books).String())
	}
	return nil
}

// cashEntry is an entry as the statement's account sees it.
func cashEntry(ctx context.Context, tx *db.Tx, s *Statement, seq int64) (LinkedEntry, error) {
	e, _, err := ledger.EntryAt(ctx, tx, seq)
	if err != nil {
		return LinkedEntry{}, err
	}
	out := LinkedEntry{Seq: seq, Date: e.Date}
	touched := false
	for _, l := range e.Lines() {
		if string(l.Key.Book) == s.Book && l.Key.Account == s.Account {
			out.Amount += l.Net()
			touched = true
		}
	}
	if !touched {
		return out, ErrStatementMatch.With("凭证记录 %d 不涉及账套 %s 的 %s", seq, s.Book, s.Account)
	}
	return out, nil
}

// clear notes by which match an entry is cleared, or that it no longer is.
func (s *Statement) clear(ctx context.Context, tx *db.Tx, seq int64, c Cleared) error {
	code := s.Book + "/" + string(s.Account) + "/" + strconv.FormatInt(seq, 10)
	known, err := clearedFile.Exists(ctx, tx, code)
	if err != nil {
		return err
	}
	var old Cleared
	if !known {
		return didClear.Open(ctx, tx, code, &old, c)
	}
	if old, err = clearedFile.Load(ctx, tx, code); err != nil {
		return err
	}
	if c.Statement != "" && old.Statement != "" {
		return ErrStatementMatched.With("凭证记录 %d 已与对账单 %s 勾对（第 %d 组）", seq, old.Statement, old.Link)
	}
	return didClear.Record(ctx, tx, code, &old, c)
}

// UnmatchCmd takes a match back.
type UnmatchCmd struct {
	Statement string `json:"statement" validate:"required,max=80"`
	Link      int    `json:"link" validate:"min=1"`
	Reason    string `json:"reason" validate:"required,max=200"`
}

// UnmatchStatement takes a match back; its lines and entries are open again.
func UnmatchStatement(ctx context.Context, tx *db.Tx, c UnmatchCmd) error {
	s, err := loadStatement(ctx, tx, c.Statement)
	if err != nil {
		return err
	}
	if c.Link > len(s.Links) || s.Links[c.Link-1].Void != "" {
		return ErrStatementMatch.With("对账单 %s 没有第 %d 组有效勾对", c.Statement, c.Link)
	}
	for _, e := range s.Links[c.Link-1].Entries {
		if err := s.clear(ctx, tx, e.Seq, Cleared{Town: s.Town}); err != nil {
			return err
		}
	}
	return unmatchedStatement.Record(ctx, tx, c.Statement, &s, statementUnmatched{c.Link, c.Reason})
}

// ExplainCmd explains what is not matched: a line of the statement, or an entry that
// the bank does not show, with a reason and the day by which it will be settled.
type ExplainCmd struct {
	Statement string      `json:"statement" validate:"required,max=80"`
	Line      int         `json:"line,omitempty" validate:"min=0"`
	Entry     int64       `json:"entry,omitempty" validate:"min=0"`
	Reason    string      `json:"reason" validate:"required,max=200"`
	Due       ledger.Date `json:"due" validate:"required"`
}

// ExplainStatement records why something is not matched. It posts nothing.
func ExplainStatement(ctx context.Context, tx *db.Tx, c ExplainCmd) error {
	s, err := loadStatement(ctx, tx, c.Statement)
	if err != nil {
		return err
	}
	f := statementExplained{Line: c.Line, Reason: c.Reason, Due: c.Due}
	switch {
	case (c.Line == 0) == (c.Entry == 0):
		return ErrStatement.With("须写明对账单行（line）或凭证记录（entry）之一").At("line", "line or entry", "")
	case c.Line > len(s.Lines):
		return ErrStatement.With("对账单 %s 没有第 %d 行", c.Statement, c.Line).At("line", "no such line", strconv.Itoa(c.Line))
	case c.Line > 0 && s.Lines[c.Line-1].Link != 0:
		return ErrStatementMatched.With("对账单 %s 第 %d 行已勾对，不需说明", c.Statement, c.Line)
	case c.Entry > 0:
		if f.Entry, err = cashEntry(ctx, tx, &s, c.Entry); err != nil {
			return err
		}
		if slices.ContainsFunc(s.Links, func(l StatementLink) bool {
			return l.Void == "" && slices.ContainsFunc(l.Entries, func(e LinkedEntry) bool { return e.Seq == c.Entry })
		}) {
			return ErrStatementMatched.With("凭证记录 %d 已勾对，不需说明", c.Entry)
		}
	}
	return explainedStatement.Record(ctx, tx, c.Statement, &s, f)
}
