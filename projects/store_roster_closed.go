package projects

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// CardRow is a version of a roster's row that names a card.
type CardRow struct {
	Roster string
	N, Rev int
	Card   ledger.Digest // keyed index
}

// CardRows finds every version of a roster's row that names one of the cards, given by
// their keyed indexes. It reads by the index of cards, however many rosters there are.
func CardRows(ctx context.Context, q bun.IDB, county int32, cards []ledger.Digest) ([]CardRow, error) {
	type row struct {
		Code      string
		N, Rev    int
		CardIndex []byte
	}
	var out []CardRow
	for some := range slices.Chunk(cards, rosterChunk) {
		keys := make([][]byte, len(some))
		for i := range some {
			keys[i] = some[i][:]
		}
		var rows []row
		err := q.NewRaw(`SELECT code, n, rev, card_index FROM roster_row WHERE county = ? AND card_index IN (?)`, county, bun.List(keys)).Scan(ctx, &rows)
		if err != nil {
			return nil, fmt.Errorf("look for the rows of cards: %w", err)
		}
		// Sorted here: an order asked of the database would make it walk every roster.
		slices.SortFunc(rows, func(a, b row) int {
			return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.N, b.N), cmp.Compare(a.Rev, b.Rev))
		})
		for _, r := range rows {
			if len(r.CardIndex) != len(ledger.Digest{}) {
				return nil, ErrPersonRow.With("名册 %s 第 %d 行：检索值长度", r.Code, r.N)
			}
			out = append(out, CardRow{r.Code, r.N, r.Rev, ledger.Digest(r.CardIndex)})
		}
	}
	return out, nil
}

// closedCards are those of the cards that a bank has sent back as closed; none where
// the desk cannot ask.
func (at *Desk) closedCards(ctx context.Context, q bun.IDB, cards []ledger.Digest) (map[ledger.Digest]string, error) {
	if at.Closed == nil {
		return map[ledger.Digest]string{}, nil
	}
	return at.Closed(ctx, q, at.No, cards)
}

// closedCard is what is wrong with a card that a bank has sent back as closed.
func closedCard(batch string) flaw {
	return flaw{"card_closed", "银行在批次 " + batch + " 中退回此账号：已销户", "请持卡人提供有效账号；银行误报的凭银行更正文件恢复（cards.reopen）"}
}

// Closed judges an opened row against the cards that a bank has sent back as closed.
func (p *Payee) Closed(cards map[ledger.Digest]string) []RowFinding {
	batch, closed := cards[p.CardIndex]
	if !closed {
		return nil
	}
	bad := closedCard(batch)
	at := cell{p.N, colCard, p.Person.Card}
	return []RowFinding{{Row: p.N, Column: colCard, Value: at.shown(), Code: bad.code, Severity: "error", Why: bad.why, Remedy: bad.remedy + "；换号的更正名册（roster.correct）"}}
}

// closed finds the cards of a file that a bank has sent back as closed.
func (at *Desk) closed(ctx context.Context, q bun.IDB, t *rosterTable) error {
	indexes := make([]ledger.Digest, len(t.people))
	for i := range t.people {
		indexes[i] = at.Box.Index(indexCard, t.people[i].Card)
	}
	cards, err := at.closedCards(ctx, q, indexes)
	if err != nil {
		return err
	}
	for i := range t.people {
		if batch, is := cards[indexes[i]]; is {
			t.report.err(cell{t.files[i], colCard, t.people[i].Card}, closedCard(batch))
		}
	}
	return nil
}
