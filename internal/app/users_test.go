package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
)

func addUser(t *testing.T, a *App, u NewUser) (auth.Who, string) {
	t.Helper()
	who, token, err := a.AddUser(t.Context(), auth.LocalOperator, "add-user-key-00001", u)
	if err != nil {
		t.Fatal(err)
	}
	return who, token
}

// TestReplacedTokenStopsAtOnce replaces a token that is in use: the account stays
// what it was, the old token is refused, and the log holds both.
func TestReplacedTokenStopsAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		who, first := addUser(t, a, NewUser{Name: "王会计", Role: auth.Finance, County: testCounty})
		if got, err := a.Authenticate(t.Context(), first); err != nil || got != who {
			t.Fatalf("the first token: %+v, %v", got, err)
		}
		lot := testLot(1)
		key := Request{County: testCounty, Who: who, Key: "sent-under-the-old-one", Raw: []byte("body")}
		if _, err := a.Do(t.Context(), key, lot); err != nil {
			t.Fatal(err)
		}
		tokens := []string{first}
		for i := range 3 {
			token, err := a.ReplaceToken(t.Context(), auth.LocalOperator, fmt.Sprintf("replace-token-%06d", i), "王会计")
			if err != nil {
				t.Fatal(err)
			}
			for _, old := range tokens {
				if _, err := a.Authenticate(t.Context(), old); !errors.Is(err, auth.ErrUnauthenticated) {
					t.Errorf("an old token after %d: %v, want ErrUnauthenticated", i, err)
				}
			}
			if got, err := a.Authenticate(t.Context(), token); err != nil || got != who {
				t.Errorf("token %d: %+v, %v, want %+v", i, got, err, who)
			}
			tokens = append(tokens, token)
		}
		if out, err := a.Do(t.Context(), key, lot); err != nil || !out.Replayed {
			t.Errorf("the same request under the new token: %+v, %v, want a replay", out, err)
		}
		recs, err := db.RecordsOfKind(t.Context(), d.Read, 0, kindToken)
		if err != nil || len(recs) != 3 {
			t.Errorf("%d records of tokens, %v, want 3", len(recs), err)
		}
		users, err := a.Users(t.Context())
		if err != nil || len(users) != 1 || users[0] != who {
			t.Errorf("accounts: %+v, %v", users, err)
		}
		if err := a.RevokeUser(t.Context(), auth.LocalOperator, "revoke-user-000001", "王会计"); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Authenticate(t.Context(), tokens[3]); !errors.Is(err, auth.ErrUnauthenticated) {
			t.Errorf("the token of a revoked account: %v", err)
		}
		if _, err := a.ReplaceToken(t.Context(), auth.LocalOperator, "replace-revoked-001", "王会计"); !errors.Is(err, ErrUserUnknown) {
			t.Errorf("a token for a revoked account: %v", err)
		}
	})
}

// TestTokensReplacedAtOnceLeaveOne replaces one account's token from eight sides.
func TestTokensReplacedAtOnceLeaveOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		_, first := addUser(t, a, NewUser{Name: "王会计", Role: auth.Finance})
		tokens := make([]string, 8)
		var wg sync.WaitGroup
		for i := range tokens {
			wg.Go(func() {
				token, err := a.ReplaceToken(context.Background(), auth.LocalOperator, fmt.Sprintf("replace-at-once-%04d", i), "王会计")
				if err != nil {
					t.Errorf("replacement %d: %v", i, err)
				}
				tokens[i] = token
			})
		}
		wg.Wait()
		valid := 0
		for _, token := range slices.Concat(tokens, []string{first}) {
			if _, err := a.Authenticate(t.Context(), token); err == nil {
				valid++
			}
		}
		if valid != 1 {
			t.Errorf("%d tokens are valid, want 1", valid)
		}
	})
}

// TestTokenIsShownOnce sends a command that gave a token again: another token
// would open nothing.
func TestTokenIsShownOnce(t *testing.T) {
	t.Parallel()
	a := openTest(t, dbtest.SQLite(t), t.TempDir())
	u := NewUser{Name: "王会计", Role: auth.Finance}
	addUser(t, a, u)
	if _, _, err := a.AddUser(t.Context(), auth.LocalOperator, "add-user-key-00001", u); !errors.Is(err, ErrTokenShown) {
		t.Errorf("the account again: %v, want ErrTokenShown", err)
	}
	for i, want := range []error{nil, ErrTokenShown} {
		if _, err := a.ReplaceToken(t.Context(), auth.LocalOperator, "replace-once-0001", u.Name); !errors.Is(err, want) {
			t.Errorf("replacement %d: %v, want %v", i, err, want)
		}
	}
}

// TestNoTownshipIsTheCounty: the county's book is nobody's unit.
func TestNoTownshipIsTheCounty(t *testing.T) {
	t.Parallel()
	a := openTest(t, dbtest.SQLite(t), t.TempDir())
	u := NewUser{Name: "zhang", Role: auth.Township, County: testCounty, Unit: string(ledger.County)}
	if _, _, err := a.AddUser(t.Context(), auth.LocalOperator, "add-the-county-01", u); !errors.Is(err, ErrUserName) {
		t.Errorf("a township named C: %v, want ErrUserName", err)
	}
	who := auth.Who{Role: auth.Township, County: testCounty, Unit: u.Unit}
	if err := a.Books(t.Context(), who, testCounty, func(context.Context, Books) error { return nil }); !errors.Is(err, auth.ErrForbidden) {
		t.Errorf("the books of a township named C: %v, want ErrForbidden", err)
	}
}
