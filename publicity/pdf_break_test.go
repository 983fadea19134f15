package publicity

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// The rules as GB/T 15834 states them, written down apart from the breaker's
// own lists.
const (
	neverFirst = "，。、；：？！）》」』】〕〉〗］｝’”％·,.;:?!)]}%"
	neverLast  = "（《「『【〔〈〖［｛‘“([{"
)

// violations counts lines that begin or end with a mark that may not stand
// there, and pairs of —— and …… that are torn.
func violations(lines []line) int {
	bad := 0
	for i, l := range lines[1:] {
		if lines[i].last || l.text == "" {
			continue
		}
		first := []rune(l.text)[0]
		before := []rune(strings.TrimRight(lines[i].text, " "))
		last := before[len(before)-1]
		if strings.ContainsRune(neverFirst, first) || strings.ContainsRune(neverLast, last) ||
			first == last && strings.ContainsRune("—…", first) {
			bad++
		}
	}
	return bad
}

func joinLines(lines []line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.text)
	}
	return b.String()
}

func opinion(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("testdata/anyuan-2019-implementation-opinion.txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(b), "\r", "")
}

func TestBreakText(t *testing.T) {
	t.Parallel()
	s := setting{fonts: builtin(t), face: faceSong, size: 20} // one character is 10 pt
	em := s.size.em()
	for _, c := range []struct {
		name, text string
		ems        length
		hang       bool
		want       []string
	}{
		{"plain", "公开分配结果", 4, false, []string{"公开分配", "结果"}},
		{"a closing mark is pushed with its character", "公开分配，结果", 4, false, []string{"公开分", "配，结果"}},
		{"a closing mark hangs", "公开分配，结果", 4, true, []string{"公开分配，", "结果"}},
		{"two closing marks do not hang", "公开分配》，结果", 4, true, []string{"公开分", "配》，结", "果"}},
		{"an opening mark goes down", "公开分《配结果》", 4, false, []string{"公开分", "《配结", "果》"}},
		{"a figure stays whole", "共计12,345.67元整", 6, false, []string{"共计", "12,345.67元", "整"}},
		{"an amount stays with its unit", "公开共计12.50元整", 7, false, []string{"公开共计", "12.50元整"}},
		{"a dash stays whole", "公开分——配", 4, false, []string{"公开分", "——配"}},
		{"a connector does not begin a line", "期间二零—一零", 4, false, []string{"期间二", "零—一零"}},
		{"a line feed ends a paragraph", "公开\n分配", 4, false, []string{"公开", "分配"}},
		{"an empty paragraph stays", "公开\n\n分配", 4, false, []string{"公开", "", "分配"}},
		{"a space stays at the end", "公开分配 结果", 4, false, []string{"公开分配 ", "结果"}},
		{"a word longer than the line is broken", "见abcdefghijklmnopqrst", 4, false, []string{"见abcdef", "ghijklmn", "opqrst"}},
		{"beyond plane 0", "坋坵𬭚岗㙟下", 3, false, []string{"坋坵𬭚", "岗㙟下"}},
		{"nothing", "", 4, false, []string{""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := s
			s.hang = c.hang
			var got []string
			for _, l := range s.breakText(c.text, c.ems*em+em/2, 0) {
				got = append(got, l.text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("breakText(%q) (-want +got):\n%s", c.text, diff)
			}
		})
	}
}

// TestBreakOpinion breaks the whole opinion at many widths: no character is
// lost, no line breaks the rules, and none is too long.
func TestBreakOpinion(t *testing.T) {
	t.Parallel()
	fonts, text := builtin(t), opinion(t)
	want := strings.ReplaceAll(text, "\n", "")
	rng := rand.New(rand.NewPCG(2019, 2))
	total, bad := 0, 0
	for range 150 {
		s := setting{fonts: fonts, face: faceSong, size: sizeBody, hang: rng.IntN(2) == 0}
		width := 20*mm + length(rng.IntN(int(136*mm)))
		indent := 2 * s.size.em()
		if width < 4*indent {
			indent = 0 // two characters of room leave the rules no choice
		}
		lines := s.breakText(text, width, indent)
		if joinLines(lines) != want {
			t.Fatalf("the lines at %d µm do not join to the text", width)
		}
		total, bad = total+len(lines), bad+violations(lines)
		for _, l := range lines {
			limit := width
			if l.hung {
				limit += s.size.em()
			}
			if w := s.width(strings.TrimRight(l.text, " ")); w > limit {
				t.Fatalf("line %q is %d µm wide, room %d µm", l.text, w, limit)
			}
		}
	}
	t.Logf("%d lines, %d violations of 避头尾", total, bad)
	if bad > 0 {
		t.Errorf("%d of %d lines break the rules, want none", bad, total)
	}
}

// TestViolationsSeesThem is the negative control of the count above.
func TestViolationsSeesThem(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{{"公开", "，结果"}, {"公开（", "结果"}, {"公开—", "—结果"}, {"公开", "）"}} {
		if violations([]line{{text: pair[0]}, {text: pair[1]}}) != 1 {
			t.Errorf("violations(%q) sees nothing", pair)
		}
	}
	if n := violations([]line{{text: "公开", last: true}, {text: "“结果”"}}); n != 0 {
		t.Errorf("violations sees %d in good lines", n)
	}
}

func TestBreakLaws(t *testing.T) {
	t.Parallel()
	fonts := builtin(t)
	alphabet := []rune("公开分配结果，。、；：？！（）《》“”‘’〔〕——……·％%,.-/ 12345abcXYZ元万亿\n𬭚㙟")
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(rapid.SampledFrom(alphabet), 0, 120).Draw(t, "text"))
		s := setting{
			fonts: fonts, face: face(rapid.IntRange(0, int(faceCount)-1).Draw(t, "face")), size: sizeBody,
			spacing: length(rapid.IntRange(-80, 400).Draw(t, "spacing")), hang: rapid.Bool().Draw(t, "hang"),
		}
		width := length(rapid.IntRange(1, int(156*mm)).Draw(t, "width"))
		indent := length(rapid.IntRange(0, int(15*mm)).Draw(t, "indent"))
		lines := s.breakText(text, width, indent)
		if got, want := joinLines(lines), strings.ReplaceAll(text, "\n", ""); got != want {
			t.Fatalf("lines join to %q, want %q", got, want)
		}
		paragraphs := 0
		for _, l := range lines {
			if l.last {
				paragraphs++
			}
			if l.text == "" && !l.last {
				t.Fatalf("an empty line inside a paragraph")
			}
			if last := []rune(l.text); l.hung && !unicode.IsPunct(last[len(last)-1]) {
				t.Fatalf("%q hangs", l.text)
			}
		}
		if want := strings.Count(text, "\n") + 1; paragraphs != want {
			t.Fatalf("%d paragraphs, want %d", paragraphs, want)
		}
	})
}

