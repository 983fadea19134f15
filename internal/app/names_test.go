package app

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// TestNamesThatLookAlikeAreRefused tries forms of a name that the eye cannot tell
// from it, in postings, lots, periods and accounts.
func TestNamesThatLookAlikeAreRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		lot := testLot(1)
		a.must(t, "register-lot-0001", lot)
		a.must(t, "issue-some-fen-01", issue(lot.ID, 100_000))
		for i, name := range []string{"交通\u200b局", "交通局\u3000", "Ａ局", "交通局(本级)", "\ufeff交通局"} {
			key := fmt.Sprintf("looks-alike-%04d", i)
			for what, p := range map[string]ledger.Posting{
				"unit":     allot(lot.ID, 1, "7103", name),
				"township": onJune("E04c", "", lot.ID, 1, func(p *ledger.Posting) { p.Township = ledger.Book(name) }),
				"pool":     onJune("E05", "", lot.ID, 1, func(p *ledger.Posting) { p.From, p.Pool = "7101", name }),
				"project":  onJune("E07", "", lot.ID, 1, func(p *ledger.Posting) { p.From, p.Unit, p.Project = "7101", "交通局", name }),
			} {
				err := a.attempt(t, key+what, RawPost{Items: []ledger.Posting{p}})
				if !errors.Is(err, ledger.ErrKey) || !strings.Contains(fault.From(err).Detail, ledger.CleanName(name)) {
					t.Errorf("%s %q: %v, want %s with the name to write", what, name, err, ledger.ErrKey.Code)
				}
			}
			l := testLot(byte(10 + i))
			l.Code = name
			if err := a.attempt(t, key+"lot", l); !errors.Is(err, ledger.ErrLotInvalid) {
				t.Errorf("lot %q: %v, want %s", name, err, ledger.ErrLotInvalid.Code)
			}
		}
		a.must(t, "a-name-as-it-is-01", PostCmd{Items: []ledger.Posting{allot(lot.ID, 1, "7103", "𠮷安局（本级）")}})
	})
}
