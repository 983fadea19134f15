package audit_test

import (
	"testing"

	"fundbook/audit"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
)

// TestColumnsOfIndexTablesChangeUnseen: what imported documents, divisions and
// notices are found by is compared column by column, the number of the record
// included.
func TestColumnsOfIndexTablesChangeUnseen(t *testing.T) {
	t.Parallel()
	const (
		document = "key = '" + sampled + "'"
		division = "code = '360726100' AND valid_from = (SELECT min(valid_from) FROM keep_division WHERE code = '360726100')"
	)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		fillPublic(s)
		s.Close()
		for _, table := range []string{"document", "division", "notice"} {
			if _, err := d.Write.ExecContext(t.Context(), "CREATE TABLE keep_"+table+" AS SELECT * FROM "+table); err != nil {
				t.Fatal(err)
			}
		}
		check := func(table, set, where, county, code string) {
			t.Helper()
			tamper(t, d, "UPDATE "+table+" SET "+set+" WHERE "+where)
			r, err := audit.Verify(t.Context(), d, audit.Options{Full: true, County: county})
			if err != nil {
				t.Fatal(err)
			}
			law := 3
			if table == "notice" {
				law = 9
			}
			mustName(t, r, code, law, table)
			for _, b := range named(r, code) {
				if b.Seq == 0 {
					t.Errorf("%s SET %s: no record is named: %+v", table, set, b)
				}
			}
			tamper(t, d, "DELETE FROM "+table, "INSERT INTO "+table+" SELECT * FROM keep_"+table)
		}
		text := func(c string) string { return c + " = " + c + " || 'x'" }
		plus := func(c string) string { return c + " = " + c + " + 100000" }
		for _, set := range []string{
			plus("seq"), plus("fund_year"), plus("published"), text("key"), text("title"), text("issuer"), text("kind"), "digest = " + blob(d, 32),
		} {
			check("document", set, document, tenant, "table.document")
		}
		for _, set := range []string{
			plus("seq"), "level = 5", plus("valid_from"), plus("valid_to"), text("code"), text("name"), text("parent"), text("successor"),
		} {
			check("division", set, division, county, "table.division")
		}
		for _, set := range []string{
			plus("seq"), plus("cutoff_seq"), plus("valid_from"), plus("valid_to"), "id = " + blob(d, 16), text("type"), text("title"), text("publisher"),
			text("about"), "digest = " + blob(d, 32), text("code"),
		} {
			check("notice", set, "about = '"+sampled+"'", tenant, "notice.row")
		}
		for table, where := range map[string]string{"document": document, "division": division, "notice": "about = '" + sampled + "'"} {
			tamper(t, d, "UPDATE "+table+" SET county = 7 WHERE "+where)
			mustName(t, verify(t, d), "county.unknown", 4, "表 "+table)
			tamper(t, d, "DELETE FROM "+table, "INSERT INTO "+table+" SELECT * FROM keep_"+table)
		}
		if r := verify(t, d); !r.OK {
			t.Errorf("undone edits leave the store not ok: %+v", r.Bad)
		}
	})
}
