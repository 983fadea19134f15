package payments

import (
	"context"
	"strings"

	"fundbook/internal/db"
	"fundbook/ledger"
	"fundbook/projects"
)

// ProposeReversal proposes to reverse an entry that no dossier stands for (E23; of
// an earlier year E23p).
func ProposeReversal(ctx context.Context, tx *db.Tx, c ReverseCmd) error {
	x := c.of(CorrectReverse)
	x.Reverse = c.EntryReversal
	return propose(ctx, tx, x)
}

// ProposeMove proposes to move cost of an earlier year to another project (E23p).
func ProposeMove(ctx context.Context, tx *db.Tx, c MoveCostCmd) error {
	x := c.of(CorrectMove)
	x.Move = c.CostMove
	return propose(ctx, tx, x)
}

// ProposeReplacement proposes that another lot pays for a contract or roster (E26).
func ProposeReplacement(ctx context.Context, tx *db.Tx, c ReplaceSourceCmd) error {
	x := c.of(CorrectReplace)
	x.Replace = c.SourceChange
	return propose(ctx, tx, x)
}

// ProposeDivision proposes to divide a merged lot (E27).
func ProposeDivision(ctx context.Context, tx *db.Tx, c DivideLotCmd) error {
	x := c.of(CorrectDivide)
	x.Divide = c.LotDivision
	return propose(ctx, tx, x)
}

// ProposeMerger proposes to merge a unit into another (E28).
func ProposeMerger(ctx context.Context, tx *db.Tx, c MergeUnitCmd) error {
	x := c.of(CorrectMerge)
	x.Merge = c.UnitMerger
	return propose(ctx, tx, x)
}

// ProposeUnmerger proposes to undo a merger, whole.
func ProposeUnmerger(ctx context.Context, tx *db.Tx, c UnmergeUnitCmd) error {
	x := c.of(CorrectUnmerge)
	x.Merger = c.Merger
	return propose(ctx, tx, x)
}

// propose records a correction that could be posted as things stand.
func propose(ctx context.Context, tx *db.Tx, c Correction) error {
	if strings.HasPrefix(c.Code, entryCode) {
		return ErrCorrect.With("编号 %s 以 %s 开头：那是更正清单中凭证的编号；请另行编号", c.Code, entryCode).At("code", "taken by entries", c.Code)
	}
	c.Maker = tx.Actor
	if _, err := c.postings(ctx, tx); err != nil {
		return err
	}
	var s Correction
	return proposedCorrection.Open(ctx, tx, c.Code, &s, c)
}

