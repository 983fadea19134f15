package ledger

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"
)

// lotScan is a lot by its row.
type lotScan struct {
	Seq        int64
	ID         []byte
	Line       int
	BudgetYear int
	Code       string
	Document   string
	Tier       string
	Class      string
	DocNo      string
	Name       string
}

// lotRows returns the lots registered at the moment, in order of registration.
func (r *reader) lotRows(ctx context.Context, c cond) ([]LotRow, error) {
	var rows []lotScan
	err := r.q.NewRaw("SELECT k.seq, k.id, k.line, k.budget_year, k.code, k.document, k.tier, k.class, k.doc_no, k.name FROM lot k"+
		" WHERE k.county = ? AND k.seq <= ? AND "+c.sql+" ORDER BY k.seq", append([]any{r.county, r.at.KnownAt}, c.args...)...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list the lots: %w", err)
	}
	printed, err := r.printed(ctx, rows)
	if err != nil {
		return nil, err
	}
	out := make([]LotRow, len(rows))
	for i, x := range rows {
		doc := Lot{DocNo: DocNumber(x.DocNo)}.DocumentLabel()
		if p := printed[x.Seq]; p != "" {
			doc = p
		}
		out[i] = LotRow{
			County: r.code, Lot: x.Code, Notice: x.Document, Document: doc, Tier: Tier(x.Tier), Source: x.Name,
			LotID: LotID(x.ID), Line: x.Line, Class: Class(x.Class), Year: x.BudgetYear,
		}
	}
	return out, nil
}

// printed returns how documents print their number where it is none: a damaged
// number is shown as it stands, never as "not stated".
func (r *reader) printed(ctx context.Context, rows []lotScan) (map[int64]string, error) {
	var seqs []int64
	for i := range rows {
		if rows[i].DocNo == "" {
			seqs = append(seqs, rows[i].Seq)
		}
	}
	out := map[int64]string{}
	for part := range slices.Chunk(seqs, 1000) {
		lots, err := loadLots(ctx, r.q, r.county, part)
		if err != nil {
			return nil, err
		}
		for i := range lots {
			out[part[i]] = lots[i].Printed
		}
	}
	return out, nil
}

// LotsReport (批次表) returns where the authority of every lot stands at a moment;
// LotFigures says what each figure is. A lot that does not exist, or was not
// registered yet at the moment, is ErrLotUnknown.
func LotsReport(ctx context.Context, q bun.IDB, county int32, lq LotsQuery) (LotsList, error) {
	r, err := newReader(ctx, q, county, lq.At)
	if err != nil {
		return LotsList{}, err
	}
	all := cond{sql: "1 = 1"}
	lot, keys := all, all
	if lq.Lot != "" {
		id, err := r.lotID(ctx, lq.Lot)
		if err != nil {
			return LotsList{}, err
		}
		lot, keys = cond{"k.id = ?", []any{id[:]}, true}, cond{"k.lot = ?", []any{id[:]}, true}
	}
	out := LotsList{County: r.code, At: r.at}
	if out.Rows, err = r.lotRows(ctx, lot); err != nil {
		return LotsList{}, err
	}
	if lq.Lot != "" && len(out.Rows) == 0 {
		return LotsList{}, ErrLotUnknown.With("%q 在序号 %d 时尚未登记", lq.Lot, r.at.KnownAt)
	}
	figures, err := r.lotFigures(ctx, keys)
	if err != nil {
		return LotsList{}, err
	}
	for i := range out.Rows {
		if f := figures[out.Rows[i].LotID]; f != nil {
			out.Rows[i].LotFigures = *f
		}
	}
	return out, nil
}

// lotFigures folds the balances of authority per lot and corrects them for what
// balances alone do not tell: year-end closes, the memo of openings, and taking
// back undone in a later year.
func (r *reader) lotFigures(ctx context.Context, c cond) (map[LotID]*LotFigures, error) {
	out := map[LotID]*LotFigures{}
	of := func(id LotID) *LotFigures {
		if out[id] == nil {
			out[id] = &LotFigures{}
		}
		return out[id]
	}
	list, err := r.sums(ctx, []string{"lot", "account", "sub"}, c.and("k.account >= '6' AND k.account < '8'"))
	if err != nil {
		return nil, err
	}
	for i := range list {
		of(list[i].key.Lot).move(&list[i].key, list[i].net())
	}
	x, err := r.corrections(ctx, c)
	if err != nil {
		return nil, err
	}
	for i := range x.closing {
		of(x.closing[i].Key.Lot).move(&x.closing[i].Key, -x.closing[i].Net())
	}
	for i := range x.memo {
		of(x.memo[i].Key.Lot).memo(x.memo[i].Net())
	}
	for i := range x.undone {
		of(x.undone[i].Key.Lot).takeBackUndone(&x.undone[i])
	}
	return out, nil
}

func (c cond) and(sql string) cond { return cond{c.sql + " AND " + sql, c.args, c.narrow} }

// corrections are the lines of the few entries that need their event to be known.
type corrections struct {
	closing []Line  // of E24 and what reverses it
	memo    []Line  // 9101 of E00 and what reverses it
	back    []Entry // entries with 6202 lines, but for those of undone
	undone  []Line  // of E19 entries that E23p has undone
}

