// Package fault is the one error type of the product. A fault says which rule
// spoke, where, by how much, and what to do; it carries a stable dotted code
// and a message in Chinese and in English. HTTP status appears only in the
// fronts (api, web), which map Kind to it.
//
// Faults are declared once as package variables and copied with detail:
//
//	var ErrUnbalanced = fault.New(fault.Refused, "ledger.unbalanced",
//		"借贷不平衡", "debits and credits differ")
//	return ErrUnbalanced.With("批次 %s 差额 %s", lot, diff)
//
// errors.Is matches by code, whatever the detail. The detail is written in Chinese
// where it is said; its English stands in details.en.tsv under the Chinese format,
// and Message("en") is English throughout.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Kind classes a fault by what the caller can do about it.
type Kind uint8

// The kinds; append only.
const (
	Internal        Kind = iota // a defect or a broken invariant: log, alarm, show an id
	Invalid                     // the request is malformed (400)
	Unauthenticated             // nobody is signed in (401)
	Forbidden                   // signed in, but not allowed (403)
	NotFound                    // no such thing, or not yours (404)
	Conflict                    // somebody else was first, or the key was used for another body (409)
	Refused                     // a rule of the field said no (422)
	TooLarge                    // beyond a stated limit (413)
	Unavailable                 // try again later (503)
)

var kindNames = [...]string{
	"internal", "invalid", "unauthenticated", "forbidden",
	"not_found", "conflict", "refused", "too_large", "unavailable",
}

// String returns the stable lower-case name of k.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Field is one place in the input that is wrong: a JSON location, or a file,
// row and column. Message is what At was told; In gives it in a language.
type Field struct {
	Location string `json:"location"`
	Message  string `json:"message"`
	Value    string `json:"value,omitempty"`

	text Speaker // what AtText was told
}

// FieldOf makes a field whose message is a text or a fault.
func FieldOf(location string, message Speaker, value string) Field {
	return Field{Location: location, Message: message.In(Chinese), Value: value, text: message}
}

// Equal compares what the field says, in Chinese.
func (f Field) Equal(o Field) bool {
	return f.Location == o.Location && f.Message == o.Message && f.Value == o.Value
}

// In returns the field with its message in a language.
func (f Field) In(lang string) Field {
	switch {
	case f.text != nil:
		f.Message = f.text.In(lang)
	case lang != Chinese:
		f.Message = Words(f.Message)
	default:
		if zh, ok := catalogue().places[f.Message]; ok {
			f.Message = zh
		}
	}
	return f
}

// Error is a fault. Its zero Kind is Internal, so a forgotten kind is never
// mistaken for the caller's mistake.
type Error struct {
	Kind   Kind
	Code   string
	ZH, EN string // the message of the code, without detail
	Detail string // the rule, the place, the figure and the remedy of this case
	Fields []Field
	Err    error // the cause: logged, never shown

	detail Text // Detail in both languages
}

var (
	mu       sync.Mutex
	declared = map[string]*Error{}
)

// New declares a fault and enters it in the list that becomes docs/errors.md.
// It panics on a code declared twice: that is a programming error.
func New(k Kind, code, zh, en string) *Error {
	mu.Lock()
	defer mu.Unlock()
	if _, dup := declared[code]; dup {
		panic("fault: code declared twice: " + code)
	}
	e := &Error{Kind: k, Code: code, ZH: zh, EN: en}
	declared[code] = e
	return e
}

// All returns every declared fault in the order of its code.
func All() []*Error {
	mu.Lock()
	defer mu.Unlock()
	out := make([]*Error, 0, len(declared))
	for _, e := range declared {
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b *Error) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// Error returns the Chinese message and the detail.
func (e *Error) Error() string { return e.Message("zh") }

// Message returns the text to show: the message of the code in the language
// asked for ("zh", else English) and the detail.
func (e *Error) Message(lang string) string {
	m, colon := e.Title(lang), ": "
	if e.Detail == "" {
		return m
	}
	if lang == Chinese {
		colon = "："
	}
	return m + colon + e.DetailIn(lang)
}

// In is Message: a fault is a Speaker, so another fault may quote it.
func (e *Error) In(lang string) string { return e.Message(lang) }

// Renamed returns a copy whose detail names things otherwise, as Text.Replace does.
func (e *Error) Renamed(r *strings.Replacer) *Error {
	c := *e
	c.detail = e.DetailText().Replace(r)
	c.Detail = c.detail.zh
	return &c
}

// Title returns the message of the code alone.
func (e *Error) Title(lang string) string {
	if lang == Chinese {
		return e.ZH
	}
	return e.EN
}

// DetailIn returns the detail in a language.
func (e *Error) DetailIn(lang string) string {
	switch {
	case lang == Chinese:
		return e.Detail
	case e.Detail != e.detail.zh: // set by hand
		return Words(e.Detail)
	}
	return e.detail.In(lang)
}

// DetailText returns the detail alone, for another fault to quote.
func (e *Error) DetailText() Text {
	if e.Detail != e.detail.zh {
		return Text{zh: e.Detail}
	}
	return e.detail
}

// FieldsIn returns the wrong places of the input with their messages in a language.
func (e *Error) FieldsIn(lang string) []Field {
	if e.Fields == nil {
		return nil
	}
	out := make([]Field, len(e.Fields))
	for i, f := range e.Fields {
		out[i] = f.In(lang)
	}
	return out
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is matches by code, so errors.Is finds a fault that carries detail.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// With returns a copy that says what happened in this case, by a Chinese format
// as of Say.
func (e *Error) With(format string, args ...any) *Error {
	c := *e
	c.detail = Say(format, args...)
	c.Detail = c.detail.zh
	return &c
}

// At returns a copy with one more wrong place of the input. The message is a few
// English words, a literal; its Chinese stands in places.zh.tsv.
func (e *Error) At(location, message, value string) *Error {
	return e.at(Field{Location: location, Message: message, Value: value})
}

// AtText is At for a message that is a text or a fault, not a literal.
func (e *Error) AtText(location string, message Speaker, value string) *Error {
	return e.at(FieldOf(location, message, value))
}

// AtFields is At for places that another fault names, or that are made at once.
func (e *Error) AtFields(fields ...Field) *Error { return e.at(fields...) }

func (e *Error) at(fields ...Field) *Error {
	c := *e
	c.Fields = append(append([]Field(nil), e.Fields...), fields...)
	return &c
}

// Because returns a copy that keeps the cause for the log.
func (e *Error) Because(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

// ErrInternal stands for every error that is not a fault.
var ErrInternal = New(Internal, "internal", "系统内部错误", "internal error")

// From returns the fault in err's chain, or ErrInternal with err as cause.
// From(nil) is nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	var f *Error
	if errors.As(err, &f) {
		return f
	}
	return ErrInternal.Because(err)
}

// KindOf returns the kind of err; a plain error is Internal.
func KindOf(err error) Kind { return From(err).Kind }

// Markdown prints every declared fault as the table of docs/errors.md.
func Markdown() string {
	var b strings.Builder
	b.WriteString("# 错误代码 · Error codes\n\nGenerated from the code by `make golden`. 一码一义，代码不变，文字可改。\n\n")
	b.WriteString("| code | kind | 中文 | English |\n|---|---|---|---|\n")
	for _, e := range All() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", e.Code, e.Kind, e.ZH, e.EN)
	}
	return b.String()
}
