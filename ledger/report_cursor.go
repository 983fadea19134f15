package ledger

import (
	"crypto/sha256"
	"encoding/base64"

	"fundbook/internal/translog"
)

// A cursor is the canonical encoding of the query and of the place it has
// reached, with a checksum, in base64. Nothing in it is secret, and nothing is
// believed: figures are read again, so a cursor made by hand shows the rows of
// another place, never another figure.

const (
	cursorVersion = 1
	cursorSum     = 8 // bytes of checksum
	maxCursor     = 8192
)

var cursorText = base64.RawURLEncoding.Strict()

// sealCursor writes a cursor of one kind of list.
func sealCursor(kind string, county int32, fill func(*translog.Encoder)) (string, error) {
	var e translog.Encoder
	e.Uvarint(cursorVersion)
	e.Text(kind)
	e.Varint(int64(county))
	fill(&e)
	body, err := e.Finish()
	if err != nil {
		return "", err
	}
	check := cursorCheck(body)
	return cursorText.EncodeToString(append(body, check[:cursorSum]...)), nil
}

func cursorCheck(body []byte) [32]byte {
	return sha256.Sum256(append([]byte("fundbook cursor\x00"), body...))
}

// openCursor reads a cursor of one kind and county with read; ErrCursor when it
// is broken, was made for something else, or is not as sealCursor writes it.
func openCursor(kind string, county int32, text string, read func(*translog.Decoder)) error {
	if len(text) > maxCursor {
		return ErrCursor.With("%d 个字符", len(text))
	}
	raw, err := cursorText.DecodeString(text)
	if err != nil || len(raw) <= cursorSum || cursorText.EncodeToString(raw) != text {
		return ErrCursor.With("不是翻页标记")
	}
	body, check := raw[:len(raw)-cursorSum], cursorCheck(raw[:len(raw)-cursorSum])
	if [cursorSum]byte(raw[len(body):]) != [cursorSum]byte(check[:cursorSum]) {
		return ErrCursor.With("校验不符")
	}
	d := translog.NewDecoder(body)
	if v := d.Uvarint(); v != cursorVersion {
		return ErrCursor.With("版本 %d", v)
	}
	if k := d.Text(); k != kind {
		return ErrCursor.With("属于另一种清单（%q）", k)
	}
	if c := d.Varint(); c != int64(county) {
		return ErrCursor.With("属于另一个县")
	}
	read(d)
	if err := d.Finish(); err != nil {
		return ErrCursor.With("内容不完整").Because(err)
	}
	return nil
}
