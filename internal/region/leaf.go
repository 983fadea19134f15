package region

import "fundbook/internal/translog"

// KindDivisions is the kind of the record that a list of divisions becomes.
const KindDivisions = "divisions"

const maxRows = 100_000 // two for each row of the largest table

// encode writes the fields of a divisions record, version 1.
func (l *List) encode() ([]byte, error) {
	var e translog.Encoder
	for _, s := range []string{string(l.County), l.Name, l.File, l.Source} {
		e.Text(s)
	}
	e.Count(len(l.Rows), maxRows)
	for _, d := range l.Rows {
		if why := d.wrong(); why != "" {
			e.Fail("区划：%s", why)
		}
		e.Text(string(d.Code))
		e.Text(d.Name)
		e.Day(d.From.since1970())
		e.Day(d.To.since1970())
		e.Text(string(d.Successor))
	}
	return e.Finish()
}

// DecodeList reads the fields of a divisions record after its header. Level and
// parent follow from the code and are not in the leaf.
func DecodeList(d *translog.Decoder) (List, error) {
	l := List{County: Code(d.Text()), Name: d.Text(), File: d.Text(), Source: d.Text()}
	n := d.Count(maxRows)
	for range n {
		row := Division{Code: Code(d.Text()), Name: d.Text(), From: daySince1970(d.Day()), To: daySince1970(d.Day())}
		row.Successor = Code(d.Text())
		row.Level, row.Parent = row.Code.Level(), row.Code.Parent()
		if d.Err() != nil {
			break
		}
		if why := row.wrong(); why != "" {
			d.Fail("区划：%s", why)
		}
		l.Rows = append(l.Rows, row)
	}
	if err := d.Finish(); err != nil {
		return List{}, ErrEncoding.Because(err)
	}
	return l, nil
}
