package ledger

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"fundbook/internal/fault"

	"golang.org/x/text/unicode/norm"
)

// The faults of document numbers. Each message is the rule; the detail is the
// text as printed.
var (
	ErrDocNumberForm       = fault.New(fault.Invalid, "ledger.docnumber_form", "文号不合“机关代字〔年份〕序号号”的格式，请核对原件", "not a document number of the form 机关代字〔year〕serial号: check the paper")
	ErrDocNumberIncomplete = fault.New(fault.Invalid, "ledger.docnumber_incomplete", "文号缺少机关代字或四位年份，请核对原件", "the document number lacks its agency code or its four-digit year: check the paper")
	ErrDocNumberDamaged    = fault.New(fault.Invalid, "ledger.docnumber_damaged", "文号括号残缺，不自动修补，请对照原件确认", "a bracket of the document number is lost; it is not repaired: confirm a reading against the paper")
	ErrDocNumberConjoined  = fault.New(fault.Invalid, "ledger.docnumber_conjoined", "“和、及、与”是连词还是机关代字的首字不能判断，请对照原件确认", "和, 及 or 与 after a number may be a conjunction or begin an agency code: confirm a reading against the paper")
	ErrDocNumberLength     = fault.New(fault.Invalid, "ledger.docnumber_length", "文号过长", "the document number is too long")
)

const (
	maxDocNumberChars     = 64
	maxDocNumberListBytes = 4096
	maxDocNumberCovers    = 3 // pairs of brackets around the whole
)

// DocNumber is a document number (文号) in its one normal form, such as
// 财农〔2017〕8号 or 黑财指(农)〔2023〕34号. The empty DocNumber means that the paper
// states none; it is then shown so, never invented (DOMAIN 1.4).
type DocNumber string

// Valid reports whether d is in normal form. The empty one is not.
func (d DocNumber) Valid() bool {
	n, err := NormalizeDocNumber(string(d))
	return err == nil && n == d && d != ""
}

// Year returns the year in the brackets, 0 when none is stated. It is often
// the year before the fund year (提前下达).
func (d DocNumber) Year() int {
	m := docNumberPattern.FindStringSubmatch(string(d))
	if m == nil {
		return 0
	}
	year, _ := dateDigits(m[2])
	return year
}

// docNumberAgency is an agency code (机关代字): Han characters, with a
// department in round brackets if need be.
const docNumberAgency = `\p{Han}(?:\p{Han}|\(\p{Han}+\)){1,23}`

var (
	docNumberPattern = regexp.MustCompile(`^(` + docNumberAgency + `)〔((?:19|20)\d{2})〕([1-9]\d{0,4})号$`)
	// docNumberTail is an agency, then figures with whatever is left of brackets.
	docNumberTail   = regexp.MustCompile(`^(` + docNumberAgency + `)([〔〕\d]*\d[〔〕\d]*)号$`)
	docNumberSplit  = regexp.MustCompile(`^((?:19|20)\d{2})([1-9]\d{0,4})$`)
	docNumberPaired = regexp.MustCompile(`^(\d*)〔(\d+)〕`)
	docNumberSerial = regexp.MustCompile(`^第?([1-9]\d{0,4})(号?)$`)
	docNumberDept   = regexp.MustCompile(`〔(\p{Han}+)〕`)
	docNumberSuffix = regexp.MustCompile(`号(?:文件|文)$`)
	docNumberAnyYr  = regexp.MustCompile(`(?:19|20)\d{2}`)
	docNumberNoYear = regexp.MustCompile(`^(?:` + docNumberAgency + `)?第?(?:\d{1,4}|〔\d{1,3}〕\d*)[号次期]$|^〔\d{4}〕\d+号$`)
)

// NormalizeDocNumber brings a printed document number into normal form: any of
// [] 〔〕 ﹝﹞ （） () 【】 ［］ around the year becomes 〔〕, brackets around a department
// become (), full-width digits become ASCII, spaces, a pair of brackets around
// the whole, 第 before the serial and 文 after 号 go. Blank text is a number not
// stated: "" and no error.
//
// ErrDocNumberDamaged when a bracket is lost: the fault asks, with one Field
// per reading that DocNumberCandidates finds, and never repairs.
// ErrDocNumberIncomplete when the agency code or the year is missing (会议纪要),
// ErrDocNumberForm and ErrDocNumberLength for everything else (DOMAIN 1.4;
// DATA, oddity 6).
func NormalizeDocNumber(printed string) (DocNumber, error) {
	if len(printed) > maxDocNumberListBytes || utf8.RuneCountInString(printed) > maxDocNumberChars {
		return "", ErrDocNumberLength.With("%s", quoteInput(printed))
	}
	s := foldDocNumber(printed)
	if s == "" && strings.Map(foldDocRune, printed) == "" {
		return "", nil
	}
	if docNumberPattern.MatchString(s) {
		return DocNumber(s), nil
	}
	if damagedDocNumber(s) {
		return "", askDocNumber(ErrDocNumberDamaged, printed, docNumberSplits(s))
	}
	minutes := strings.Contains(s, "会议纪要") && !docNumberAnyYr.MatchString(s)
	if minutes || docNumberNoYear.MatchString(s) {
		return "", ErrDocNumberIncomplete.With("%s", quoteInput(printed))
	}
	return "", ErrDocNumberForm.With("%s", quoteInput(printed))
}

