package intake

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"fundbook/internal/translog"

	"github.com/google/go-cmp/cmp"
)

// The digest is that of the content: where the rows stand and what the
// transcriber remarks does not matter, every printed cell does.
func TestDigest(t *testing.T) {
	t.Parallel()
	n := *noticeOf(t, sampleData(t), "HN-BEITA-2020-1")
	digest := func(n Notice) Digest {
		t.Helper()
		p := NewPlan(&n, nil)
		d, err := p.Document.Digest()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	base := digest(n)
	same := n
	same.Row, same.Oddities, same.Use, same.Layout, same.Checks = 99, "x", "y", "z", nil
	same.Lines = append([]Line(nil), n.Lines...)
	same.Lines[0].Row = 500
	if digest(same) != base {
		t.Error("rows or remarks are part of the digest")
	}
	seen := map[Digest]string{base: "the notice itself"}
	change := func(column string, text *string) {
		t.Helper()
		was := *text
		*text = was + "改"
		if column == "amount_wan" || column == "amount_fen" || column == "stated_total_wan" || column == "fund_year" {
			*text = was + "0"
		}
		d := digest(same)
		if other, dup := seen[d]; dup {
			t.Errorf("changing %s gives the digest of %s", column, other)
		}
		seen[d] = column
		*text = was
	}
	for _, c := range same.cells() {
		change(c.column, c.text)
	}
	for _, c := range same.Lines[3].cells() {
		change("line "+c.column, c.text)
	}
	same.Sources = append([]Source(nil), n.Sources...)
	for _, c := range same.Sources[0].cells() {
		change("source "+c.column, c.text)
	}
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	data := sampleData(t)
	old := Document{Notice: *noticeOf(t, data, "HA-BEIGUAN-2018")}
	now := Document{Notice: *noticeOf(t, data, "HA-BEIGUAN-2018")}
	now.Title = "另一标题"
	now.Sources = append([]Source(nil), now.Sources...)
	now.Sources[1].Wan = "66.6"
	now.Lines = now.Lines[:2]
	want := []string{
		`notices.csv title：已入账 "2018年专项扶贫资金分配使用情况公示"，现为 "另一标题"`,
		`sources.csv 来源 2 amount_wan：已入账 "66.5"，现为 "66.6"`,
		`lines.csv：已入账 3 行，现为 2 行`,
	}
	if d := cmp.Diff(want, Differences(&old, &now)); d != "" {
		t.Errorf("differences (-want +got):\n%s", d)
	}
	if got := Differences(&old, &old); got != nil {
		t.Errorf("a document differs from itself: %v", got)
	}
	many := old
	many.Lines = append([]Line(nil), old.Lines...)
	for i := range many.Lines {
		for _, c := range many.Lines[i].cells() {
			*c.text += "改"
		}
	}
	got := Differences(&old, &many)
	if len(got) != maxDifferences+1 || !strings.HasPrefix(got[maxDifferences], "另有 ") {
		t.Errorf("%d differences named, last %q", len(got), got[len(got)-1])
	}
}

func FuzzDecodeDocument(f *testing.F) {
	data, err := ReadDir(small(okNotice, okSource, okLine, ""))
	if err != nil {
		f.Fatal(err)
	}
	p := NewPlan(&data.Notices[0], nil)
	body, err := p.Document.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := DecodeDocument(translog.NewDecoder(b))
		if err != nil {
			if !errors.Is(err, ErrEncoding) {
				t.Fatalf("%v", err)
			}
			return
		}
		again, err := d.encode()
		if err != nil || string(again) != string(b) {
			t.Errorf("%x decodes, and encodes to %x, %v", b, again, err)
		}
	})
}

// The bytes of a document record are fixed: a golden, so that no change of the
// code changes what old records say.
func TestDocumentGolden(t *testing.T) {
	t.Parallel()
	data, err := ReadDir(small(okNotice, okSource, okLine, ""))
	if err != nil {
		t.Fatal(err)
	}
	p := NewPlan(&data.Notices[0], nil)
	p.Document.Findings = p.Document.Findings[:1]
	digest, err := p.Document.Digest()
	if err != nil {
		t.Fatal(err)
	}
	body, err := p.Document.encode()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "document_v1.txt", "digest "+digest.String()+"\n"+hex.Dump(body))
}
