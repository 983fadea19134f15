package ledger

import (
	"bytes"
	"errors"
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/translog"

	"github.com/google/go-cmp/cmp"
)

// recordOf is the record of an entry.
func recordOf(t *testing.T, e *Entry) db.Record {
	t.Helper()
	var enc translog.Encoder
	translog.AppendHeader(&enc, translog.Header{Kind: KindEntry, Version: 1, County: "360726", Seq: 7, ID: ID{1}, At: 1, Actor: ID{2}})
	head, err := enc.Finish()
	if err != nil {
		t.Fatal(err)
	}
	body, err := e.encode()
	if err != nil {
		t.Fatal(err)
	}
	return db.Record{Seq: 7, Body: append(bytes.Clone(head), body...)}
}

// TestAuthorityIsReadAsTheEntryHasIt reads entries by one reader: their heads and
// lines of authority are those of the whole entry, and stay so when the next is read.
func TestAuthorityIsReadAsTheEntryHasIt(t *testing.T) {
	t.Parallel()
	e := leafEntry(t)
	lines := append([]Line(nil), e.Lines()...)
	for i := range lines {
		lines[i].Key.Project, lines[i].Amount = "J2", 456
		lines[i].Key = lines[i].Key.keep()
	}
	other, err := NewEntry(Head{Event: "E12", Date: e.Date, Maker: ID{8}}, lines)
	if err != nil {
		t.Fatal(err)
	}
	type read struct {
		Head  Head
		Lines []Line
	}
	var reader AuthorityReader
	var got, want []read
	for _, x := range []*Entry{&e, &other, &e} {
		r := recordOf(t, x)
		h, lines, err := reader.Read(&r)
		if err != nil {
			t.Fatal(err)
		}
		clear(r.Body) // the store uses its buffer again
		got = append(got, read{h, lines})
		want = append(want, read{x.Head, x.Lines()[2:]})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestAuthorityOfADamagedRecordIsRefused cuts a record anywhere, and lengthens it.
func TestAuthorityOfADamagedRecordIsRefused(t *testing.T) {
	t.Parallel()
	e := leafEntry(t)
	r := recordOf(t, &e)
	var reader AuthorityReader
	for _, body := range [][]byte{nil, r.Body[:10], r.Body[:len(r.Body)/2], r.Body[:len(r.Body)-1], append(bytes.Clone(r.Body), 0)} {
		if _, lines, err := reader.Read(&db.Record{Seq: 7, Body: body}); !errors.Is(err, ErrEncoding) || lines != nil {
			t.Errorf("%d of %d bytes: %d lines, %v", len(body), len(r.Body), len(lines), err)
		}
	}
}
