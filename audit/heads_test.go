package audit_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"fundbook/audit"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/translog"
	"fundbook/ledger"
)

// countyTables hold rows of one county each.
var countyTables = []string{
	"line", "record", "voucher", "voucher_series", "reversal", "tile", "signed_head", "lot", "period_close", "policy", "account_key", "head",
}

// TestRemovedCountyLeavesNoTrace: a store does not miss a county that was taken
// away whole; a head kept outside does, in every way that it can disagree.
func TestRemovedCountyLeavesNoTrace(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		lot := s.lot("A", "1000.00")
		note, err := s.SignHead(t.Context(), county)
		if err != nil {
			t.Fatal(err)
		}
		s.post(ledger.Posting{Event: "E01", Date: day("2026-05-01"), Parts: part(lot, "1.00")})
		s.Close()
		head, err := translog.ParseCheckpoint(note[:strings.LastIndex(note, "\n\n")+1])
		if err != nil {
			t.Fatal(err)
		}
		sign := func(c translog.Checkpoint, skey string) string {
			t.Helper()
			signer, err := translog.NewSigner(skey)
			if err != nil {
				t.Fatal(err)
			}
			out, err := translog.Sign(c, signer)
			if err != nil {
				t.Fatal(err)
			}
			return string(out)
		}
		own, err := translog.ReadKeyFile(s.data + "/keys/" + county + ".key")
		if err != nil {
			t.Fatal(err)
		}
		stranger, _, err := translog.GenerateKey(head.Origin)
		if err != nil {
			t.Fatal(err)
		}
		with := func(fn func(c *translog.Checkpoint)) translog.Checkpoint {
			c := head
			fn(&c)
			return c
		}
		check := func(note, code string, law int) {
			t.Helper()
			both(t, d, audit.Options{Heads: []string{note}}, func(r audit.Report) {
				if code == "" && !r.OK {
					t.Errorf("control: %+v", r.Bad)
				}
				if code != "" {
					mustName(t, r, code, law)
				}
			})
		}
		check(note, "", 0)
		check(sign(head, stranger), "head.signature", 5)
		check(sign(with(func(c *translog.Checkpoint) { c.Root[0] ^= 1 }), own), "head.root", 5)
		check(sign(with(func(c *translog.Checkpoint) { c.Size += 1000 }), own), "head.truncated", 4)
		check("no head", "head.malformed", 5)
		if _, err := audit.Verify(t.Context(), d, audit.Options{County: "000000", Heads: []string{note}}); !errors.Is(err, audit.ErrOtherHead) {
			t.Errorf("a head of a county that is left out: %v", err)
		}

		var gone []string
		for _, table := range countyTables {
			gone = append(gone, "DELETE FROM "+table+" WHERE county = 360726")
		}
		tamper(t, d, append(gone, fmt.Sprintf("DELETE FROM day_total WHERE key >= %d", int64(360726)<<32))...)
		both(t, d, audit.Options{}, func(r audit.Report) {
			if !r.OK || len(r.Counties) != 0 {
				t.Errorf("without a head from outside: %+v", r)
			}
		})
		check(note, "county.missing", 4)
		both(t, d, audit.Options{Heads: []string{note}}, func(r audit.Report) {
			if list := named(r, "county.missing"); len(list) != 1 || list[0].County != county || list[0].Seq != 1 || !strings.Contains(list[0].Detail, fmt.Sprintf("%d 条记录", head.Size)) {
				t.Errorf("%+v, want record 1 of %s and %d records", r.Bad, county, head.Size)
			}
		})
	})
}
