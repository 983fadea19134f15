package ledger

import (
	"errors"
	"testing"

	"fundbook/internal/translog"
)

// FuzzResumeStatement: whatever a cursor says, reading it never fails otherwise
// than by ErrCursor, and one that is accepted is exactly what would be written.
func FuzzResumeStatement(f *testing.F) {
	good, err := statementCursor(360726, StatementQuery{
		Account: KeyQuery{Account: "1001", Lot: "K1"}, At: At{KnownAt: 9}, From: MinDate,
	}, linePlace{20240105, 8, 2})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("")
	f.Add("AAAA")
	bad, err := sealCursor(cursorStatement, 360726, func(e *translog.Encoder) { e.Text("C:1001:K1") })
	if err != nil {
		f.Fatal(err)
	}
	f.Add(bad)
	f.Fuzz(func(t *testing.T, text string) {
		q, after, err := resumeStatement(360726, StatementQuery{}, text)
		if err != nil {
			if !errors.Is(err, ErrCursor) {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		again, err := statementCursor(360726, q, after)
		if err != nil || again != text {
			t.Errorf("%q reads as %+v after %+v, which is written %q, %v", text, q, after, again, err)
		}
	})
}
