package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"fundbook/internal/translog"
	"fundbook/ledger"
)

// Document (资金文件) is what the log keeps of a notice: its rows as printed, and
// what was found when it was imported. It is never changed.
type Document struct {
	Notice
	// PublishedOn is the published date when it is a whole one, else 0.
	PublishedOn ledger.Date
	Findings    []Finding
}

// Digest is the SHA-256 of the document's own content: its rows as printed,
// wherever they stand in the files, without findings and transcriber's columns.
type Digest [sha256.Size]byte

// String returns the digest as hexadecimal digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// Digest returns the digest by which a document is known again.
func (d *Document) Digest() (Digest, error) {
	bare := *d
	bare.Findings, bare.PublishedOn, bare.Row = nil, 0, 0
	bare.Notice = bare.Notice.content()
	bare.Sources = append([]Source(nil), d.Sources...)
	for i := range bare.Sources {
		bare.Sources[i].Row = 0
	}
	bare.Lines = append([]Line(nil), d.Lines...)
	for i := range bare.Lines {
		bare.Lines[i].Row = 0
	}
	body, err := bare.encode()
	if err != nil {
		return Digest{}, err
	}
	return sha256.Sum256(body), nil
}

// Total returns the sum of the sources, what the notice brings.
func (d *Document) Total() ledger.Amount {
	var sum ledger.Amount
	for i := range d.Sources {
		sum += d.Sources[i].Amount
	}
	return sum
}

const maxDifferences = 20

// Differences names where two documents differ, for people: file, line, column,
// both texts. At most 20, then how many more.
func Differences(old, now *Document) []string {
	var out []string
	more := 0
	compare := func(where string, a, b []cell) {
		for i := range a {
			switch {
			case *a[i].text == *b[i].text:
			case len(out) == maxDifferences:
				more++
			default:
				out = append(out, fmt.Sprintf("%s %s：已入账 %s，现为 %s", where, a[i].column, quoted(*a[i].text), quoted(*b[i].text)))
			}
		}
	}
	compare(FileNotices, old.Notice.cells(), now.Notice.cells())
	if a, b := len(old.Sources), len(now.Sources); a != b {
		out = append(out, fmt.Sprintf("%s：已入账 %d 行，现为 %d 行", FileSources, a, b))
	}
	for i := range min(len(old.Sources), len(now.Sources)) {
		a, b := &old.Sources[i], &now.Sources[i]
		compare(fmt.Sprintf("%s 来源 %d", FileSources, b.No), withNo(a.No, a.cells()), withNo(b.No, b.cells()))
	}
	if a, b := len(old.Lines), len(now.Lines); a != b {
		out = append(out, fmt.Sprintf("%s：已入账 %d 行，现为 %d 行", FileLines, a, b))
	}
	for i := range min(len(old.Lines), len(now.Lines)) {
		a, b := &old.Lines[i], &now.Lines[i]
		compare(fmt.Sprintf("%s 支出 %d", FileLines, b.No), withNo(a.No, a.cells()), withNo(b.No, b.cells()))
	}
	if more > 0 {
		out = append(out, fmt.Sprintf("另有 %d 处", more))
	}
	return out
}

func withNo(no int, cells []cell) []cell {
	text := strconv.Itoa(no)
	return append(cells, cell{"line", &text})
}

// KindDocument is the kind of the record that an imported notice becomes.
const KindDocument = "document"

const maxFindings = 100_000

// encode writes the fields of a document record, version 1.
func (d *Document) encode() ([]byte, error) {
	var e translog.Encoder
	texts := func(cells []cell) {
		for _, c := range cells {
			e.Text(*c.text)
		}
	}
	texts(d.Notice.cells())
	e.Uvarint(uint64(d.Row))
	e.Day(int32(d.PublishedOn))
	e.Count(len(d.Sources), maxDocumentRows)
	for i := range d.Sources {
		s := &d.Sources[i]
		e.Uvarint(uint64(s.Row))
		e.Uvarint(uint64(s.No))
		texts(s.cells())
	}
	e.Count(len(d.Lines), maxDocumentRows)
	for i := range d.Lines {
		l := &d.Lines[i]
		e.Uvarint(uint64(l.Row))
		e.Uvarint(uint64(l.No))
		texts(l.cells())
	}
	e.Count(len(d.Findings), maxFindings)
	for i := range d.Findings {
		encodeFinding(&e, &d.Findings[i])
	}
	return e.Finish()
}

const maxDocumentRows = 50_000

func encodeFinding(e *translog.Encoder, f *Finding) {
	e.Text(string(f.Code))
	e.Text(string(f.Severity))
	e.Text(f.File)
	e.Uvarint(uint64(f.Row))
	e.Text(f.Column)
	e.Bool(f.Amount != nil)
	if f.Amount != nil {
		e.Varint(int64(*f.Amount))
	}
	e.Text(f.Detail)
}

// DecodeDocument reads the fields of a document record after its header. It
// refuses every encoding but the canonical one.
func DecodeDocument(d *translog.Decoder) (Document, error) {
	var x Document
	texts := func(cells []cell) {
		for _, c := range cells {
			*c.text = d.Text()
		}
	}
	texts(x.Notice.cells())
	x.Row = rowNumber(d)
	x.PublishedOn = ledger.Date(d.Day())
	for range d.Count(maxDocumentRows) {
		s := Source{Row: rowNumber(d), No: rowNumber(d)}
		texts(s.cells())
		s.Figure = decodedFigure(d, s.Wan, s.Fen)
		x.Sources = append(x.Sources, s)
	}
	for range d.Count(maxDocumentRows) {
		l := Line{Row: rowNumber(d), No: rowNumber(d)}
		texts(l.cells())
		l.Figure = decodedFigure(d, l.Wan, l.Fen)
		x.Lines = append(x.Lines, l)
	}
	for range d.Count(maxFindings) {
		x.Findings = append(x.Findings, decodeFinding(d))
	}
	if err := d.Finish(); err != nil {
		return Document{}, ErrEncoding.Because(err)
	}
	return x, nil
}

func rowNumber(d *translog.Decoder) int {
	v := d.Uvarint()
	if v > 1<<31 {
		d.Fail("行号 %d", v)
		return 0
	}
	return int(v)
}

// decodedFigure reads the amount columns again, which is where amounts come from.
func decodedFigure(d *translog.Decoder, wan, fen string) Figure {
	f, column, err := readFigure(wan, fen)
	if err != nil {
		d.Fail("%s：%v", column, err)
	}
	return f
}

func decodeFinding(d *translog.Decoder) Finding {
	f := Finding{Code: FindingCode(d.Text()), Severity: Severity(d.Text()), File: d.Text(), Row: rowNumber(d), Column: d.Text()}
	if d.Bool() {
		a := ledger.Amount(d.Varint())
		f.Amount = &a
	}
	f.Detail = d.Text()
	return f
}
