package audit

import (
	"context"
	"fmt"

	"fundbook/internal/translog"
)

// Table (索引表) is a table whose rows follow from records: it finds them again
// and holds nothing that they do not say.
type Table struct {
	Name string
	// Query selects the record's sequence number and then the other columns, in the
	// order of Row; its one parameter, if any, is the county's number.
	Query string
	// Common tables hold rows of county 000000 only.
	Common bool
}

// Row (索引行) is a row that a record must have in a table; Text is RowText of
// its columns but seq.
type Row struct {
	Table string
	Text  string
}

// Decoder reads the fields of a record after its header, must refuse every form
// but the canonical one, and returns the rows that the record must have in the
// tables of its room. Verify calls it in order of sequence, one county after the
// other, from one goroutine; so a decoder may remember what came before.
type Decoder func(h translog.Header, d *translog.Decoder) ([]Row, error)

// commonCounty is the pseudo-county whose log holds the accounts.
const commonCounty = "000000"

// tables are those of the ledger and of the accounts.
var tables = []Table{
	{Name: "lot", Query: "SELECT seq, amount, line, budget_year, id, code, document, tier, class, doc_no, name FROM lot WHERE county = ? ORDER BY seq"},
	{Name: "policy", Query: "SELECT seq, valid_from, name, value, basis FROM policy WHERE county = ? ORDER BY seq"},
	{Name: "period_close", Query: "SELECT seq, period, book FROM period_close WHERE county = ? ORDER BY seq"},
	{Name: "reversal", Query: "SELECT seq, original FROM reversal WHERE county = ? ORDER BY seq"},
	{Name: "merger", Query: "SELECT seq, unit, successor FROM merger WHERE county = ? ORDER BY seq"},
	{Name: "user_account", Query: "SELECT seq, id, name, role, county, unit, token_hash FROM user_account ORDER BY seq", Common: true},
	{Name: "user_token", Query: "SELECT seq, id, replaces, token_hash FROM user_token ORDER BY seq", Common: true},
	{Name: "user_revocation", Query: "SELECT seq, id FROM user_revocation ORDER BY seq", Common: true},
}

// rowSet is what the tables must hold: the sequence number of each row by table
// and text.
type rowSet struct {
	want map[string]map[string]int64
}

func newRowSet() *rowSet { return &rowSet{map[string]map[string]int64{}} }

func rowID(seq int64, text string) string { return fmt.Sprintf("%d\x1f%s", seq, text) }

func (s *rowSet) add(seq int64, r Row) {
	t := s.want[r.Table]
	if t == nil {
		t = map[string]int64{}
		s.want[r.Table] = t
	}
	t[rowID(seq, r.Text)] = seq
}

// compare reads the tables and names rows that no record has, and records whose
// row is missing.
func (s *rowSet) compare(ctx context.Context, c *countyCheck, list []Table) error {
	for i := range list {
		t := &list[i]
		if t.Common && c.head.Code != commonCounty {
			continue
		}
		want := s.want[t.Name]
		err := eachRow(ctx, c.q, t, c.head.County, func(seq int64, text string) {
			id := rowID(seq, text)
			if _, ok := want[id]; ok {
				delete(want, id)
				return
			}
			c.f.addf(seq, t.Name+".row", "表 %s 的行与第 %d 条记录不符：%s", t.Name, seq, printable(text))
		})
		if err != nil {
			return err
		}
		for id, seq := range want {
			c.f.addf(seq, t.Name+".missing", "表 %s 缺第 %d 条记录的行：%s", t.Name, seq, printable(id))
		}
	}
	return nil
}

// printable shows the separators of a row text.
func printable(s string) string {
	out := []rune(s)
	for i, r := range out {
		if r < ' ' {
			out[i] = '|'
		}
	}
	return string(out)
}
