package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"

	"fundbook/bench/load"
)

// The figures of reads.
const (
	asOfName    = "balance as of a day"
	pageFirst   = "statement, first page"
	pageDeep    = "statement, deep page"
	wholeDeep   = "statement of 1001, deep page"
	listSmall   = "list by account, small"
	listLarge   = "list by account, large"
	balanceName = "balance reads, C=8"
)

// pageRows are the rows of a page, small enough that the small ledger fills it.
const pageRows = 20

// reads measures single reads at C=1 on the large ledger, lists on both ledgers
// in turn, and balances in turn with TPC-B.
func (b *bench) reads(ctx context.Context, small, large *site) error {
	deep, err := large.middle(ctx, "C:1001:"+load.LotCode(0))
	if err != nil {
		return err
	}
	whole, err := large.middle(ctx, "C:1001")
	if err != nil {
		return err
	}
	same := func(path string) func(*rand.Rand, *load.Request) {
		return func(_ *rand.Rand, q *load.Request) { q.Path = path }
	}
	for round := range b.plan.Rounds {
		for _, x := range []struct {
			on      *site
			name    string
			clients int
			next    func(*rand.Rand, *load.Request)
		}{
			{large, asOfName, 1, large.balances(true)},
			{large, pageFirst, 1, large.statements()},
			{large, pageDeep, 1, same(deep)},
			{large, wholeDeep, 1, same(whole)},
			{small, listSmall, 8, small.statements()},
			{large, listLarge, 8, large.statements()},
			{large, balanceName, 8, large.balances(false)},
		} {
			if err := x.on.load(ctx, x.on.key(StageGrowth, x.name), round, load.Spec{Clients: x.clients, Next: x.next}); err != nil {
				return err
			}
		}
		if err := b.tpcb(ctx, StageGrowth+" "+large.engine, round, 8); err != nil {
			return err
		}
	}
	return nil
}

// county is the path of the reads of the county.
func (s *site) county() string { return "/api/v1/counties/" + s.Work.County }

// balances asks for the cash of a lot, now or as of a day since the funding.
func (s *site) balances(asOf bool) func(*rand.Rand, *load.Request) {
	return func(r *rand.Rand, q *load.Request) {
		p := s.Work.Spread(r)
		q.Path = s.county() + "/balances?account=C:1001:" + load.LotCode(p.Lot)
		if asOf {
			q.Path += "&as_of=" + p.Date.String()
		}
	}
}

// statements asks for the first lines of the cash of a lot.
func (s *site) statements() func(*rand.Rand, *load.Request) {
	return func(r *rand.Rand, q *load.Request) {
		q.Path = s.statement("C:1001:"+load.LotCode(r.IntN(s.Work.Lots)), pageRows)
	}
}

func (s *site) statement(account string, rows int) string {
	return s.county() + "/statement?account=" + account + "&limit=" + strconv.Itoa(rows)
}

// middle turns pages until about the middle of a statement, two hundred pages at
// most, and returns the path of the page that follows.
func (s *site) middle(ctx context.Context, account string) (string, error) {
	conn, err := load.Dial(ctx, s.server.Target)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	pages := max(1, min(200, s.b.plan.Large/s.Work.Lots/2/500))
	path := s.statement(account, 500)
	for range pages {
		status, body, err := conn.Do(&load.Request{Path: path})
		if err == nil {
			err = load.Read(status, body)
		}
		var page struct {
			Next string `json:"next"`
		}
		if err == nil {
			err = json.Unmarshal(body, &page)
		}
		if err != nil {
			return "", fmt.Errorf("turn the pages of %s: %w", account, err)
		}
		if page.Next == "" {
			break
		}
		path = s.statement(account, 500) + "&cursor=" + url.QueryEscape(page.Next)
	}
	last, err := url.Parse(path)
	if err != nil {
		return "", err
	}
	q := last.Query()
	q.Set("limit", strconv.Itoa(pageRows))
	return last.Path + "?" + q.Encode(), nil
}