// DocNumberCandidates lists the readings of a number that has lost a bracket:
// every way to cut its figures into a year of four digits, 19xx or 20xx, and a
// serial. There is at most one such way; that does not make it true, since the
// damage may have taken a digit too. It is empty when the text is not damaged
// or no reading is possible.
func DocNumberCandidates(printed string) []DocNumber {
	if utf8.RuneCountInString(printed) > maxDocNumberChars {
		return nil
	}
	if s := foldDocNumber(printed); damagedDocNumber(s) {
		return docNumberSplits(s)
	}
	return nil
}

// foldDocNumber brings the characters, but not yet the structure, into normal
// form: every bracket is 〔 or 〕 except the () of a department.
func foldDocNumber(printed string) string {
	s := strings.Map(foldDocRune, norm.NFC.String(printed))
	for range maxDocNumberCovers {
		s = cutEnclosure(s)
	}
	s = docNumberDept.ReplaceAllString(s, "($1)")
	s = strings.Replace(s, "〕第", "〕", 1)
	return docNumberSuffix.ReplaceAllString(s, "号")
}

func foldDocRune(r rune) rune {
	switch r {
	case '[', '［', '﹝', '【', '(', '（':
		return '〔'
	case ']', '］', '﹞', '】', ')', '）':
		return '〕'
	case '\u200b', '\u00ad', '\ufeff':
		return -1
	}
	if r >= '０' && r <= '９' {
		return r - '０' + '0'
	}
	if unicode.IsSpace(r) {
		return -1
	}
	return r
}

// isDocBlank reports whether r is a space or invisible.
func isDocBlank(r rune) bool { return foldDocRune(r) == -1 }

// cutEnclosure takes away a pair of brackets around the whole text, which may
// have lost a closing bracket inside.
func cutEnclosure(s string) string {
	if !strings.HasPrefix(s, "〔") || !strings.HasSuffix(s, "〕") {
		return s
	}
	depth := 0
	for i, r := range s {
		switch r {
		case '〔':
			depth++
		case '〕':
			depth--
		}
		if depth == 0 && i+len("〕") < len(s) {
			return s // the first bracket closes before the end
		}
	}
	return s[len("〔") : len(s)-len("〕")]
}

// damagedDocNumber reports whether s is a number but for its brackets: the
// pair around the year is broken, misplaced or lost.
func damagedDocNumber(s string) bool {
	m := docNumberTail.FindStringSubmatch(s)
	if m == nil {
		return false
	}
	if pair := docNumberPaired.FindStringSubmatch(m[2]); pair != nil {
		// 20〔18〕25号, 〔20182〕5号, 〔201〕825号; else the year or the serial is at fault.
		return pair[1] != "" || len(pair[2]) > 4 || len(pair[2]) < 4 && len(docNumberSplits(s)) > 0
	}
	return strings.ContainsAny(m[2], "〔〕") || len(m[2]) > 4
}

// docNumberSplits returns the readings of a damaged number: its figures cut
// into a year of four digits and a serial.
func docNumberSplits(s string) []DocNumber {
	m := docNumberTail.FindStringSubmatch(s)
	figures := strings.NewReplacer("〔", "", "〕", "").Replace(m[2])
	cut := docNumberSplit.FindStringSubmatch(figures)
	if cut == nil {
		return nil
	}
	return []DocNumber{DocNumber(m[1] + "〔" + cut[1] + "〕" + cut[2] + "号")}
}

// askDocNumber names the readings of a text in the fault that refuses it.
func askDocNumber(rule *fault.Error, printed string, candidates []DocNumber) error {
	readings := "?"
	for i, c := range candidates {
		if i == 0 {
			readings = ""
		}
		readings += " " + string(c) + "?"
	}
	f := rule.With("%s → %s", quoteInput(printed), strings.TrimSpace(readings))
	for _, c := range candidates {
		f = f.At("doc_no", "candidate", string(c))
	}
	return f
}

// DocNumberReading is one part of a printed list of document numbers: either a
// number or the fault that refuses it.
type DocNumberReading struct {
	// Printed is the part as printed.
	Printed string
	// Number is the normal form, empty when Err is not nil.
	Number DocNumber
	// Shared says that agency and year stand only at the first number of the
	// list, as in 财农〔2018〕148、149、150号.
	Shared bool
	// Candidates are the readings to ask about when the part is damaged.
	Candidates []DocNumber
	// Err is a fault of NormalizeDocNumber, or ErrDocNumberConjoined.
	Err error
}

