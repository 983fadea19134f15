package audit_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"fundbook/audit"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

func export(t *testing.T, d *db.DB, fn func(ctx context.Context, q bun.IDB, county int32, b *bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	err := d.ReadTx(t.Context(), func(ctx context.Context, q bun.IDB) error { return fn(ctx, q, 360726, &b) })
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// hostile is text that means something to hledger and to spreadsheets.
const hostile = "=1+1; a:b, c|d (e) \"f\""

// TestHledgerAcceptsTheBooks runs the real hledger: strict checks pass, and every
// balance is the store's to the fen.
func TestHledgerAcceptsTheBooks(t *testing.T) {
	t.Parallel()
	bin, err := exec.LookPath("hledger")
	if err != nil {
		needed(t, "hledger is not installed")
	}
	d := dbtest.SQLite(t)
	s := newStore(t, d)
	fillRich(s)
	lot := lotID("A中央1")
	s.post(ledger.Posting{
		Event: "E04", Date: day("2027-01-04"), Into: "7103", Unit: hostile, Memo: hostile,
		Parts: []ledger.Part{{Lot: lot, Amount: fen("0.01"), Note: hostile}},
	})
	path := filepath.Join(t.TempDir(), "books.journal")
	writeStore(t, filepath.Dir(path), "books.journal", export(t, d, func(ctx context.Context, q bun.IDB, c int32, b *bytes.Buffer) error {
		return audit.ExportHledger(ctx, q, c, b)
	}))
	run := func(args ...string) []byte {
		cmd := exec.CommandContext(t.Context(), bin, append([]string{"-f", path}, args...)...)
		cmd.Env = append(cmd.Environ(), "LANG=C.UTF-8", "LC_ALL=C.UTF-8")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("hledger %v: %v\n%s", args, err, out)
		}
		return out
	}
	run("check", "-s")
	rows, err := csv.NewReader(bytes.NewReader(run("bal", "--flat", "-E", "-N", "-O", "csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range rows[1:] {
		got[r[0]] = strings.TrimPrefix(r[1], "CNY ")
	}
	compareBalances(t, d, got)
	if tags := string(run("tags")); !strings.Contains(tags, "voucher") || !strings.Contains(tags, "reverses") {
		t.Errorf("tags: %s", tags)
	}
	// Control: one fen off is refused.
	body := strings.Replace(string(readFile(t, path)), "CNY 1.01 ", "CNY 1.02 ", 1)
	writeStore(t, filepath.Dir(path), "books.journal", []byte(body))
	if out, err := exec.CommandContext(t.Context(), bin, "-f", path, "check", "-s").CombinedOutput(); err == nil {
		t.Errorf("control: a changed amount passes: %s", out)
	}
}

// compareBalances compares by account code and lot with the day totals.
func compareBalances(t *testing.T, d *db.DB, got map[string]string) {
	t.Helper()
	var rows []struct {
		Account, Book, Code string
		Net                 int64
	}
	err := d.Read.NewRaw(`SELECT k.account, k.book, l.code, sum(t.debit - t.credit) AS net FROM account_key k
 JOIN day_total t ON t.key = k.id JOIN lot l ON l.county = k.county AND l.id = k.lot GROUP BY k.account, k.book, l.code`).Scan(t.Context(), &rows)
	if err != nil {
		t.Fatal(err)
	}
	sums := map[[3]string]ledger.Amount{}
	for name, amount := range got {
		p := strings.Split(name, ":")
		book := "C"
		if town, ok := strings.CutPrefix(p[0], "乡镇账 "); ok {
			book = town
		}
		if amount == "0" {
			amount = "0.00"
		}
		sums[[3]string{p[2][:4], book, strings.TrimPrefix(p[3], "批次 ")}] += fen(amount)
	}
	if len(rows) < 20 || len(sums) != len(rows) {
		t.Errorf("%d accounts in the store, %d in hledger", len(rows), len(sums))
	}
	for _, r := range rows {
		if g := sums[[3]string{r.Account, r.Book, r.Code}]; int64(g) != r.Net {
			t.Errorf("%s %s %s: hledger %s, store %s", r.Book, r.Account, r.Code, g, ledger.Amount(r.Net))
		}
	}
}

// TestJournalCSV reads the journal back: every line stands in it, debits equal
// credits, and no cell begins like a formula.
func TestJournalCSV(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		fillRich(s)
		s.post(ledger.Posting{Event: "E01", Date: day("2027-01-04"), Memo: "@SUM(A1)", Parts: []ledger.Part{{Lot: lotID("A中央1"), Amount: 1, Note: hostile}}})
		body := export(t, d, func(ctx context.Context, q bun.IDB, c int32, b *bytes.Buffer) error {
			return audit.ExportJournalCSV(ctx, q, c, b)
		})
		text, ok := bytes.CutPrefix(body, []byte("\ufeff"))
		if !ok || !bytes.HasSuffix(body, []byte("\r\n")) {
			t.Error("no byte order mark, or another line end")
		}
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var lines int
		if err := d.Read.NewRaw("SELECT count(*) FROM line WHERE county = 360726").Scan(t.Context(), &lines); err != nil {
			t.Fatal(err)
		}
		if len(rows) != lines+1 {
			t.Errorf("%d rows, %d lines", len(rows)-1, lines)
		}
		var debit, credit ledger.Amount
		for _, r := range rows[1:] {
			for i, c := range r {
				if i != 19 && i != 20 && strings.ContainsAny(c[:min(1, len(c))], "=+-@") {
					t.Errorf("column %d: %q is a formula", i, c)
				}
			}
			if r[19] != "" {
				debit += fen(r[19])
			} else {
				credit += fen(r[20])
			}
		}
		if debit != credit || debit == 0 {
			t.Errorf("debits %s, credits %s", debit, credit)
		}
	})
}