// DropCorrection gives a proposed correction up.
func DropCorrection(ctx context.Context, tx *db.Tx, c DropCorrectionCmd) error {
	x, err := correctionFile.Load(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if err := x.approvable(tx.Actor, false); err != nil {
		return err
	}
	return droppedCorrection.Record(ctx, tx, x.Code, &x, correctionDropped{c.Reason})
}

// ApproveCorrection posts a proposed correction, and lets the dossiers follow.
// also, when set, is asked to let the dossiers of later rooms follow a merger.
func ApproveCorrection(ctx context.Context, tx *db.Tx, cmd ApproveCorrectionCmd, also Follower) error {
	c, err := correctionFile.Load(ctx, tx, cmd.Code)
	if err != nil {
		return err
	}
	ps, err := ledger.PoliciesOf(ctx, tx)
	if err != nil {
		return err
	}
	if err := c.approvable(tx.Actor, ledger.FourEyes(ps, c.Date, dayOf(tx))); err != nil {
		return err
	}
	posts, err := c.postings(ctx, tx)
	if err != nil {
		return err
	}
	before, err := c.stood(ctx, tx)
	if err != nil {
		return err
	}
	first := tx.NextSeq()
	if err := ledger.Post(ctx, tx, posts); err != nil {
		return err
	}
	var done correctionDone
	for seq := first; seq < tx.NextSeq(); seq++ {
		done.Entries = append(done.Entries, seq)
	}
	if done.Followed, err = c.follow(ctx, tx, before, also); err != nil {
		return err
	}
	return doneCorrection.Record(ctx, tx, c.Code, &c, done)
}

// Follower (随转) lets the dossiers of another room follow a merger.
type Follower func(ctx context.Context, tx *db.Tx, m *projects.UnitMove) ([]projects.Followed, error)

// postings decides what a correction posts, or refuses it as things stand now.
func (c *Correction) postings(ctx context.Context, tx *db.Tx) ([]ledger.Posting, error) {
	one := func(p ledger.Posting, err error) ([]ledger.Posting, error) { return []ledger.Posting{p}, err }
	switch c.Kind {
	case CorrectReverse:
		o, red, err := ledger.EntryAt(ctx, tx, c.Reverse.Entry)
		if err != nil {
			return nil, err
		}
		if red {
			return nil, ledger.ErrReversed.With("序号 %d", c.Reverse.Entry)
		}
		return one(c.reversal(&o))
	case CorrectMove:
		return c.moves(ctx, tx)
	case CorrectReplace:
		return c.replaces(ctx, tx)
	case CorrectDivide:
		if err := divisible(ctx, tx, &c.Divide); err != nil {
			return nil, err
		}
		return one(c.Divide.division(c), nil)
	case CorrectMerge:
		return c.merges(ctx, tx)
	default:
		return c.unmerges(ctx, tx)
	}
}

// moves holds a move of cost to what the contract executed in earlier years and has
// left of it.
func (c *Correction) moves(ctx context.Context, tx *db.Tx) ([]ledger.Posting, error) {
	x := &c.Move
	if x.Contract == x.ToContract && x.Project == x.ToProject {
		return nil, ErrCorrect.With("更正前后同为合同 %s 项目 %s", x.Contract, x.Project).At("to_contract", "the same", x.ToContract)
	}
	from, err := projects.ChargeOf(ctx, tx, x.Contract, x.Project)
	if err != nil {
		return nil, err
	}
	to, err := projects.ChargeOf(ctx, tx, x.ToContract, x.ToProject)
	if err != nil {
		return nil, err
	}
	if from.Roster || to.Roster {
		return nil, ErrCorrect.With("名册的支出按人列支，不在项目间更正；请用 roster.strike、recover.identify")
	}
	gone, err := movedBefore(ctx, tx, x)
	if err != nil {
		return nil, err
	}
	for _, l := range x.Lots {
		had, err := ledger.EarlierExecutedOf(ctx, tx, ledger.Filter{Lot: l.Lot, Project: x.Project, Contract: x.Contract}, c.Date)
		if err != nil {
			return nil, err
		}
		if left := min(had.Left-gone[l.Lot], had.Project); had.Known && l.Amount > left {
			return nil, ErrCorrectFigure.With("合同 %s 项目 %s 批次 %s：%d 年以前列支 %s，已退回、已更正后余 %s，须更正 %s，超出 %s；当年错列请撤销报账（claim.revoke）后重报",
				x.Contract, x.Project, l.Lot, c.Date.Year(), had.Executed, left, l.Amount, l.Amount-max(left, 0))
		}
	}
	if x.Into != "7202" {
		if err := projects.CheckReduction(ctx, tx, from, x.Lots); err != nil {
			return nil, err
		}
	}
	return []ledger.Posting{x.shift(c, &from, &to)}, nil
}

// movedBefore adds up what earlier corrections moved out of a contract into its plan
// or 7401: the ledger names the project of that alone.
func movedBefore(ctx context.Context, tx *db.Tx, x *CostMove) (map[ledger.LotID]ledger.Amount, error) {
	codes, err := correctionFile.Codes(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := map[ledger.LotID]ledger.Amount{}
	for _, code := range codes {
		c, err := correctionFile.Load(ctx, tx, code)
		if err != nil {
			return nil, err
		}
		if c.Kind != CorrectMove || c.State != CorrectionDone || c.Move.Contract != x.Contract || c.Move.Project != x.Project || c.Move.Into == "7202" {
			continue
		}
		for _, l := range c.Move.Lots {
			out[l.Lot] += l.Amount
		}
	}
	return out, nil
}

// replaces holds a replacement to the contract's funding and to what the new lot has
// unallocated; it finds the account of cost where none is given.
func (c *Correction) replaces(ctx context.Context, tx *db.Tx) ([]ledger.Posting, error) {
	x := &c.Replace
	total, err := ledger.Add(x.Executed, x.Unexecuted)
	switch {
	case err != nil:
		return nil, err
	case total == 0:
		return nil, ErrCorrect.With("须填已列支（executed）或未执行（unexecuted）的置换金额").At("executed", "missing", "")
	case x.From == x.To:
		return nil, ErrCorrect.With("置换前后为同一批次").At("to", "the same lot", x.To.String())
	case x.Executed == 0 && (x.Cost != "" || x.OriginYear != 0 || x.Cash != ""):
		return nil, ErrCorrect.With("只有已列支部分填写支出科目、原列支年度、资金账户").At("cost", "without executed", string(x.Cost))
	}
	ch, err := projects.ChargeOf(ctx, tx, x.Contract, x.Project)
	if err != nil {
		return nil, err
	}
	swap := projects.Replacement{Charge: ch, From: x.From, To: x.To, Amount: total, On: c.Date, Document: c.Decision}
	if err := swap.Check(ctx, tx); err != nil {
		return nil, err
	}
	have, err := sumAt(ctx, tx, c.Date, ledger.Filter{Book: ledger.County, Account: "7101", Lot: x.To})
	if err != nil {
		return nil, err
	}
	if total > have {
		return nil, ErrCorrectFigure.With("置入批次 %s 待分配指标（7101）%s，须 %s，差 %s；请先收回分解或出池（E04r、E05r）", x.To, have, total, total-have)
	}
	if x.Executed > 0 && x.Cost == "" {
		if x.Cost, err = costOf(ctx, tx, c, &ch); err != nil {
			return nil, err
		}
	}
	return x.exchange(c, &ch), nil
}

// costOf finds the account that bears the cost of the old lot: works in progress
// while they hold it, else what completed works, households, interest or fees cost.
func costOf(ctx context.Context, tx *db.Tx, c *Correction, ch *projects.Charge) (ledger.Code, error) {
	x := &c.Replace
	if x.OriginYear != 0 && x.OriginYear < c.Date.Year() && !ch.Roster {
		return "5001", nil // of a closed year 3201 stands for every account of cost
	}
	for _, code := range []ledger.Code{"1301", "5001", "5003", "5004", "5005"} {
		f := ledger.Filter{Book: ledger.County, Account: code, Lot: x.From, Project: x.Project}
		if code == "1301" {
			f.Contract = ch.Code
		}
		have, err := sumAt(ctx, tx, c.Date, f)
		if err != nil || have >= x.Executed {
			return code, err
		}
	}
	return "", ErrCorrectFigure.With("合同（名册）%s 批次 %s：没有一个支出科目列有 %s；请写明支出科目（cost），以前年度的写明原列支年度（origin_year）", ch.Code, x.From, x.Executed)
}

func sumAt(ctx context.Context, tx *db.Tx, day ledger.Date, f ledger.Filter) (ledger.Amount, error) {
	list, err := ledger.BalancesAt(ctx, tx, day, f)
	var sum ledger.Amount
	for i := range list {
		sum += list[i].Net
	}
	return sum, err
}

// divisible refuses to divide a lot of which something is under way: its amounts per
// lot stand on papers that the division would not change.
func divisible(ctx context.Context, tx *db.Tx, x *LotDivision) error {
	if x.Lot == x.Into {
		return ErrCorrect.With("拆分前后为同一批次").At("into", "the same lot", x.Into.String())
	}
	var why []string
	codes, err := claimFile.Codes(ctx, tx)
	if err != nil {
		return err
	}
	for _, code := range codes {
		c, err := claimFile.Load(ctx, tx, code)
		if err != nil {
			return err
		}
		if w := c.underWay(x.Lot); w != "" {
			why = append(why, w)
		}
	}
	if codes, err = recoveryFile.Codes(ctx, tx); err != nil {
		return err
	}
	for _, code := range codes {
		r, err := recoveryFile.Load(ctx, tx, code)
		if err != nil {
			return err
		}
		if w := r.underWay(x.Lot); w != "" {
			why = append(why, w)
		}
	}
	if len(why) > 0 {
		return ErrCorrectPending.With("%s；请先办结、退回或撤销", strings.Join(why[:min(len(why), 5)], "、"))
	}
	return nil
}

// merges posts E28 where the unit has balances, and nothing where it has none.
func (c *Correction) merges(ctx context.Context, tx *db.Tx) ([]ledger.Posting, error) {
	x := &c.Merge
	if x.Unit == x.Into || x.Unit == string(ledger.County) || x.Into == string(ledger.County) {
		return nil, ErrCorrect.With("%s 并入 %s：须为两个单位，县级账套不是单位", x.Unit, x.Into).At("into", "not another unit", x.Into)
	}
	for _, unit := range []string{x.Unit, x.Into} {
		into, err := ledger.MergedInto(ctx, tx, unit)
		if err != nil {
			return nil, err
		}
		if into != "" {
			return nil, ledger.ErrUnitMerged.With("%s 已并入 %s；请以 %s 办理", unit, into, into)
		}
	}
	any, _, err := standsAt(ctx, tx, x.Unit)
	if err != nil || !any {
		return nil, err
	}
	return []ledger.Posting{x.merger(c)}, nil
}

// unmerges reverses every entry of a merger that stands.
func (c *Correction) unmerges(ctx context.Context, tx *db.Tx) ([]ledger.Posting, error) {
	m, err := correctionFile.Load(ctx, tx, c.Merger)
	if err != nil {
		return nil, err
	}
	if m.Kind != CorrectMerge || m.State != CorrectionDone {
		return nil, ErrCorrectState.With("%s 是%s，现为 %s；只有已办理的机构并转可撤销", m.Code, m.Kind.Chinese(), m.State)
	}
	if len(m.Entries) == 0 {
		return nil, nil
	}
	p := c.posting("E23", "")
	p.Reverses = m.Entries[0] // the ledger turns the whole merger red
	return []ledger.Posting{p}, nil
}

// stood are the balances of a lot before it is divided.
func (c *Correction) stood(ctx context.Context, tx *db.Tx) ([]ledger.Balance, error) {
	if c.Kind != CorrectDivide {
		return nil, nil
	}
	return ledger.BalancesAt(ctx, tx, c.Date, ledger.Filter{Lot: c.Divide.Lot})
}

// follow lets the dossiers follow what was posted.
func (c *Correction) follow(ctx context.Context, tx *db.Tx, before []ledger.Balance, also Follower) ([]projects.Followed, error) {
	switch c.Kind {
	case CorrectMove:
		return nil, c.followMove(ctx, tx)
	case CorrectReplace:
		x := &c.Replace
		ch, err := projects.ChargeOf(ctx, tx, x.Contract, x.Project)
		if err != nil {
			return nil, err
		}
		swap := projects.Replacement{Charge: ch, From: x.From, To: x.To, Amount: x.Executed + x.Unexecuted, On: c.Date, Document: c.Decision}
		return nil, swap.Follow(ctx, tx)
	case CorrectDivide:
		return nil, c.followDivision(ctx, tx, before)
	case CorrectMerge, CorrectUnmerge:
		return c.followUnit(ctx, tx, also)
	default:
		return nil, nil
	}
}

func (c *Correction) followMove(ctx context.Context, tx *db.Tx) error {
	x := &c.Move
	if x.Into == "7202" {
		return nil // its contract is committed again as it was funded
	}
	ch, err := projects.ChargeOf(ctx, tx, x.Contract, x.Project)
	if err != nil {
		return err
	}
	return projects.ReduceContract(ctx, tx, ch, projects.Change{On: c.Date, Document: c.Decision, Reason: c.Reason}, x.Lots)
}

func (c *Correction) followDivision(ctx context.Context, tx *db.Tx, before []ledger.Balance) error {
	after, err := ledger.BalancesAt(ctx, tx, c.Date, ledger.Filter{Lot: c.Divide.Lot})
	if err != nil {
		return err
	}
	d := projects.Division{
		From: c.Divide.Lot, Into: c.Divide.Into, Part: c.Divide.Amount, Base: c.Divide.Base, On: c.Date, Document: c.Decision, Before: before,
	}
	left := make(map[ledger.Key]ledger.Amount, len(after))
	for _, b := range after {
		left[b.Key] = b.Net
	}
	var sources ledger.Amount
	for _, b := range before {
		d.Moved = append(d.Moved, ledger.Balance{Key: b.Key, Net: b.Net - left[b.Key]})
		if b.Key.Account[0] == '6' {
			sources -= b.Net
		}
	}
	if d.Base == 0 {
		d.Base = sources // the ledger took the same (E27 in the year of issue)
	}
	return d.Follow(ctx, tx)
}

// followUnit moves dossiers with a merger, or back with its undoing.
func (c *Correction) followUnit(ctx context.Context, tx *db.Tx, also Follower) ([]projects.Followed, error) {
	move := projects.UnitMove{From: c.Merge.Unit, To: c.Merge.Into, Document: c.Decision, On: c.Date, Accounts: true}
	if c.Kind == CorrectUnmerge {
		m, err := correctionFile.Load(ctx, tx, c.Merger)
		if err != nil {
			return nil, err
		}
		move.From, move.To, move.Before = m.Merge.Into, m.Merge.Unit, m.DoneAt
		move.Back = append([]projects.Followed{}, m.Followed...)
		if err := noneSince(ctx, tx, &m); err != nil {
			return nil, err
		}
		if err := undoneCorrection.Record(ctx, tx, m.Code, &m, correctionUndone{c.Code}); err != nil {
			return nil, err
		}
	} else {
		into, err := ledger.MergedInto(ctx, tx, c.Merge.Unit)
		if err != nil {
			return nil, err
		}
		if into == "" { // the ledger had nothing to move: what was executed comes back under the old name
			_, executed, err := standsAt(ctx, tx, c.Merge.Unit)
			if err != nil {
				return nil, err
			}
			move.Accounts = !executed
		}
	}
	out, err := followMerger(ctx, tx, &move)
	if err != nil || also == nil {
		return out, err
	}
	more, err := also(ctx, tx, &move)
	return append(out, more...), err
}

// noneSince refuses to undo a merger when a debt was named on a contract or roster
// that moved with it: its accounts would be left behind.
func noneSince(ctx context.Context, tx *db.Tx, m *Correction) error {
	followed := map[[2]string]bool{}
	for _, f := range m.Followed {
		followed[[2]string{f.Kind, f.Code}] = true
	}
	codes, err := recoveryFile.Codes(ctx, tx)
	if err != nil {
		return err
	}
	for _, code := range codes {
		r, err := recoveryFile.Load(ctx, tx, code)
		if err != nil {
			return err
		}
		if !followed[[2]string{"recovery", code}] && (followed[[2]string{"contract", r.Contract}] || followed[[2]string{"roster", r.Contract}]) {
			return projects.ErrUnitTouched.With("追回 %s 在并转之后认定于合同（名册）%s", code, r.Contract)
		}
	}
	return nil
}
