package load

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"

	"fundbook/internal/app"
	"fundbook/ledger"
)

// The amounts of the funding, in fen: a contract is good for ten thousand
// million payments of the load.
const (
	contractFen = ledger.Amount(1_000_000_000_000)  // 一百亿元
	lotFen      = ledger.Amount(10_000_000_000_000) // 一千亿元
)

// bigContract runs over every lot, for the entry of 5,000 lines.
const bigContract = "BIG"

// Fund registers the lots and brings every contract to the point where the bank
// can confirm payments: E01, E02, E07, E08, E11 and the request of E12.
func (w *Work) Fund(ctx context.Context, to Target) error {
	conn, err := Dial(ctx, to)
	if err != nil {
		return err
	}
	defer conn.Close()
	rng := rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	for i := range w.Lots {
		q := Request{Path: "/api/v1/counties/" + w.County + "/lots", Key: NewKey(rng)}
		if q.Body, err = json.Marshal(w.lot(i)); err != nil {
			return err
		}
		if err := sendOne(conn, &q, 1); err != nil {
			return fmt.Errorf("register lot %d: %w", i, err)
		}
	}
	for _, items := range w.funding() {
		q := Request{Path: w.Batches(), Key: NewKey(rng)}
		if q.Body, err = json.Marshal(app.PostCmd{Items: items}); err != nil {
			return err
		}
		if err := sendOne(conn, &q, len(items)); err != nil {
			return fmt.Errorf("fund the county, %s %s: %w", items[0].Event, items[0].Step, err)
		}
	}
	return nil
}

func sendOne(conn *Conn, q *Request, records int) error {
	status, answer, err := conn.Do(q)
	if err != nil {
		return err
	}
	_, err = Posted(status, answer, records)
	return err
}

func lotID(i int) ledger.LotID {
	id, err := ledger.ParseID(string(appendLotID(nil, i)))
	if err != nil { // invariant: twelve digits
		panic("invariant: a lot of the load has no identifier: " + err.Error())
	}
	return id
}

// lot is the i-th lot as the API takes it.
func (w *Work) lot(i int) ledger.Lot {
	tiers := []ledger.Tier{ledger.TierCentral, ledger.TierProvince, ledger.TierCity, ledger.TierCounty}
	return ledger.Lot{
		ID: lotID(i), Code: LotCode(i), Tier: tiers[i%len(tiers)], Class: ledger.ClassXJ, Document: code('D', i), Line: 1,
		Name: "样例资金", Year: w.Funded.Year(), Amount: lotFen,
	}
}

// funding are the batches of the funding, in order.
func (w *Work) funding() [][]ledger.Posting {
	every := func(fen ledger.Amount) []ledger.Part {
		parts := make([]ledger.Part, w.Lots)
		for i := range parts {
			parts[i] = ledger.Part{Lot: lotID(i), Amount: fen}
		}
		return parts
	}
	issue := []ledger.Posting{
		{Event: "E01", Date: w.Funded, Parts: every(lotFen)},
		{Event: "E02", Date: w.Funded, Parts: every(lotFen)},
	}
	for _, s := range steps {
		issue = append(issue, w.step(s, ledger.Posting{Project: bigContract, Contract: bigContract, Payee: bigContract, Parts: every(contractFen)}))
	}
	out := [][]ledger.Posting{issue}
	for _, s := range steps {
		var items []ledger.Posting
		for i := range w.Lots * w.Projects {
			items = append(items, w.step(s, ledger.Posting{
				Project: code('J', i), Contract: code('H', i), Payee: Payee(i),
				Parts: []ledger.Part{{Lot: lotID(i / w.Projects), Amount: contractFen}},
			}))
		}
		for len(items) > 0 {
			n := min(len(items), app.MaxItems)
			out, items = append(out, items[:n]), items[n:]
		}
	}
	return out
}

// steps lead from the plan of a contract to its payment request.
var steps = [][2]string{{"E07", ""}, {"E08", ""}, {"E11", ""}, {"E12", "reserve"}}

func (w *Work) step(s [2]string, p ledger.Posting) ledger.Posting {
	p.Event, p.Step, p.Date, p.Unit = ledger.EventCode(s[0]), s[1], w.Funded, unit
	if p.Event == "E07" {
		p.From, p.Contract, p.Payee = "7101", "", ""
	}
	return p
}

// Big makes one payment of n parts over the lots: an entry of 4 n lines.
func (w *Work) Big(n int) func(*rand.Rand, *Request) {
	return func(r *rand.Rand, q *Request) {
		p := w.step([2]string{"E12", "confirm"}, ledger.Posting{Project: bigContract, Contract: bigContract, Payee: bigContract, Memo: memo})
		p.Date = w.Recent(r).Date
		for i := range n {
			p.Parts = append(p.Parts, ledger.Part{Lot: lotID(i % w.Lots), Amount: ledger.Amount(randomFen(r))})
		}
		body, err := json.Marshal(p)
		if err != nil { // invariant: a posting encodes
			panic("invariant: a posting does not encode: " + err.Error())
		}
		q.Path, q.Key, q.Body = w.Posts(), NewKey(r), body
	}
}
