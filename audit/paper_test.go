package audit_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
)

// TestIssuedPDFChangesUnseen: the paper that was issued is read again and compared
// with its hash in the record.
func TestIssuedPDFChangesUnseen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		item := fillPublic(s)
		s.Close()
		papers, err := fs.Glob(s.Papers(), "*.pdf")
		if err != nil || len(papers) != 1 {
			t.Fatalf("papers: %v, %v", papers, err)
		}
		path := filepath.Join(s.data, "notices", papers[0])
		honest := readFile(t, path)
		run := func() audit.Report {
			t.Helper()
			r, err := audit.Verify(t.Context(), d, audit.Options{Full: true, County: tenant, Papers: s.Papers()})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		if r := run(); !r.OK {
			t.Fatalf("control: %+v", r.Bad)
		}
		write := func(body []byte) {
			t.Helper()
			if err := os.WriteFile(path, body, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		changed := append([]byte(nil), honest...)
		changed[len(changed)/2] ^= 1
		for name, x := range map[string]struct {
			do   func()
			says string
		}{
			"a byte":    {func() { write(changed) }, "改动"},
			"cut short": {func() { write(honest[:len(honest)-1]) }, "改动"},
			"gone":      {func() {}, "缺失"},
			"a folder": {func() {
				if err := os.Mkdir(path, 0o700); err != nil {
					t.Fatal(err)
				}
			}, "不能读取"},
		} {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			x.do()
			r := run()
			mustName(t, r, "notice.paper", 9, item.Code, papers[0], x.says)
			if list := named(r, "notice.paper"); len(list) != 1 || list[0].Seq != item.Seq || len(r.Bad) != 1 {
				t.Errorf("%s: %+v, want record %d alone", name, r.Bad, item.Seq)
			}
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		write(honest)
		if r := run(); !r.OK {
			t.Errorf("the PDF put back: %+v", r.Bad)
		}
	})
}

// TestLaterLotLeavesANoticeAsItWas: a lot registered under a document after its
// notice stood among the sources when the content was derived again, so the notice
// was taken for a changed one for ever.
func TestLaterLotLeavesANoticeAsItWas(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		item := fillPublic(s)
		_, err := s.Do(t.Context(), app.Request{County: tenant, Who: finance, Key: "register-a-later-lot", Raw: []byte("{}")}, app.LotCmd{Lot: ledger.Lot{
			Code: "LATER", Tier: ledger.TierCentral, Class: ledger.ClassXJ, Document: item.About, Line: 900, Name: "样例资金", Year: 2026,
		}})
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.VerifyCode(t.Context(), item.Code)
		if err != nil || v.Verdict != "与台账一致" {
			t.Errorf("the notice's code: %q, %v", v.Verdict, err)
		}
		r, err := audit.Verify(t.Context(), d, audit.Options{Full: true, County: tenant, Papers: s.Papers()})
		if err != nil || !r.OK {
			t.Errorf("%v %+v", err, r.Bad)
		}
	})
}
