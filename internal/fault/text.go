package fault

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"unicode"
)

// The languages that a fault speaks: "zh", and English for every other name.
const (
	Chinese = "zh"
	English = "en"
)

// Speaker is a value that a fault quotes and that reads differently in each
// language; what is no Speaker is printed as it is.
type Speaker interface {
	In(lang string) string
}

// Text is a sentence in both languages: written in Chinese where it is said, in
// English in details.en.tsv under the same format. Its zero value is empty.
type Text struct {
	zh     string
	format string
	args   []any
}

// Say makes a text of a Chinese format and its arguments. The format is a literal:
// the English one is found by it, and a repository test names those that have none.
func Say(format string, args ...any) Text {
	return Text{fmt.Sprintf(format, args...), format, args}
}

// String returns the Chinese text.
func (t Text) String() string { return t.zh }

// In returns the text in a language. The English one is made when it is asked for.
func (t Text) In(lang string) string {
	if lang == Chinese || t.format == "" {
		return t.zh
	}
	format := t.format
	if en, ok := catalogue().details[format]; ok {
		format = en
	}
	args := make([]any, len(t.args))
	for i, a := range t.args {
		args[i] = spoken(a)
	}
	return fmt.Sprintf(format, args...)
}

// spoken wraps an argument that the English text prints in other words.
func spoken(a any) any {
	switch v := a.(type) {
	case Speaker:
		return said{v, v.In(English), true}
	case string:
		return said{v, Words(v), false}
	case fmt.Stringer:
		if s := v.String(); foreign(s) {
			return said{v, Words(s), false}
		}
	}
	return a
}

// said prints an argument in English where it is printed as text. What is quoted
// with %q was typed by somebody and stays, unless it speaks for itself.
type said struct {
	plain  any
	en     string
	always bool
}

// Format implements fmt.Formatter.
func (s said) Format(f fmt.State, verb rune) {
	if verb == 's' || verb == 'v' || (verb == 'q' && s.always) {
		_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), s.en)
		return
	}
	_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), s.plain)
}

// Words returns the English of a text that consists of the program's own words:
// the name of a state or a kind, a reason, or a list of such. A text with anything
// else in Chinese is somebody's data and stays as it is.
func Words(s string) string {
	if !foreign(s) {
		return s
	}
	words := catalogue().words
	if en, ok := words[s]; ok {
		return en
	}
	var out, run strings.Builder
	whole := true
	put := func(text string) { // a word stands apart from letters and digits
		if before := out.String(); text != "" && before != "" && joins(before[len(before)-1]) && joins(text[0]) {
			out.WriteByte(' ')
		}
		out.WriteString(text)
	}
	flush := func() {
		if run.Len() > 0 {
			en, ok := words[run.String()]
			whole = whole && ok
			put(en)
			run.Reset()
		}
	}
	for _, r := range s {
		mark, isMark := marks[r]
		switch {
		case isMark:
			flush()
			out.WriteString(mark)
		case foreignRune(r):
			run.WriteRune(r)
		default:
			flush()
			put(string(r))
		}
	}
	flush()
	if !whole {
		return s
	}
	return strings.TrimSpace(out.String())
}

var marks = map[rune]string{'、': ", ", '，': ", ", '；': "; ", '：': ": ", '。': ". ", '（': " (", '）': ")", '《': "“", '》': "”"}

func joins(b byte) bool {
	return b == ')' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

func foreign(s string) bool { return strings.ContainsFunc(s, foreignRune) }

// foreignRune reports a Chinese character or a full-width mark.
func foreignRune(r rune) bool {
	return unicode.Is(unicode.Han, r) || 0x3000 <= r && r <= 0x303f || 0xff00 <= r && r <= 0xffef
}

// The catalogues: one entry a line, the key as the code has it, a tab, its
// translation; sorted, each key once, each key used. The repository tests hold
// them to that.
var (
	//go:embed details.en.tsv
	detailsFile string // formats of With and Say → English, with the same verbs
	//go:embed words.en.tsv
	wordsFile string // what the program itself puts into them → English
	//go:embed places.zh.tsv
	placesFile string // messages of At, English → Chinese
)

type catalogues struct{ details, words, places map[string]string }

var catalogue = sync.OnceValue(func() catalogues {
	return catalogues{entries(detailsFile), entries(wordsFile), entries(placesFile)}
})

func entries(file string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(file) {
		if from, to, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok && to != "" {
			out[from] = to
		}
	}
	return out
}
