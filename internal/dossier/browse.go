package dossier

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"fundbook/internal/translog"
)

// Kinds lists the names of the declared kinds, in order.
func Kinds() []string {
	out := make([]string, 0, len(kinds))
	for k := range kinds {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// untyped decodes a stored state of a kind without knowing its type: the result
// points to it.
func untyped(kind string, r *row) (any, error) {
	state := kinds[kind].blank()
	d := translog.NewDecoder(r.Body)
	translog.DecodeFields(d, state)
	if err := d.Finish(); err != nil {
		return nil, ErrEncoding.With("%s %s", kind, clip(r.Code)).Because(err)
	}
	return state, nil
}

// JSON writes a fact or a state as JSON in the order of its fields. Names are
// those of the json tags; a field without one is called by its own name in lower
// case with underscores, so that every fact reads alike.
func JSON(v any) (json.RawMessage, error) {
	return appendJSON(nil, reflect.ValueOf(v))
}

// ownJSON tells whether a type writes itself, as amounts, dates and digests do.
func ownJSON(v reflect.Value) bool {
	if !v.CanInterface() {
		return false
	}
	switch v.Interface().(type) {
	case json.Marshaler, encoding.TextMarshaler:
		return true
	}
	return false
}

func appendJSON(b []byte, v reflect.Value) ([]byte, error) {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return append(b, "null"...), nil
		}
		v = v.Elem()
	}
	switch {
	case ownJSON(v):
	case v.Kind() == reflect.Struct:
		b, _, err := appendFields(append(b, '{'), v, true)
		return append(b, '}'), err
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8:
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			var err error
			if b, err = appendJSON(b, v.Index(i)); err != nil {
				return b, err
			}
		}
		return append(b, ']'), nil
	}
	text, err := json.Marshal(v.Interface())
	return append(b, text...), err
}

// appendFields writes the members of a struct; those of an embedded one stand
// among them. first says whether nothing precedes them.
func appendFields(b []byte, v reflect.Value, first bool) ([]byte, bool, error) {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		var err error
		switch {
		case name == "-" || !f.IsExported():
			continue
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct && !ownJSON(v.Field(i)):
			if b, first, err = appendFields(b, v.Field(i), first); err != nil {
				return b, first, err
			}
			continue
		case strings.Contains(options, "omit") && (v.Field(i).IsZero() || isEmpty(v.Field(i))):
			continue
		case name == "":
			name = snake(f.Name)
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(append(append(b, '"'), name...), '"', ':')
		if b, err = appendJSON(b, v.Field(i)); err != nil {
			return b, first, err
		}
	}
	return b, first, nil
}

func isEmpty(v reflect.Value) bool { return v.Kind() == reflect.Slice && v.Len() == 0 }

// snake makes voucher_date of VoucherDate and payee_id of PayeeID.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || (i+1 < len(runes) && unicode.IsLower(runes[i+1]))) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
