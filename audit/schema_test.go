package audit_test

import (
	"testing"

	"fundbook/audit"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
)

// schemaEdits are changes of the catalogue by the owner of the tables, by engine:
// what is done, the code and the words that name it.
var schemaEdits = map[db.Engine][][3]string{
	db.SQLite: {
		{"DROP TRIGGER record_no_update", "schema.trigger", "表 record 的触发器 record_no_update 缺失"},
		{"DROP INDEX record_idempotency", "schema.index", "表 record 的索引 record_idempotency 缺失"},
		{"CREATE TRIGGER late AFTER INSERT ON record BEGIN UPDATE head SET epoch = 0; END", "schema.trigger", "触发器 late 多出"},
		{"DROP TRIGGER record_no_update; CREATE TRIGGER record_no_update BEFORE UPDATE ON record WHEN 0 BEGIN SELECT RAISE(ABORT, 'no'); END", "schema.trigger", "record_no_update 已改"},
		{"DROP VIEW \"批次\"; CREATE VIEW \"批次\" AS SELECT 1 AS x", "schema.view", "批次 已改"},
		{"ALTER TABLE line ADD COLUMN extra INTEGER", "schema.table", "表 line 已改"},
		{"CREATE UNIQUE INDEX narrow ON line (fen)", "schema.index", "narrow 多出"},
		{"PRAGMA writable_schema = 1; UPDATE sqlite_master SET sql = replace(sql, 'CHECK (fen <> 0', 'CHECK (1 = 1') WHERE name = 'line'", "schema.table", "表 line 已改"},
	},
	db.PostgreSQL: {
		{"DROP TRIGGER record_seals ON record", "schema.trigger", "表 record 的触发器 record_seals 缺失"},
		{"ALTER TABLE record DISABLE TRIGGER record_seals", "schema.trigger", "[disabled]"},
		{"ALTER TABLE line DISABLE TRIGGER ALL", "schema.trigger", "line_county_opens_fkey RI_FKey_check_ins 已改：foreign key [disabled]"},
		{"ALTER TABLE line ENABLE REPLICA TRIGGER line_sealed", "schema.trigger", "[R]"},
		{"CREATE TRIGGER late BEFORE INSERT ON voucher FOR EACH ROW EXECUTE FUNCTION fundbook_append_only()", "schema.trigger", "表 voucher 的触发器 late 多出"},
		{"CREATE OR REPLACE FUNCTION fundbook_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$", "schema.function", "函数 fundbook_append_only() 已改"},
		{"ALTER FUNCTION fundbook_record_seals() SET search_path = pg_temp", "schema.function", "fundbook_record_seals() 已改"},
		{"ALTER TABLE line DROP CONSTRAINT line_fen_check", "schema.constraint", "表 line 的约束 line_fen_check 缺失"},
		{"ALTER TABLE line DROP CONSTRAINT line_county_opens_fkey", "schema.constraint", "line_county_opens_fkey 缺失"},
		{"DROP INDEX record_idempotency", "schema.index", "record_idempotency 缺失"},
		{"CREATE UNIQUE INDEX narrow ON line (fen)", "schema.index", "narrow 多出"},
		{"ALTER TABLE head ALTER next_seq DROP NOT NULL", "schema.column", "next_seq 已改"},
		{"ALTER TABLE line ADD COLUMN extra INT", "schema.column", "extra 多出"},
		{"GRANT UPDATE ON record TO fundbook_app", "schema.grant", "UPDATE to fundbook_app 多出"},
		{"GRANT UPDATE (fen) ON line TO PUBLIC", "schema.grant", "UPDATE (fen) to public 多出"},
		{"REVOKE INSERT ON record FROM fundbook_app", "schema.grant", "INSERT to fundbook_app 缺失"},
		{"ALTER TABLE record OWNER TO fundbook_app", "schema.table", "owned by fundbook_app"},
		{"CREATE RULE nothing AS ON INSERT TO reversal DO INSTEAD NOTHING", "schema.rule", "nothing 多出"},
		{"ALTER TABLE record ENABLE ROW LEVEL SECURITY", "schema.table", "row security"},
		{"CREATE TABLE more () INHERITS (record)", "schema.child", "more 多出"},
		{"DROP VIEW \"批次\"", "schema.table", "批次 缺失"},
		{hideLoss, "schema.view", "表 科目余额 的视图 科目余额 已改"},
		{"CREATE OR REPLACE VIEW \"科目\" AS SELECT '1001' AS \"科目\", '国库待拨资金' AS \"名称\", '借' AS \"余额方向\", 'F' AS \"账组\"", "schema.view", "科目 已改"},
	},
}

// hideLoss makes a view of the balances leave out an account: its columns, owner and
// grants stay as they were.
const hideLoss = `DO $$ BEGIN EXECUTE 'CREATE OR REPLACE VIEW "科目余额" AS '
 || replace(pg_get_viewdef('"科目余额"'::regclass), 'GROUP BY', 'WHERE k.account <> ''7302'' GROUP BY'); END $$`

// TestSchemaChangesUnseen: what keeps the rules inside the database is compared
// with what the migrations make; tables of others are left alone.
func TestSchemaChangesUnseen(t *testing.T) {
	t.Parallel()
	for engine, edits := range schemaEdits {
		for _, x := range edits {
			t.Run(string(engine)+" "+x[0], func(t *testing.T) {
				t.Parallel()
				d := dbtest.SQLite(t)
				if engine == db.PostgreSQL {
					d = dbtest.Postgres(t)
				}
				if _, err := d.Write.ExecContext(t.Context(), "CREATE TABLE auditors_own (n BIGINT)"); err != nil {
					t.Fatal(err)
				}
				both(t, d, audit.Options{}, func(r audit.Report) {
					if !r.OK {
						t.Fatalf("control: %+v", r.Bad)
					}
				})
				if _, err := d.Write.ExecContext(t.Context(), x[0]); err != nil {
					t.Fatal(err)
				}
				both(t, d, audit.Options{}, func(r audit.Report) { mustName(t, r, x[1], 3, x[2]) })
			})
		}
	}
}

// TestSchemaElsewhereIsTheSame migrates into a schema of its own and verifies as
// the role of the service: neither raises an alarm.
func TestSchemaElsewhereIsTheSame(t *testing.T) {
	t.Parallel()
	url := dbtest.Postgres(t).URL
	open := func(more string) *db.DB {
		t.Helper()
		d, err := db.Open(t.Context(), url+more)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		return d
	}
	asApp := open("&role=fundbook_app")
	if err := asApp.CheckSchema(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, asApp); !r.OK {
		t.Errorf("as fundbook_app: %+v", r.Bad)
	}
	if _, err := open("").Write.ExecContext(t.Context(), "CREATE SCHEMA elsewhere"); err != nil {
		t.Fatal(err)
	}
	d := open("&search_path=elsewhere")
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, d); !r.OK {
		t.Errorf("in another schema: %+v", r.Bad)
	}
	if _, err := d.Write.ExecContext(t.Context(), "DROP TRIGGER append_only ON lot"); err != nil {
		t.Fatal(err)
	}
	mustName(t, verify(t, d), "schema.trigger", 3, "表 lot 的触发器 append_only 缺失")
}
