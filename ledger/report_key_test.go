package ledger_test

import (
	"testing"

	"pgregory.net/rapid"

	"fundbook/ledger"
)

func TestParseKeyQuery(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]ledger.KeyQuery{
		"id:12":                          {ID: 12},
		"1001":                           {Account: "1001"},
		"72":                             {Account: "72"},
		"1001:K1":                        {Account: "1001", Lot: "K1"},
		"C:1001":                         {Book: "C", Account: "1001"},
		"C:1001:K1":                      {Book: "C", Account: "1001", Lot: "K1"},
		"1001:1002:1003":                 {Book: "1001", Account: "1002", Lot: "1003"},
		":7202:,project=J1":              {Account: "7202", Project: "J1"},
		"C::K1":                          {Book: "C", Lot: "K1"},
		"::,group=B,unit=安远县 交通局":        {Group: "B", Unit: "安远县 交通局"},
		"C:7204.P:K1,project=J%2C1,only": {Book: "C", Account: "7204", Sub: "P", Lot: "K1", Project: "J,1", Exact: true},
		"C:6101.02.Y:K1":                 {Book: "C", Account: "6101", Sub: "02.Y", Lot: "K1"},
		"C:1102.L:K1,peer=K2,only":       {Book: "C", Account: "1102", Sub: "L", Lot: "K1", Peer: "K2", Exact: true},
		"9:1001:":                        {Book: "9", Account: "1001"},
		"C:6101.02.N":                    {Book: "C", Account: "6101", Sub: "02.N"},
		"%69d:1001:K1":                   {Book: "id", Account: "1001", Lot: "K1"},
	} {
		got, err := ledger.ParseKeyQuery(text)
		if err != nil || got != want {
			t.Errorf("ParseKeyQuery(%q) = %+v, %v, want %+v", text, got, err, want)
		}
		again, err := ledger.ParseKeyQuery(got.String())
		if err != nil || again != got {
			t.Errorf("ParseKeyQuery(%q) = %+v, %v, want %+v", got, again, err, got)
		}
	}
}

func TestParseKeyQueryRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                         "ledger.account_text",
		"id:":                      "ledger.account_text",
		"id:0":                     "ledger.account_text",
		"id:012":                   "ledger.account_text",
		"id:-3":                    "ledger.account_text",
		"id:99999999999":           "ledger.account_text",
		"id:12,only":               "ledger.account_text",
		"C:1001:K1:K2":             "ledger.account_text",
		"C:1001:K1,projekt=J1":     "ledger.account_text",
		"C:1001:K1,project=":       "ledger.account_text",
		"C:1001:K1,project=a%2":    "ledger.account_text",
		"C:1001:K1,project=%zz":    "ledger.account_text",
		"C:1001:K1,unit=1,unit=2":  "ledger.account_text",
		"C:1001:K1,lot=K2":         "ledger.account_text",
		"C:1001:K1,only,unit=T1":   "ledger.account_text",
		"C:1001.:K1":               "ledger.account_text",
		"C:1009:K1":                "ledger.account_unknown",
		"8":                        "ledger.account_unknown",
		"10011":                    "ledger.account_unknown",
		"C:1001:,only":             "ledger.filter_value",
		"C:10:K1,only":             "ledger.filter_value",
		"C:1001:K1,group=X":        "ledger.filter_value",
		"C:7204.Z:K1":              "ledger.filter_value",
		"C:1001:K1,project=%00":    "ledger.filter_value",
		"C:1001:K1,project=%ff%fe": "ledger.filter_value",
	} {
		if got, err := ledger.ParseKeyQuery(text); codeOf(err) != want {
			t.Errorf("ParseKeyQuery(%q) = %+v, %v, want %s", text, got, err, want)
		}
	}
}

// TestKeyQueryRoundTrips: every key that the chart permits prints to a text that
// reads back to it, whatever its dimensions are called.
func TestKeyQueryRoundTrips(t *testing.T) {
	t.Parallel()
	chart := ledger.Chart()
	word := rapid.StringN(1, 16, 64).Filter(func(s string) bool {
		for _, r := range s {
			if r == 0 || r == 0xFFFD {
				return false
			}
		}
		return true
	})
	rapid.Check(t, func(t *rapid.T) {
		a := chart[rapid.IntRange(0, len(chart)-1).Draw(t, "account")]
		k := ledger.Key{Book: ledger.Book(word.Draw(t, "book")), Account: a.Code}
		if len(a.Subs) > 0 {
			k.Sub = rapid.SampledFrom(a.Subs).Draw(t, "sub")
		}
		for _, dim := range []*string{&k.Project, &k.Contract, &k.Payee, &k.Unit, &k.Pool} {
			if rapid.Bool().Draw(t, "has") {
				*dim = word.Draw(t, "dim")
			}
		}
		q := ledger.KeyQueryOf(k, word.Draw(t, "lot"), word.Draw(t, "peer"))
		got, err := ledger.ParseKeyQuery(q.String())
		if err != nil || got != q {
			t.Fatalf("ParseKeyQuery(%q) = %+v, %v, want %+v", q.String(), got, err, q)
		}
	})
}

func FuzzParseKeyQuery(f *testing.F) {
	for _, s := range []string{"id:12", "1001", "C:7204.P:K1,project=J%2C1,only", ":::,", "%", "C:1001:K1,project=\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := ledger.ParseKeyQuery(text)
		if err != nil {
			return
		}
		if again, err := ledger.ParseKeyQuery(q.String()); q != (ledger.KeyQuery{}) && (err != nil || again != q) {
			t.Errorf("%q reads as %+v, which prints %q and reads as %+v, %v", text, q, q.String(), again, err)
		}
	})
}
