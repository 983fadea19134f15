package sheet

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// The encodings a table may come in, as Table.Encoding prints them.
const (
	UTF8    = "UTF-8"
	GB18030 = "GB18030"
)

var byteOrderMark = []byte("\uFEFF")

// decode returns the text of a file. It decides between the two encodings once
// for the whole file, and refuses a file that is cleanly neither.
func decode(name string, raw []byte) (text, encoding string, err error) {
	if at := bytes.IndexByte(raw, 0); at >= 0 {
		return "", "", placeOf(name, raw, at).Fault(ErrEncoding, "有空字节（0x00），可能是 UTF-16 或不是文本文件")
	}
	marked := bytes.HasPrefix(raw, byteOrderMark)
	body := bytes.TrimPrefix(raw, byteOrderMark)
	if utf8.Valid(body) {
		return string(body), UTF8, nil
	}
	at, damaged := damagedUTF8(body)
	if marked || damaged {
		return "", "", placeOf(name, body, at).Fault(ErrEncoding, "UTF-8 文件在此处有残缺字节 0x%02X", body[at])
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(body)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) || !sameGB18030(body, out) {
		return "", "", placeOf(name, body, at).Fault(ErrEncoding, "既不是 UTF-8 也不是完整的 GB18030（首个不合 UTF-8 的字节 0x%02X）", body[at])
	}
	return string(out), GB18030, nil
}

// damagedUTF8 finds the first byte that is not UTF-8 and judges whether the file
// is UTF-8 all the same, damaged there: nearly all of its bytes above ASCII then
// form whole characters. Of Chinese text in GB18030 a quarter to a third does.
// Without this a cut UTF-8 file would come out as clean but senseless GB18030.
func damagedUTF8(b []byte) (first int, damaged bool) {
	whole, broken := 0, 0
	first = -1
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			if first < 0 {
				first = i
			}
			broken++
		case size > 1:
			whole += size
		}
		i += size
	}
	return first, whole > 2*broken
}

// sameGB18030 reports whether the text encodes to the very bytes it was read
// from, so that no sequence was read leniently.
func sameGB18030(raw, text []byte) bool {
	back, err := simplifiedchinese.GB18030.NewEncoder().Bytes(text)
	return err == nil && bytes.Equal(back, raw)
}

// placeOf names the place of a byte of a file that could not be parsed: the line
// and the number of the cell, counted by line ends and commas.
func placeOf(name string, b []byte, at int) Place {
	line := b[bytes.LastIndexByte(b[:at], '\n')+1 : at]
	return Place{name, 1 + bytes.Count(b[:at], []byte("\n")), cellNumber(bytes.Count(line, []byte(",")) + 1)}
}

// clip keeps a quotation in a message short.
func clip(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > most {
			break
		}
		b.WriteRune(r)
	}
	return b.String() + "…"
}
