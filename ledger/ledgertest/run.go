package ledgertest

import (
	"fmt"
	"strings"

	"fundbook/internal/fault"
	"fundbook/ledger"
)

// Books is the ledger that a script runs against: a Model, or a store behind the
// door for writes.
type Books struct {
	// Do posts one posting as one command and returns the entries with the
	// sequence number of the first.
	Do func(ledger.Posting) (unit []ledger.Entry, first int64, err error)
	// Balances returns every balance that is not zero.
	Balances func() []ledger.Balance
	// SetPolicies puts the policies of a script in force.
	SetPolicies func([]ledger.Policy)
}

// ModelBooks runs scripts against a Model.
func ModelBooks(m *ledger.Model) Books {
	return Books{
		Do: func(p ledger.Posting) ([]ledger.Entry, int64, error) {
			first := m.Next()
			unit, err := m.Do(p)
			return unit, first, err
		},
		Balances:    m.Balances,
		SetPolicies: m.SetPolicies,
	}
}

// Run posts the script in order, calls after with each item, remarks included,
// and writes the entries and the closing balances into the script. It returns
// what differs from the outcomes and balances that the script states.
func (s *Script) Run(b Books, after func(*Item)) []error {
	var wrong []error
	named := map[string]int64{}
	if len(s.Policies) > 0 {
		b.SetPolicies(s.Policies)
	}
	for i := range s.Items {
		it := &s.Items[i]
		var err error
		switch it.Kind {
		case ItemPosting:
			err = s.post(b, it, named)
		case ItemBalance:
			err = s.compare(b, it)
		default: // a remark
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("line %d: %s: %w", it.Line, strings.TrimSpace(it.Text), err))
		}
		if after != nil {
			after(it)
		}
	}
	s.Balances = s.WriteBalances(b.Balances())
	return wrong
}

func (s *Script) post(b Books, it *Item, named map[string]int64) error {
	p := it.Posting
	if it.Undoes != "" {
		seq, ok := named[it.Undoes]
		if !ok {
			return fmt.Errorf("no posting is named %q", it.Undoes)
		}
		p.Reverses = seq
	}
	unit, first, err := b.Do(p)
	it.Wrote = nil
	for _, e := range unit {
		it.Wrote = append(it.Wrote, s.WriteEntry(e)...)
	}
	if it.As != "" && err == nil {
		named[it.As] = first
	}
	code, detail, refused := it.Refusal()
	switch got := fault.From(err); {
	case err == nil && !refused:
		return nil
	case err == nil:
		return fmt.Errorf("got ok, want refused %s", code)
	case !refused:
		return fmt.Errorf("got refused %s: %s, want ok", got.Code, s.Plain(got.Detail))
	case got.Code != code:
		return fmt.Errorf("got refused %s: %s, want refused %s", got.Code, s.Plain(got.Detail), code)
	default:
		if plain := s.Plain(got.Detail); !strings.Contains(plain, detail) {
			return fmt.Errorf("refused %s: %s, want %q in it", code, plain, detail)
		}
		return nil
	}
}

func (s *Script) compare(b Books, it *Item) error {
	var got ledger.Amount
	for _, x := range b.Balances() {
		if it.Where.Match(&x.Key) && (it.Sub == "" || it.Sub == x.Key.Sub) {
			got += x.Net
		}
	}
	if got != it.Amount {
		return fmt.Errorf("got %s, want %s", got.Grouped(), it.Amount.Grouped())
	}
	return nil
}
