package fault

import (
	"cmp"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
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
	edit   *strings.Replacer // what Replace was told
}

// Word is a term of the program in both languages.
type Word struct{ ZH, EN string }

// String returns the Chinese word.
func (w Word) String() string { return w.ZH }

// In returns the word in a language.
func (w Word) In(lang string) string {
	if lang == Chinese {
		return w.ZH
	}
	return w.EN
}

// Say makes a text of a Chinese format and its arguments. The format is a literal:
// the English one is found by it, and a repository test names those that have none.
func Say(format string, args ...any) Text {
	return Text{zh: fmt.Sprintf(format, args...), format: format, args: args}
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
	en := fmt.Sprintf(format, args...)
	if t.edit != nil {
		en = t.edit.Replace(en)
	}
	return en
}

// Replace puts other names into the text, whatever the language: codes, say, in the
// place of identifiers.
func (t Text) Replace(r *strings.Replacer) Text {
	t.zh, t.edit = r.Replace(t.zh), r
	return t
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

// List is several texts, one after the other.
type List []Speaker

// String returns the list in Chinese.
func (l List) String() string { return l.In(Chinese) }

// In returns the list in a language.
func (l List) In(lang string) string {
	out, mark := make([]string, len(l)), "; "
	if lang == Chinese {
		mark = "；"
	}
	for i, s := range l {
		out[i] = s.In(lang)
	}
	return strings.Join(out, mark)
}

// Words returns the English of a text that consists of the program's own words:
// the name of a state or a kind, a reason, a sentence that was kept as text (where
// the line of the catalogue has %s for what varies), or a list of such. A text
// with anything else in Chinese is somebody's data and stays as it is.
func Words(s string) string {
	if en, ok := inWords(s); ok {
		return en
	}
	return s
}

func inWords(s string) (string, bool) {
	if !foreign(s) {
		return s, true
	}
	c := catalogue()
	if en, ok := c.words[s]; ok {
		return en, true
	}
	for i := range c.sentences {
		if en, ok := c.sentences[i].read(s); ok {
			return en, true
		}
	}
	for _, mark := range []string{"；", "，", "、"} {
		if parts := strings.Split(s, mark); len(parts) > 1 {
			if out, ok := inParts(parts, marks[[]rune(mark)[0]]); ok {
				return out, true
			}
		}
	}
	return wordByWord(s, c.words)
}

// inParts translates every part of a list, or none.
func inParts(parts []string, mark string) (string, bool) {
	out := make([]string, len(parts))
	for i, p := range parts {
		en, ok := inWords(p)
		if !ok {
			return "", false
		}
		out[i] = en
	}
	return strings.Join(out, mark), true
}

// wordByWord translates every Chinese run of a text, or none.
func wordByWord(s string, words map[string]string) (string, bool) {
	var out, run strings.Builder
	whole := true
	flush := func() {
		if run.Len() == 0 {
			return
		}
		en, ok := words[run.String()]
		if before := out.String(); before != "" && joins(before[len(before)-1]) { // a word stands apart from letters
			out.WriteByte(' ')
		}
		out.WriteString(en)
		whole = whole && ok
		run.Reset()
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
			if run.Len() > 0 && r < 0x80 && joins(byte(r)) {
				flush()
				out.WriteByte(' ')
			}
			flush()
			out.WriteRune(r)
		}
	}
	flush()
	return strings.TrimSpace(out.String()), whole
}

// sentence is a line of the words with %s in it.
type sentence struct {
	zh         *regexp.Regexp
	head, tail string // what stands before the first and after the last %s
	en         string
}

// read translates a text of the sentence's form.
func (x *sentence) read(s string) (string, bool) {
	if !strings.HasPrefix(s, x.head) || !strings.HasSuffix(s, x.tail) { // most are none
		return "", false
	}
	m := x.zh.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	args := make([]any, len(m)-1)
	for i, part := range m[1:] {
		args[i] = Words(part)
	}
	return fmt.Sprintf(x.en, args...), true
}

// sentencesOf makes the forms, those with more of their own words first.
func sentencesOf(words map[string]string) []sentence {
	var keys []string
	for k := range words {
		if strings.Contains(k, "%s") {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(strings.ReplaceAll(b, "%s", "")), len(strings.ReplaceAll(a, "%s", ""))), cmp.Compare(a, b))
	})
	out := make([]sentence, len(keys))
	for i, k := range keys {
		form := strings.ReplaceAll(regexp.QuoteMeta(k), "%s", "([^；，]+?)")
		out[i] = sentence{
			zh: regexp.MustCompile("^" + form + "$"), en: words[k],
			head: k[:strings.Index(k, "%s")], tail: k[strings.LastIndex(k, "%s")+len("%s"):],
		}
	}
	return out
}

var marks = map[rune]string{'、': ", ", '，': ", ", '；': "; ", '：': ": ", '。': ". ", '（': " (", '）': ")", '《': "“", '\u3000': " ", '》': "”"}

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

type catalogues struct {
	details, words, places map[string]string
	sentences              []sentence
}

var catalogue = sync.OnceValue(func() catalogues {
	words := entries(wordsFile)
	return catalogues{entries(detailsFile), words, entries(placesFile), sentencesOf(words)}
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
