package translog_test

import (
	"crypto/sha256"
	"errors"
	"math/big"
	"strings"
	"testing"

	"fundbook/internal/translog"

	"pgregory.net/rapid"
)

// TestCode compares the bit shifting with plain big-number arithmetic, and types
// the code in every way a person might.
func TestCode(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digest := [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "digest"))
		sum := sha256.Sum256([]byte("fundbook/code/v1\x00" + string(digest[:])))
		n := new(big.Int).SetBytes(sum[:])
		n.Rsh(n, 256-65)
		want := ""
		for range 13 {
			d := new(big.Int)
			n.DivMod(n, big.NewInt(32), d)
			want = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[d.Int64():d.Int64()+1] + want
		}
		code := translog.Code(digest)
		if code != want {
			t.Fatalf("Code(%x) = %s, want %s", digest, code, want)
		}
		typed := ""
		for _, r := range code {
			forms := []string{string(r), strings.ToLower(string(r)), string(r + '０' - '0'), string(r) + " ", "-" + string(r)}
			switch r {
			case '1':
				forms = append(forms, "i", "I", "l", "L", "ｌ")
			case '0':
				forms = append(forms, "o", "O", "Ｏ")
			}
			typed += rapid.SampledFrom(forms).Draw(t, "form")
		}
		if got, err := translog.NormalizeCode(typed); err != nil || got != code {
			t.Fatalf("NormalizeCode(%q) = %q, %v, want %q", typed, got, err, code)
		}
	})
}

func TestNormalizeCodeRefuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "123", "00000000000000", "000000000000U", "000000000000!", "000000000000\x00", "零000000000000", "000000000000\xff", strings.Repeat(" ", 201)} {
		if got, err := translog.NormalizeCode(s); !errors.Is(err, translog.ErrCode) {
			t.Errorf("NormalizeCode(%q) = %q, %v", s, got, err)
		}
	}
}

// FuzzNormalizeCode: what is accepted is a code, and normal.
func FuzzNormalizeCode(f *testing.F) {
	f.Add("oil8-ABCDE-ｆｇｈｊ")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := translog.NormalizeCode(s)
		if err != nil {
			return
		}
		if again, err := translog.NormalizeCode(got); err != nil || again != got || len(got) != 13 {
			t.Fatalf("NormalizeCode(%q) = %q, then %q, %v", s, got, again, err)
		}
	})
}
