package app_test

import (
	"bytes"
	"errors"
	"testing"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/translog"
	"fundbook/ledger"
	"fundbook/publicity"
)

// keysOf are the public keys of the county's log.
func (b *store) keysOf() []translog.PublicKey {
	b.t.Helper()
	keys, err := app.PublicKeys(b.t.Context(), b.db.Read, countyNo)
	if err != nil {
		b.t.Fatal(err)
	}
	return keys
}

// TestANoticeIsProvedOffline checks a notice with nothing but its paper, its proof and a
// key: the true one holds, and a year of records later still does; an edited paper, a
// forged content, a damaged head and another county's key are told apart.
func TestANoticeIsProvedOffline(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		b.divisions()
		code := b.householdProject("", map[ledger.LotID]string{b.lot("L1", "10000.00"): "10000.00"}).Code
		item := b.mustIssue(publicity.N5, code, "2026-06-01", "")
		paper, err := b.NoticePDF(t.Context(), county, item.ID)
		if err != nil {
			t.Fatal(err)
		}
		prove := func() []byte {
			t.Helper()
			proof, err := b.NoticeProof(t.Context(), county, item.Code)
			if err != nil {
				t.Fatal(err)
			}
			return proof
		}
		keys := b.keysOf()
		first := prove()
		for name, proof := range map[string][]byte{"at once": first, "later": func() []byte { b.lot("L2", "1.00"); return prove() }()} {
			claim, err := audit.CheckNotice(proof, paper, keys)
			if err != nil || claim.Code != item.Code || claim.County != county || claim.Sheet.Title != item.Title {
				t.Fatalf("%s: %+v, %v", name, claim, err)
			}
			if got := claim.Sheet.Parts[1].Table.Total[3].N; got != int64(fen("10000.00")) {
				t.Errorf("%s: the proof says %d fen", name, got)
			}
		}
		edited := bytes.Clone(paper)
		edited[len(edited)/2] ^= 1
		if claim, err := audit.CheckNotice(first, edited, keys); !errors.Is(err, audit.ErrNoticePaper) || claim.Code != item.Code {
			t.Errorf("an edited paper: %v", err)
		}
		bundle, err := translog.ParseBundle(first)
		if err != nil {
			t.Fatal(err)
		}
		for i := range bundle.Extra { // any byte of the record or of the content
			if i%7 != 0 {
				continue
			}
			forged := bundle
			forged.Extra = bytes.Clone(bundle.Extra)
			forged.Extra[i] ^= 1
			if _, err := audit.CheckNotice(forged.Text(), paper, keys); !errors.Is(err, audit.ErrNoticeProof) {
				t.Fatalf("byte %d of the content changed: %v", i, err)
			}
		}
		head := bundle
		head.Head = bytes.Replace(bundle.Head, []byte("\n\n"), []byte("x\n\n"), 1)
		if _, err := audit.CheckNotice(head.Text(), paper, keys); err == nil {
			t.Error("a forged head is believed")
		}
		_, other, err := translog.GenerateKey(translog.Origin(county))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := audit.CheckNotice(first, paper, []translog.PublicKey{{VKey: other}}); !errors.Is(err, audit.ErrNoticeProof) {
			t.Errorf("under a key of somebody else: %v", err)
		}
	})
}

// TestACodeTellsWhatBecameOfItsNotice: equal, corrected, withdrawn.
func TestACodeTellsWhatBecameOfItsNotice(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		b.divisions()
		code := b.householdProject("", map[ledger.LotID]string{b.lot("L1", "10000.00"): "10000.00"}).Code
		first := b.mustIssue(publicity.N5, code, "2026-06-01", "")
		says := func(n publicity.ListItem, want, by string) {
			t.Helper()
			v, err := b.VerifyCode(t.Context(), n.Code)
			if err != nil || v.Verdict != want || v.ReplacedBy != by {
				t.Errorf("%s: %s %s, %v; want %s %s", n.Code, v.Verdict, v.ReplacedBy, err, want, by)
			}
		}
		says(first, app.VerdictEqual, "")
		second := b.mustIssue(publicity.N5, code, "2026-06-02", first.Code)
		says(first, app.VerdictCorrected, second.Code)
		says(second, app.VerdictEqual, "")
		b.must("notice.withdraw", publicity.WithdrawCmd{Notice: second.Code, On: day("2026-06-03"), Reason: "内容有误"})
		says(second, app.VerdictWithdrawn, "")
		if _, err := b.issue(finance, publicity.N6, code, "2026-06-02", second.Code); !errors.Is(err, publicity.ErrNotYet) {
			t.Errorf("a notice of what has not come about: %v", err)
		}
		if _, err := b.issue(finance, publicity.N5, code, "2026-06-04", second.Code); !errors.Is(err, publicity.ErrWithdrawn) {
			t.Errorf("a correction of a withdrawn notice: %v", err)
		}
	})
}
