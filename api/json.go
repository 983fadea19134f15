package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"fundbook/internal/fault"
)

// errJSON refuses a body that is not strict JSON.
var errJSON = fault.New(fault.Invalid, "request.json", "请求内容不是合规的 JSON", "the body is not strict JSON")

const (
	maxDepth  = 32
	maxFields = 256 // of all objects that are open at one place; ours have fewer
)

// decode reads one JSON value into v. It refuses what encoding/json lets pass:
// double fields, fields whose case differs, unknown ones, null, invalid UTF-8
// and lone surrogates (which it would replace), NUL, deep nesting, and anything
// after the value.
func decode(raw []byte, v any) error {
	if err := scan(raw); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return faultOfJSON(err)
	}
	if len(bytes.TrimLeft(raw[d.InputOffset():], " \t\r\n")) > 0 {
		return errJSON.With("内容之后还有多余的字符")
	}
	return nil
}

// faultOfJSON explains a decoder's error. A type's own refusal, such as that of
// an amount, is kept.
func faultOfJSON(err error) error {
	var own *fault.Error
	if errors.As(err, &own) {
		return own
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return errJSON.With("%s 不应为 %s", kind.Field, kind.Value).AtText(kind.Field, fault.Say("类型不符：%s", kind.Value), "")
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return errJSON.With("第 %d 字节：%s", syntax.Offset, syntax.Error())
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errJSON.With("内容不完整")
	}
	// encoding/json has no type for an unknown field; its text names it.
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return errJSON.With("未知字段 %s", clip(name, 80)).At(strings.Trim(clip(name, 80), `"`), "unknown field", "")
	}
	return errJSON.With("%s", clip(err.Error(), 200))
}

// scanner walks a JSON text once. It checks what the decoder after it does not;
// what it lets pass the decoder judges.
type scanner struct {
	raw   []byte
	at    int
	depth int
	// names are those seen in the open objects, as places in raw; first is where
	// those of an object begin, or -1 for an array.
	names [maxFields]name
	count int
	first [maxDepth + 1]int
}

type name struct{ from, to int32 }

func scan(raw []byte) error {
	if !utf8.Valid(raw) {
		return errJSON.With("不是 UTF-8 文字")
	}
	s := scanner{raw: raw}
	s.first[0] = -1
	for s.at < len(raw) {
		var err error
		switch c := raw[s.at]; c {
		case '{', '[':
			err = s.open(c)
		case '}', ']':
			s.close()
		case '"':
			err = s.text()
		case 'n':
			return errJSON.With("第 %d 字节：不接受 null，没有的字段请省略", s.at+1)
		default:
			s.at++
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *scanner) open(c byte) error {
	s.at++
	if s.depth == maxDepth {
		return errJSON.With("嵌套超过 %d 层", maxDepth)
	}
	s.depth++
	s.first[s.depth] = -1
	if c == '{' {
		s.first[s.depth] = s.count
	}
	return nil
}

func (s *scanner) close() {
	s.at++
	if s.depth == 0 {
		return // the decoder refuses it
	}
	if f := s.first[s.depth]; f >= 0 {
		s.count = f
	}
	s.depth--
}

// text walks over a string; one that a colon follows is the name of a field.
func (s *scanner) text() error {
	begin := s.at + 1
	escaped := false
	for s.at++; s.at < len(s.raw); s.at++ {
		switch s.raw[s.at] {
		case '"':
			end := s.at
			s.at++
			if s.first[s.depth] >= 0 && s.colon() {
				return s.field(name{int32(begin), int32(end)})
			}
			if escaped {
				return escapes(s.raw[begin:end])
			}
			return nil
		case '\\':
			escaped = true
			s.at++
		}
	}
	return errJSON.With("内容不完整")
}

func (s *scanner) colon() bool {
	for i := s.at; i < len(s.raw); i++ {
		switch s.raw[i] {
		case ' ', '\t', '\r', '\n':
		default:
			return s.raw[i] == ':'
		}
	}
	return false
}

// field notes a name. All names of ours are small letters, digits and
// underscores; encoding/json would take them in any case.
func (s *scanner) field(at name) error {
	text := s.raw[at.from:at.to]
	for _, c := range text {
		if (c < 'a' || c > 'z') && c != '_' && (c < '0' || c > '9') {
			return unknownField(text)
		}
	}
	for _, n := range s.names[s.first[s.depth]:s.count] {
		if bytes.Equal(s.raw[n.from:n.to], text) {
			return errJSON.With("字段 %q 重复", string(text)).At(string(text), "double field", "")
		}
	}
	if s.count == maxFields {
		return errJSON.With("字段过多")
	}
	s.names[s.count] = at
	s.count++
	return nil
}

func unknownField(text []byte) error {
	shown := clip(string(text), 80)
	return errJSON.With("未知字段 %q", shown).At(shown, "unknown field", "")
}

// escapes refuses \u escapes of half a character, in whose place encoding/json
// would put U+FFFD, and of NUL, which no database keeps in a text.
func escapes(text []byte) error {
	for i := 0; i+1 < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		if text[i+1] != 'u' {
			i++
			continue
		}
		if bytes.HasPrefix(text[i:], []byte(`\u0000`)) {
			return errJSON.With("文字含空字符（\\u0000）")
		}
		high := surrogate(text[i:])
		if high == 0 {
			i += 5
			continue
		}
		if high != 'h' || i+12 > len(text) || surrogate(text[i+6:]) != 'l' {
			return errJSON.With("\\u 转义不是完整的字符")
		}
		i += 11
	}
	return nil
}

// surrogate tells whether text begins with the escape of a high ('h') or low
// ('l') surrogate.
func surrogate(text []byte) byte {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' || text[2]|0x20 != 'd' {
		return 0
	}
	switch text[3] | 0x20 {
	case '8', '9', 'a', 'b':
		return 'h'
	case 'c', 'd', 'e', 'f':
		return 'l'
	}
	return 0
}

// Decode reads a body as strictly as the API does: unknown and double fields,
// nulls and trailing data are refused by name.
func Decode(raw []byte, to any) error { return decode(raw, to) }
