package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// The catalogues of the other language, by what they translate.
const (
	detailFile = "internal/fault/details.en.tsv" // formats of With and Say
	wordFile   = "internal/fault/words.en.tsv"   // Chinese words that are put into them
	placeFile  = "internal/fault/places.zh.tsv"  // messages of At
)

var catalogueFiles = []string{detailFile, wordFile, placeFile}

// entry is one line of a catalogue.
type entry struct {
	from, to string
	line     int
}

func entriesOf(body []byte) []entry {
	var out []entry
	n := 0
	for line := range strings.Lines(string(body)) {
		n++
		from, to, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		out = append(out, entry{from, to, n})
	}
	return out
}

// said is a text in the code and the place of its first use.
type said struct {
	text string
	in   *Source
	pos  token.Pos
}

// CheckCatalogues finds what faults say in one language only: a format, a message
// or a word without its line in the catalogue, one with other verbs, a line that
// nothing uses, lines out of order. A format that is no literal cannot be looked
// up and is refused; a parameter of a helper is looked up where the helper is called.
func CheckCatalogues(t *Tree) []Finding {
	sp := listen(t)
	out := sp.out
	for _, file := range catalogueFiles {
		list, has := sp.entries(file), map[string]entry{}
		for i, e := range list {
			out = append(out, judge(file, e)...)
			if i > 0 && list[i-1].from >= e.from {
				out = append(out, Finding{file, e.line, fmt.Sprintf("%q is out of order or stands twice", e.from)})
			}
			if !sp.uses(file, e.from) {
				out = append(out, Finding{file, e.line, fmt.Sprintf("%q is used nowhere", e.from)})
			}
			has[e.from] = e
		}
		for _, s := range sp.needs(file) {
			if _, ok := has[s.text]; !ok {
				out = append(out, s.in.at(s.pos, "%s lacks %q", file, s.text))
			}
		}
	}
	return out
}

// judge looks at one line of a catalogue.
func judge(file string, e entry) []Finding {
	why := ""
	switch {
	case e.to == "" || strings.TrimSpace(e.to) != e.to && strings.TrimSpace(e.from) == e.from || strings.Contains(e.to, "\t"):
		why = fmt.Sprintf("%q has no translation", e.from)
	case file != placeFile && verbs(e.from) != verbs(e.to):
		why = fmt.Sprintf("%q has the verbs %s, its translation %s", e.from, verbs(e.from), verbs(e.to))
	case file == placeFile && !chinese(e.to):
		why = fmt.Sprintf("%q is not in Chinese", e.to)
	case file != placeFile && !quotes(e.to, e.from):
		why = fmt.Sprintf("%q is not in English", e.to)
	}
	if why == "" {
		return nil
	}
	return []Finding{{file, e.line, why}}
}

// Catalogues gives the catalogues anew: sorted, without the lines that nothing
// uses, and with a line without translation for everything that lacks one.
func Catalogues(t *Tree) map[string]string {
	sp, out := listen(t), map[string]string{}
	for _, file := range catalogueFiles {
		lines := map[string]string{}
		for _, s := range sp.needs(file) {
			lines[s.text] = ""
		}
		for _, e := range sp.entries(file) {
			if sp.uses(file, e.from) {
				lines[e.from] = e.to
			}
		}
		keys := make([]string, 0, len(lines))
		for k := range lines {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		var b strings.Builder
		for _, k := range keys {
			b.WriteString(k + "\t" + lines[k] + "\n")
		}
		out[file] = b.String()
	}
	return out
}

// verb is one of a format: %[2]s, %.80q, %%.
var verb = regexp.MustCompile(`%(?:\[(\d+)\])?([-+# 0-9.]*)(?:\[(\d+)\])?([a-zA-Z%])`)

// verbs lists which argument a format prints how, whatever their order.
func verbs(format string) string {
	var list []string
	n := 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[4] == "%" {
			continue
		}
		if m[1] != "" {
			n, _ = strconv.Atoi(m[1]) // digits
		}
		list = append(list, fmt.Sprintf("%d:%s%s", n, m[2], m[4]))
		n++
	}
	slices.Sort(list)
	return strings.Join(slices.Compact(list), " ")
}

// chinese reports Chinese characters or full-width marks.
func chinese(s string) bool { return strings.ContainsFunc(s, foreignRune) }

func foreignRune(r rune) bool {
	return unicode.Is(unicode.Han, r) || 0x3000 <= r && r <= 0x303f || 0xff00 <= r && r <= 0xffef
}

// quotes tells that every Chinese word of an English text stands in the original:
// what somebody has to type stays as it is.
func quotes(en, zh string) bool {
	for _, word := range strings.FieldsFunc(en, func(r rune) bool { return !foreignRune(r) }) {
		if !strings.Contains(zh, word) {
			return false
		}
	}
	return true
}

// speech is what the code says by faults.
type speech struct {
	tree     *Tree
	formats  []said
	messages []said
	words    []said
	literals string // all Chinese string literals
	helpers  map[string]map[int]role
	speakers map[string]bool // functions whose answer is put into a format
	grown    bool
	out      []Finding
}

// entries returns the lines of a catalogue.
func (sp *speech) entries(file string) []entry {
	for _, f := range sp.tree.Text {
		if f.Path == file {
			return entriesOf(f.Body)
		}
	}
	return nil
}

// needs returns what must stand in a catalogue, each text once.
func (sp *speech) needs(file string) []said {
	list := map[string][]said{detailFile: sp.formats, wordFile: sp.words, placeFile: sp.messages}[file]
	seen := map[string]bool{}
	var out []said
	for _, s := range list {
		if !seen[s.text] {
			seen[s.text] = true
			out = append(out, s)
		}
	}
	return out
}

// uses tells whether the code says a text. A word may be part of a longer literal,
// as a name in a table is; of a sentence with %s, or of several parts, every piece
// has to be there.
func (sp *speech) uses(file, text string) bool {
	if file == wordFile {
		for piece := range strings.SplitSeq(text, "%s") {
			for _, part := range strings.FieldsFunc(piece, func(r rune) bool { return strings.ContainsRune("；：“”", r) }) {
				if !strings.Contains(sp.literals, part) {
					return false
				}
			}
		}
		return true
	}
	return slices.ContainsFunc(sp.needs(file), func(s said) bool { return s.text == text })
}

// listen hears the product's code, again until no more helpers are found.
func listen(t *Tree) *speech {
	sp := &speech{tree: t, helpers: map[string]map[int]role{}, speakers: map[string]bool{}}
	for {
		sp.formats, sp.messages, sp.words, sp.out, sp.grown = nil, nil, nil, nil, false
		var literals strings.Builder
		for _, s := range t.Go {
			if product(s) && !s.in("bench", "internal/tidy") {
				h := hearing{sp: sp, s: s, dir: path.Dir(s.Path), fault: s.importName(module + "/internal/fault"), literals: &literals}
				ast.Walk(&h, s.File)
			}
		}
		sp.literals = literals.String()
		if !sp.grown {
			return sp
		}
	}
}
