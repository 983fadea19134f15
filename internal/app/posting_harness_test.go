package app

import (
	"testing"

	"fundbook/internal/auth"
	"fundbook/ledger"
)

// onJune makes a posting of one part dated 2026-06-01.
func onJune(event ledger.EventCode, step string, lot ledger.LotID, fen ledger.Amount, set func(*ledger.Posting)) ledger.Posting {
	d, _ := ledger.NewDate(2026, 6, 1)
	p := ledger.Posting{Event: event, Step: step, Date: d, Parts: []ledger.Part{{Lot: lot, Amount: fen}}}
	if set != nil {
		set(&p)
	}
	return p
}

func allot(lot ledger.LotID, fen ledger.Amount, into ledger.Code, unit string) ledger.Posting {
	return onJune("E04", "", lot, fen, func(p *ledger.Posting) { p.Into, p.Unit = into, unit })
}

func (a *App) attempt(t *testing.T, key string, c Command) error {
	t.Helper()
	_, err := a.Do(t.Context(), Request{County: testCounty, Who: whoFor(c), Key: key, Raw: []byte(key)}, c)
	return err
}

// whoFor is somebody who may run the command.
func whoFor(c Command) auth.Who {
	if _, policy := c.(PolicyCmd); policy {
		return auth.LocalOperator
	}
	return officer
}
