package payments

import (
	"context"
	"fmt"
	"slices"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// Statements lists statements; those of an account have the parent book/account. A
// township's account sees those of its own book only.
func Statements(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]dossier.Item[Statement], error) {
	list, err := statementFile.List(ctx, q, county, f)
	return slices.DeleteFunc(list, func(s dossier.Item[Statement]) bool { return !ownBook(&s.State, f.Unit) }), err
}

// FindStatement returns one statement; a township's account finds those of its own
// book only.
func FindStatement(ctx context.Context, q bun.IDB, county int32, code, unit string) (dossier.Item[Statement], error) {
	s, err := statementFile.Find(ctx, q, county, code, unit)
	if err == nil && !ownBook(&s.State, unit) {
		return dossier.Item[Statement]{}, dossier.ErrUnknown.With("statement %s", code)
	}
	return s, err
}

// ownBook reports whether an account of a unit may see a statement: a bank account is
// nobody else's business.
func ownBook(s *Statement, unit string) bool { return unit == "" || s.Book == unit }

// ReconcileStatement returns the reconciliation (余额调节表) of a statement's account at
// the end of its month.
func ReconcileStatement(ctx context.Context, q bun.IDB, county int32, code, unit string) (Reconciliation, error) {
	list, moves, err := chainOf(ctx, q, county, code, unit)
	if err != nil {
		return Reconciliation{}, err
	}
	end := lastDay(ledger.Period(list[len(list)-1].Period))
	early := moves[:0:0]
	for _, m := range moves {
		if m.Date <= end {
			early = append(early, m)
		}
	}
	return reconcile(list, early, end), nil
}

// ProposeMatches proposes matches for what of a statement is open: by reference, then
// by amount and day. It records nothing: statement.match does, with what the officer
// takes of it.
func ProposeMatches(ctx context.Context, q bun.IDB, county int32, code, unit string) ([]LinkCmd, error) {
	s, err := FindStatement(ctx, q, county, code, unit)
	if err != nil {
		return nil, err
	}
	ps, err := ledger.LoadPolicies(ctx, q, county)
	if err != nil {
		return nil, err
	}
	window, _, err := paySet(ps).settleOn(policyMatchDays, lastDay(ledger.Period(s.State.Period)))
	if err != nil {
		return nil, err
	}
	all, err := statementFile.List(ctx, q, county, dossier.Filter{Parent: s.Index.Parent, Unit: unit})
	if err != nil {
		return nil, err
	}
	used := map[int64]bool{}
	for i := range all {
		for _, l := range all[i].State.Links {
			for _, e := range l.Entries {
				if l.Void == "" {
					used[e.Seq] = true
				}
			}
		}
	}
	moves, err := cashMoves(ctx, q, county, &s.State)
	if err != nil {
		return nil, err
	}
	open := moves[:0:0]
	for _, m := range moves {
		if !used[m.Seq] && m.Amount != 0 {
			open = append(open, m)
		}
	}
	return proposeMatches(s.State.Lines, open, window), nil
}

// chainOf returns the statements of an account up to one, in order, and what the
// books moved on it.
func chainOf(ctx context.Context, q bun.IDB, county int32, code, unit string) ([]Statement, []CashMove, error) {
	s, err := FindStatement(ctx, q, county, code, unit)
	if err != nil {
		return nil, nil, err
	}
	if s.State.State == StatementWithdrawn {
		return nil, nil, ErrStatement.With("对账单 %s 已撤销", code)
	}
	all, err := statementFile.List(ctx, q, county, dossier.Filter{Parent: s.Index.Parent, Unit: unit})
	if err != nil {
		return nil, nil, err
	}
	var list []Statement
	for i := range all { // in order of code, that is of period
		if x := all[i].State; x.State != StatementWithdrawn && x.Period <= s.State.Period {
			list = append(list, x)
		}
	}
	moves, err := cashMoves(ctx, q, county, &s.State)
	return list, moves, err
}

// cashMoves reads what each entry moved on a statement's account, in order of day and
// number, with the bank reference where a payment request knows it.
func cashMoves(ctx context.Context, q bun.IDB, county int32, s *Statement) ([]CashMove, error) {
	var rows []struct {
		Seq int64
		Day int32
		Net int64
	}
	err := db.Fetch(ctx, q, &rows, "SELECT l.seq, l.day, CAST(sum(l.side * l.fen) AS BIGINT) AS net FROM account_key k JOIN line l ON l.key = k.id"+
		" WHERE k.county = ? AND k.book = ? AND k.account = ? GROUP BY l.seq, l.day ORDER BY l.day, l.seq", county, s.Book, string(s.Account))
	if err != nil {
		return nil, fmt.Errorf("read a cash account: %w", err)
	}
	references, err := referencesOf(ctx, q, county)
	if err != nil {
		return nil, err
	}
	out := make([]CashMove, len(rows))
	for i, r := range rows {
		out[i] = CashMove{Seq: r.Seq, Amount: ledger.Amount(r.Net), Reference: references[r.Seq]}
		if out[i].Date, err = dateOf(r.Day); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// referencesOf maps entries to the bank references of the payments that they confirm.
func referencesOf(ctx context.Context, q bun.IDB, county int32) (map[int64]string, error) {
	list, err := requestFile.List(ctx, q, county, dossier.Filter{})
	if err != nil {
		return nil, err
	}
	out := map[int64]string{}
	for i := range list {
		for _, p := range list[i].State.Payees {
			for _, seq := range p.Entries {
				out[seq] = p.Reference
			}
		}
	}
	return out, nil
}