func TestBalance(t *testing.T) {
	t.Parallel()
	s := setting{fonts: builtin(t), face: faceSong, size: 20}
	room := 7 * s.size.em()
	var got []string
	for _, l := range s.balance("安远县农业农村局领导小组", room, s.breakText("安远县农业农村局领导小组", room, 0)) {
		got = append(got, l.text)
	}
	if diff := cmp.Diff([]string{"安远县农业农", "村局领导小组"}, got); diff != "" {
		t.Errorf("balance (-want +got):\n%s", diff)
	}
}

func TestTitleLines(t *testing.T) {
	t.Parallel()
	s := setting{fonts: builtin(t), face: faceTitle, size: sizeTitle}
	for _, c := range []struct {
		text string
		want []string
	}{
		{"2026年县级衔接资金分配结果公告", []string{"2026年县级衔接资金分配结果公告"}},
		{"安远县2026年第一批财政衔接推进乡村振兴补助资金分配结果公告", []string{"安远县2026年第一批财政衔接推进", "乡村振兴补助资金分配结果公告"}},
		{"安远县2019年第一批财政专项扶贫资金分配结果公告", []string{"安远县2019年第一批", "财政专项扶贫资金分配结果公告"}},
		{"扶贫项目\n竣工公示", []string{"扶贫项目", "竣工公示"}},
	} {
		if diff := cmp.Diff(c.want, titleLines(s, c.text, blockShort)); diff != "" {
			t.Errorf("titleLines(%q) (-want +got):\n%s", c.text, diff)
		}
	}
	long := strings.Repeat("关于下达财政衔接推进乡村振兴补助资金的通知", 6)
	lines := titleLines(s, long, blockShort)
	if strings.Join(lines, "") != long {
		t.Errorf("a long title loses text: %q", lines)
	}
}