func (r *reader) corrections(ctx context.Context, c cond) (x corrections, err error) {
	seqs, err := r.seqsOf(ctx, closeQuery, c)
	if err != nil {
		return x, err
	}
	closes, err := r.eventsAmong(ctx, seqs, "E24")
	if err != nil {
		return x, err
	}
	for i := range closes {
		x.closing = append(x.closing, closes[i].lines...)
	}
	if seqs, err = r.openingSeqs(ctx, c); err != nil {
		return x, err
	}
	openings, err := r.eventsAmong(ctx, seqs, "E00")
	if err != nil {
		return x, err
	}
	for i := range openings {
		for _, l := range openings[i].lines {
			if l.Key.Account == "9101" {
				x.memo = append(x.memo, l)
			}
		}
	}
	return x, r.givenBack(ctx, c, &x)
}

const (
	// closeQuery finds the entries on a 31 December that move 6xxx: every E24 does,
	// and few others.
	closeQuery = "SELECT DISTINCT l.seq FROM account_key k JOIN line l ON l.key = k.id" +
		" WHERE k.county = ? AND l.day <= ? AND l.seq <= ? AND l.day % 10000 = 1231 AND k.account >= '6' AND k.account < '7' AND "
	// backQuery finds the entries that move 6202.
	backQuery = "SELECT DISTINCT l.seq FROM account_key k JOIN line l ON l.key = k.id" +
		" WHERE k.county = ? AND l.day <= ? AND l.seq <= ? AND k.account = '6202' AND "
)

func (r *reader) seqsOf(ctx context.Context, query string, c cond) ([]int64, error) {
	var seqs []int64
	err := r.q.NewRaw(query+c.sql, append([]any{r.county, r.day, r.at.KnownAt}, c.args...)...).Scan(ctx, &seqs)
	if err != nil {
		return nil, fmt.Errorf("find the entries to correct for: %w", err)
	}
	return seqs, nil
}

// openingSeqs returns the entries that move 9101 no later than the first movement
// of the lot's 6xxx: E00 is done once, and before any other authority.
func (r *reader) openingSeqs(ctx context.Context, c cond) ([]int64, error) {
	const lines = " FROM account_key k JOIN line l ON l.key = k.id WHERE k.county = ? AND l.day <= ? AND l.seq <= ? AND "
	type lotSeq struct {
		Lot []byte
		Seq int64
	}
	var first, memo []lotSeq
	args := append([]any{r.county, r.day, r.at.KnownAt}, c.args...)
	err := r.q.NewRaw("SELECT DISTINCT k.lot, l.seq"+lines+"k.account = '9101' AND "+c.sql, args...).Scan(ctx, &memo)
	if err == nil && len(memo) > 0 {
		err = r.q.NewRaw("SELECT k.lot, min(l.seq) AS seq"+lines+"k.account >= '6' AND k.account < '7' AND "+c.sql+" GROUP BY k.lot", args...).Scan(ctx, &first)
	}
	if err != nil {
		return nil, fmt.Errorf("find the openings: %w", err)
	}
	start := make(map[LotID]int64, len(first))
	for _, x := range first {
		start[LotID(x.Lot)] = x.Seq
	}
	var out []int64
	for _, x := range memo {
		if s, moved := start[LotID(x.Lot)]; !moved || x.Seq <= s {
			out = append(out, x.Seq)
		}
	}
	return out, nil
}

// eventsAmong returns those of some records that are entries of one event, and
// the entries that reverse them, as known at the moment.
func (r *reader) eventsAmong(ctx context.Context, seqs []int64, event EventCode) ([]Entry, error) {
	list, err := r.entries(ctx, seqs)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(s stored) bool { return s.entry.Event != event })
	if err := r.link(ctx, list); err != nil {
		return nil, err
	}
	var out []Entry
	var reversals []int64
	for i := range list {
		out = append(out, list[i].entry)
		if by := list[i].reversedBy; by != 0 {
			reversals = append(reversals, by)
		}
	}
	if list, err = r.entries(ctx, reversals); err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].entry.Date.Number() <= r.day {
			out = append(out, list[i].entry)
		}
	}
	return out, nil
}

// givenBack gathers the entries with 6202 lines, and tells apart those of E23p
// that undo an E19. E24 entries are in closing already.
func (r *reader) givenBack(ctx context.Context, c cond, x *corrections) error {
	seqs, err := r.seqsOf(ctx, backQuery, c)
	if err != nil {
		return err
	}
	list, err := r.entries(ctx, seqs)
	if err != nil {
		return err
	}
	var originals []int64
	for i := range list {
		if list[i].entry.Event == "E23p" && list[i].entry.Reverses != 0 {
			originals = append(originals, list[i].entry.Reverses)
		}
	}
	undone, err := r.entries(ctx, originals)
	if err != nil {
		return err
	}
	takeBack := map[int64]bool{}
	for i := range undone {
		if undone[i].entry.Event == "E19" {
			takeBack[undone[i].rec.Seq] = true
			x.undone = append(x.undone, undone[i].entry.lines...)
		}
	}
	for i := range list {
		if e := &list[i].entry; e.Event != "E24" && !takeBack[e.Reverses] {
			x.back = append(x.back, *e)
		}
	}
	return nil
}