// ParseDocNumbers reads a cell that may hold several document numbers, joined
// by ； ， 、 / or 。 or by nothing, or sharing agency and year (148、149、150号文). It
// returns every part in order and drops none, so that an importer can report
// the parts it could not read; blank text has no parts (文号 not stated).
func ParseDocNumbers(printed string) []DocNumberReading {
	if len(printed) > maxDocNumberListBytes {
		return []DocNumberReading{{Printed: printed, Err: ErrDocNumberLength.With("%s", quoteInput(printed))}}
	}
	pieces := cutDocNumbers(printed)
	// closed[i]: the part ends with 号 or shares the 号 of the serials after it.
	closed := make([]bool, len(pieces)+1)
	folded := make([]string, len(pieces)+1)
	for i := len(pieces) - 1; i >= 0; i-- {
		folded[i] = foldDocNumber(pieces[i].text)
		closed[i] = strings.HasSuffix(folded[i], "号") || closed[i+1] && docNumberSerial.MatchString(folded[i+1])
	}
	readings := make([]DocNumberReading, 0, len(pieces))
	shared := "" // agency and year of the last full number
	for i, piece := range pieces {
		r := DocNumberReading{Printed: piece.text}
		serial := docNumberSerial.FindStringSubmatch(folded[i])
		if serial != nil && shared != "" && closed[i] {
			r.Number, r.Shared = DocNumber(shared+serial[1]+"号"), true
			readings = append(readings, r)
			continue
		}
		text := piece.text
		if piece.joined {
			text = strings.TrimPrefix(text, "以及") // begins no agency code
		}
		if closed[i] && !strings.HasSuffix(folded[i], "号") {
			text += "号"
		}
		r.Number, r.Err = NormalizeDocNumber(text)
		r.Candidates = DocNumberCandidates(text)
		if piece.joined && r.Err == nil {
			r.Number, r.Candidates, r.Err = askConjoined(r.Number)
		}
		shared = ""
		if before, _, found := strings.Cut(string(r.Number), "〕"); found {
			shared = before + "〕"
		}
		readings = append(readings, r)
	}
	return readings
}

// askConjoined refuses a number that may follow another by a conjunction and
// begins with one: 和田财农 is an agency, 和豫财农 is not.
func askConjoined(n DocNumber) (DocNumber, []DocNumber, error) {
	_, size := utf8.DecodeRuneInString(string(n))
	first, rest := n[:size], n[size:]
	if first != "和" && first != "及" && first != "与" {
		return n, nil, nil
	}
	candidates := []DocNumber{n}
	if rest.Valid() {
		candidates = []DocNumber{rest, n}
	}
	return "", candidates, askDocNumber(ErrDocNumberConjoined, string(n), candidates)
}

// docNumberPiece is one part of a list as printed.
type docNumberPiece struct {
	text   string
	joined bool // it follows another part, but no ； or 。, so it may begin with 和
}

// cutDocNumbers cuts a list at its separators (和 too, before a serial), and after each 号, 号文 or 号文件 with
// the brackets that close there. Blank pieces go.
func cutDocNumbers(printed string) []docNumberPiece {
	var pieces []docNumberPiece
	s, joined := uncoverList(printed), false
	add := func(text string) {
		if text = strings.TrimFunc(text, isDocBlank); text != "" {
			pieces = append(pieces, docNumberPiece{text, joined})
		}
	}
	for from := 0; ; {
		at := strings.IndexAny(s[from:], "；;，,、/／。和及与号")
		if at < 0 {
			add(s)
			return pieces
		}
		at += from
		r, size := utf8.DecodeRuneInString(s[at:])
		end := at + size
		switch {
		case r == '号':
			end += docNumberEnding(s[end:])
			add(s[:end])
			joined = true
		case strings.ContainsRune("和及与", r) && !docNumberSerialNext.MatchString(s[end:]):
			from = end // part of an agency code, or not to be decided here
			continue
		default:
			add(s[:at])
			joined = !strings.ContainsRune("；;。", r)
		}
		s, from = s[end:], 0
	}
}

// docNumberSerialNext tells 和 in 149和150号 from 和 in an agency code.
var docNumberSerialNext = regexp.MustCompile(`^\s*第?\s*[\d０-９]`)

// docNumberEnding returns how much of the text after 号 belongs to its number:
// 文件, 文 unless it begins the next agency (文山, 文昌), and closing brackets.
func docNumberEnding(s string) int {
	rest := strings.TrimLeftFunc(s, isDocBlank)
	if after, found := strings.CutPrefix(rest, "文件"); found {
		rest = after
	} else if after, found := strings.CutPrefix(rest, "文"); found {
		if next, _ := utf8.DecodeRuneInString(after); !unicode.Is(unicode.Han, next) {
			rest = after
		}
	}
	for {
		next := strings.TrimLeftFunc(rest, isDocBlank)
		r, size := utf8.DecodeRuneInString(next)
		if foldDocRune(r) != '〕' {
			return len(s) - len(rest)
		}
		rest = next[size:]
	}
}

// uncoverList takes a pair of brackets around the whole list away.
func uncoverList(printed string) string {
	s := strings.TrimFunc(printed, isDocBlank)
	for range maxDocNumberCovers {
		if folded := strings.Map(foldDocRune, s); cutEnclosure(folded) == folded {
			break
		}
		_, first := utf8.DecodeRuneInString(s)
		_, last := utf8.DecodeLastRuneInString(s)
		s = strings.TrimFunc(s[first:len(s)-last], isDocBlank)
	}
	return s
}
