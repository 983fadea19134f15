package projects

import (
	"context"

	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// CardsOf returns the keyed indexes of the cards of a roster's rows.
func CardsOf(ctx context.Context, q bun.IDB, county int32, roster string, lines []RosterLine) ([]ledger.Digest, error) {
	rows, err := loadSealed(ctx, q, county, roster, lines)
	out := make([]ledger.Digest, len(rows))
	for i := range rows {
		out[i] = rows[i].CardIndex
	}
	return out, err
}

// closedCards are the cards that a bank has sent back as closed; none where the desk
// cannot ask.
func (at *Desk) closedCards(ctx context.Context, q bun.IDB) (map[ledger.Digest]string, error) {
	if at.Closed == nil {
		return map[ledger.Digest]string{}, nil
	}
	return at.Closed(ctx, q, at.No)
}

// closedCard is what is wrong with a card that a bank has sent back as closed.
func closedCard(batch string) flaw {
	return flaw{"card_closed", "银行在批次 " + batch + " 中退回此账号：已销户", "请持卡人提供有效账号"}
}

// Closed judges an opened row against the cards that a bank has sent back as closed.
func (p *Payee) Closed(cards map[ledger.Digest]string) []RowFinding {
	batch, closed := cards[p.CardIndex]
	if !closed {
		return nil
	}
	bad := closedCard(batch)
	at := cell{p.N, colCard, p.Person.Card}
	return []RowFinding{{Row: p.N, Column: colCard, Value: at.shown(), Code: bad.code, Severity: "error", Why: bad.why, Remedy: bad.remedy + "并更正（roster.correct）"}}
}

// closed finds the cards of a file that a bank has sent back as closed.
func (at *Desk) closed(ctx context.Context, q bun.IDB, t *rosterTable) error {
	cards, err := at.closedCards(ctx, q)
	if err != nil || len(cards) == 0 {
		return err
	}
	for i := range t.people {
		if batch, is := cards[at.Box.Index(indexCard, t.people[i].Card)]; is {
			t.report.err(cell{t.files[i], colCard, t.people[i].Card}, closedCard(batch))
		}
	}
	return nil
}
