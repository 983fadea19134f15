package ledger

import (
	"math"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The vectors are printed by spec/formats.py, a second implementation; the
// first sixteen are those of DOMAIN 9, from published rules.
func TestWordsOfTheSpec(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/amount_words.tsv")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 3 {
			continue
		}
		n++
		var a Amount
		if err := a.UnmarshalText([]byte(fields[0])); err != nil {
			t.Fatal(err)
		}
		if got := a.Words(); got != fields[1] {
			t.Errorf("Words(%s) = %s, want %s", fields[0], got, fields[1])
		}
		if got := a.Wan(); got != fields[2] {
			t.Errorf("Wan(%s) = %s, want %s", fields[0], got, fields[2])
		}
	}
	if n < 100 {
		t.Errorf("read %d vectors, want more than 100", n)
	}
}

func TestWordsAtTheEdges(t *testing.T) {
	t.Parallel()
	for a, want := range map[Amount]string{
		MaxLine:       "人民币壹兆元整",
		-1:            "人民币负壹分",
		-123450:       "人民币负壹仟贰佰叁拾肆元伍角整",
		math.MaxInt64: "人民币玖京贰仟贰佰叁拾叁兆柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元零柒分",
		math.MinInt64: "人民币负玖京贰仟贰佰叁拾叁兆柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元零捌分",
	} {
		if got := a.Words(); got != want {
			t.Errorf("Words(%d) = %s, want %s", int64(a), got, want)
		}
	}
}

// Words are read back by a reader that knows nothing of how they are written,
// also beyond what ParseAmount lets pass.
func TestWordsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		// Figures with many zeros are where the rules are: draw them digit by digit.
		var fen uint64
		for range rapid.IntRange(1, 18).Draw(t, "digits") {
			fen = fen*10 + rapid.SampledFrom([]uint64{0, 0, 0, 1, 5, 9}).Draw(t, "digit")
		}
		text := Amount(fen).Words()
		got, rule := parseNumerals(strings.TrimPrefix(text, "人民币"), fenPerYuan)
		if rule != nil || got != fen {
			t.Fatalf("%s reads as %d, %v; want %d", text, got, rule, fen)
		}
		if strings.Contains(text, "零零") || strings.Contains(text, "零元") && fen >= 100 || strings.HasSuffix(text, "整") != (fen%10 == 0) {
			t.Fatalf("%d is written %s", fen, text)
		}
	})
}
