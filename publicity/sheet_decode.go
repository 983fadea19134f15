package publicity

import (
	"crypto/sha256"

	"fundbook/internal/translog"
	"fundbook/ledger"
)

// Canonical returns the bytes that a notice's digest is of: what an offline check holds
// beside the proof. Rows about persons are in it by their seals, not by their words.
func (s *Sheet) Canonical() ([]byte, error) { return s.canonical() }

// ParseSheet reads the canonical bytes of a sheet, and returns their digest. ErrNotice
// when they are not of the form that Canonical writes.
func ParseSheet(data []byte) (Sheet, [32]byte, error) {
	d := translog.NewDecoder(data)
	s := Sheet{Type: NoticeType(d.Text()), Title: d.Text(), Number: d.Text(), Publisher: d.Text()}
	s.Published, s.From, s.To = ledger.Date(d.Day()), ledger.Date(d.Day()), ledger.Date(d.Day())
	s.Replaces = d.Text()
	s.Lead = readTexts(d)
	for range d.Count(maxParts) {
		s.Parts = append(s.Parts, readPart(d))
	}
	s.Supervision, s.Hotline = d.Text(), d.Text()
	s.Contacts = readFacts(d)
	s.CutoffSeq = d.Varint()
	s.Sample, s.Unreviewed = d.Bool(), d.Bool()
	if err := d.Finish(); err != nil {
		return Sheet{}, [32]byte{}, ErrNotice.With("内容不能读取").Because(err)
	}
	digest, err := s.digest()
	if err != nil {
		return Sheet{}, digest, err
	}
	if plain := sha256.Sum256(append([]byte(digestDomain), data...)); plain != digest {
		return Sheet{}, digest, ErrNotice.With("内容写法不规范")
	}
	return s, digest, nil
}

func readPart(d *translog.Decoder) Part {
	p := Part{Name: d.Text(), Text: readTexts(d), Facts: readFacts(d)}
	g := &p.Table
	for range d.Count(maxColumns) {
		g.Columns = append(g.Columns, GridColumn{d.Text(), CellKind(d.Text())})
	}
	for range d.Count(maxNoticeRows) {
		g.Rows = append(g.Rows, GridRow{Seal: d.Digest(), Cells: readCells(d)})
	}
	g.Total = readCells(d)
	p.Note = d.Text()
	return p
}

func readCells(d *translog.Decoder) (out []Cell) {
	for range d.Count(maxColumns) {
		out = append(out, Cell{d.Text(), d.Varint()})
	}
	return out
}

func readTexts(d *translog.Decoder) (out []string) {
	for range d.Count(maxLines) {
		out = append(out, d.Text())
	}
	return out
}

func readFacts(d *translog.Decoder) (out []Fact) {
	for range d.Count(maxLines) {
		out = append(out, Fact{d.Text(), d.Text()})
	}
	return out
}
