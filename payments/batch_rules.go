package payments

import (
	"slices"

	"fundbook/ledger"
	"fundbook/projects"
)

// in refuses a batch in another state than those named.
func (b *Batch) in(what string, states ...BatchState) error {
	if slices.Contains(states, b.State) {
		return nil
	}
	return ErrBatchState.With("批次 %s 的状态是 %s，%s须在 %v", b.Code, b.State, what, states)
}

// own refuses to an account of a township what is not its own.
func (b *Batch) own(township string) error {
	if township != "" && b.Town != township {
		return ErrBatchForeign.With("批次 %s", b.Code)
	}
	return nil
}

// paidBy refuses to an account of a township a batch that the county pays.
func (b *Batch) paidBy(township string) error {
	if township != "" && string(b.Book) != township {
		return ErrBatchForeign.With("批次 %s 由县级付款，由县财政办理", b.Code)
	}
	return nil
}

// lines are the numbers of the rows.
func (b *Batch) lines() []int {
	out := make([]int, len(b.Rows))
	for i := range b.Rows {
		out[i] = b.Rows[i].N
	}
	return out
}

// rosterLines are the rows as lines of the roster, for opening them.
func (b *Batch) rosterLines() []projects.RosterLine {
	out := make([]projects.RosterLine, len(b.Rows))
	for i, r := range b.Rows {
		out[i] = projects.RosterLine{N: r.N, Rev: r.Rev, Amount: r.Amount}
	}
	return out
}

// makeBatch decides what a new batch pays: payable rows of the roster, those named
// or all; for a re-issue only rows that the bank refused in the batch before.
func makeBatch(r *projects.Roster, before *Batch, c *BatchCmd, township string) (batchMade, error) {
	f := batchMade{
		Code: c.Code, Roster: r.Code, Project: r.Project, Unit: r.Unit, Town: r.Town, Year: r.Year,
		Book: c.Book, Cash: c.Cash, Reissues: c.Reissues,
	}
	switch {
	case township != "" && r.Town != township:
		return f, ErrBatchForeign.With("名册 %s", r.Code)
	case c.Book != "" && (string(c.Book) != r.Unit || !c.Book.IsTownship()):
		return f, ErrBatchBook.With("名册 %s 属单位 %s，付款账套为 %s", r.Code, r.Unit, c.Book)
	case c.Book != "" && c.Cash != "":
		return f, ErrBatchBook.With("乡镇账套只从 1002 付款，不填资金账户")
	}
	lines := c.Lines
	if c.Reissues != "" {
		var err error
		if lines, err = reissued(r, before, c.Lines); err != nil {
			return f, err
		}
	}
	payable, err := r.Payable(lines)
	if err != nil {
		return f, err
	}
	for _, l := range payable {
		f.Rows = append(f.Rows, batchLine{l.N, l.Rev, l.Amount})
	}
	return f, nil
}

// reissued returns the rows that are issued again: those named, or every refused
// row that is not paid since and that nothing stops now.
func reissued(r *projects.Roster, before *Batch, lines []int) ([]int, error) {
	if before.Roster != r.Code {
		return nil, ErrBatchReissue.With("批次 %s 属名册 %s，不是 %s", before.Code, before.Roster, r.Code)
	}
	var failed []int
	for _, x := range before.Rows {
		if x.Result == ResultFailed {
			failed = append(failed, x.N)
		}
	}
	if len(failed) == 0 {
		return nil, ErrBatchReissue.With("批次 %s 没有退票的行", before.Code)
	}
	if len(lines) == 0 {
		going := slices.DeleteFunc(failed, func(n int) bool {
			l := r.Lines[n-1]
			return l.Blocked != "" || l.State == projects.LineStruck || l.State == projects.LinePaid
		})
		if len(going) == 0 {
			return nil, ErrBatchReissue.With("批次 %s 退票的行都已重发成功、暂停或取消资格", before.Code)
		}
		return going, nil
	}
	for _, n := range lines {
		if !slices.Contains(failed, n) {
			return nil, ErrBatchReissue.With("批次 %s 第 %d 行没有退票", before.Code, n)
		}
	}
	return lines, nil
}

// unblocked refuses a batch with rows that an objection has stopped since.
func (b *Batch) unblocked(r *projects.Roster) error {
	blocked := r.Blocked(b.lines())
	if len(blocked) == 0 {
		return nil
	}
	shown := blocked
	if len(shown) > 10 {
		shown = shown[:10]
	}
	return ErrBatchBlocked.With("批次 %s 共 %d 行：第 %v 行等；请从批次剔除（batch.exclude），其余照发", b.Code, len(blocked), shown)
}

// current refuses a batch whose rows have been given other cards since.
func (b *Batch) current(r *projects.Roster) error {
	for _, x := range b.Rows {
		if l := r.Lines[x.N-1]; l.Rev != x.Rev || l.Batch != b.Code {
			return ErrBatchMoved.With("批次 %s 第 %d 行", b.Code, x.N)
		}
	}
	return nil
}

// exclude decides which rows leave a batch, and what they add up to.
func (b *Batch) exclude(lines []int) (sum ledger.Amount, err error) {
	amounts := make(map[int]ledger.Amount, len(b.Rows))
	for _, r := range b.Rows {
		amounts[r.N] = r.Amount
	}
	for _, n := range lines {
		a, ok := amounts[n]
		if !ok {
			return 0, ErrBatchLine.With("批次 %s 没有名册第 %d 行", b.Code, n)
		}
		delete(amounts, n)
		sum += a
	}
	if len(amounts) == 0 {
		return 0, ErrBatchEmpty.With("批次 %s", b.Code)
	}
	return sum, nil
}

// mayApprove refuses the maker where the policy asks for four eyes (law 8).
func (b *Batch) mayApprove(who ledger.ID, fourEyes bool) error {
	if fourEyes && who == b.Maker {
		return ErrBatchMaker.With("批次 %s", b.Code)
	}
	return nil
}

// onHand keeps the balances of one sub-account.
func onHand(held []ledger.Balance, sub string) []ledger.Balance {
	return slices.DeleteFunc(held, func(b ledger.Balance) bool { return b.Key.Sub != sub })
}
