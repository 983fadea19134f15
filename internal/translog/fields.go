package translog

import (
	"math"
	"reflect"
)

// MaxList bounds the elements of one list in a struct's fields.
const MaxList = 100_000

// AppendFields writes the fields of a struct in the order of their declaration:
// booleans, integers, texts, byte strings, identifiers ([16]byte), digests
// ([32]byte), lists and structs of these. That order is the format of the record:
// a field that is added, moved or removed is a new version of the kind. Anything
// else (maps, pointers, floats, hidden fields) has no canonical form and panics.
func AppendFields(e *Encoder, v any) { appendValue(e, reflect.Indirect(reflect.ValueOf(v))) }

// DecodeFields reads what AppendFields wrote into the struct that v points to. An
// empty list is nil.
func DecodeFields(d *Decoder, v any) { decodeValue(d, reflect.ValueOf(v).Elem()) }

// appendValue panics where a type breaks the invariant that records carry only what
// has a canonical form; so do decodeValue and those below.
func appendValue(e *Encoder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		e.Bool(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.Varint(v.Int())
	case reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		e.Uvarint(v.Uint())
	case reflect.String:
		e.Text(v.String())
	case reflect.Array:
		e.raw(string(fixedBytes(v)))
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			e.Blob(v.Bytes())
			return
		}
		e.Count(v.Len(), MaxList)
		for i := range v.Len() {
			appendValue(e, v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			mustExport(v.Type(), i)
			appendValue(e, v.Field(i))
		}
	default:
		panic("invariant: a record cannot carry " + v.Type().String())
	}
}

// decodeValue: the same invariant.
func decodeValue(d *Decoder, v reflect.Value) {
	if d.err != nil {
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(d.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n := d.Varint()
		if v.OverflowInt(n) {
			d.Fail("整数 %d 超出 %s", n, v.Type())
			return
		}
		v.SetInt(n)
	case reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n := d.Uvarint()
		if v.OverflowUint(n) || n > math.MaxInt64 {
			d.Fail("整数 %d 超出 %s", n, v.Type())
			return
		}
		v.SetUint(n)
	case reflect.String:
		v.SetString(d.Text())
	case reflect.Array:
		copy(fixedBytes(v), d.take(uint64(v.Len())))
	case reflect.Slice:
		decodeList(d, v)
	case reflect.Struct:
		for i := range v.NumField() {
			mustExport(v.Type(), i)
			decodeValue(d, v.Field(i))
		}
	default:
		panic("invariant: a record cannot carry " + v.Type().String())
	}
}

func decodeList(d *Decoder, v reflect.Value) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		v.SetBytes(d.Blob())
		return
	}
	n := d.Count(MaxList)
	if n == 0 {
		v.SetZero()
		return
	}
	list := reflect.MakeSlice(v.Type(), 0, min(n, 1024)) // grown as elements are read: never far beyond the input
	for range n {
		item := reflect.New(v.Type().Elem()).Elem()
		decodeValue(d, item)
		if d.err != nil {
			return
		}
		list = reflect.Append(list, item)
	}
	v.Set(list)
}

// fixedBytes returns the bytes of an identifier or digest; the same invariant.
func fixedBytes(v reflect.Value) []byte {
	if v.Type().Elem().Kind() != reflect.Uint8 || (v.Len() != 16 && v.Len() != 32) {
		panic("invariant: a record cannot carry " + v.Type().String())
	}
	if v.CanAddr() {
		return v.Slice(0, v.Len()).Bytes()
	}
	out := make([]byte, v.Len())
	reflect.Copy(reflect.ValueOf(out), v)
	return out
}

// mustExport holds the invariant for fields.
func mustExport(t reflect.Type, i int) {
	if !t.Field(i).IsExported() {
		panic("invariant: a record cannot carry the hidden field " + t.String() + "." + t.Field(i).Name)
	}
}
