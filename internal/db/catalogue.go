package db

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"fundbook/migrations"
)

// SchemaObject is one thing of the database's catalogue that the migrations make:
// a table, column, index, constraint, trigger, function, right of the program's
// role.
type SchemaObject struct {
	Table string // that it belongs to; "" for a function
	Kind  string
	Name  string
	Def   string // its definition and, on PostgreSQL, whether it is in force
}

// SchemaChange is a difference between a store's catalogue and what the migrations
// make. Was is nil for what was added, Now for what is missing.
type SchemaChange struct {
	Was, Now *SchemaObject
}

// catalogueQueries read the catalogue in words that depend neither on the order of
// creation nor on the schema or the owner. Tables of the migrations runner are
// left out, and so are internal names.
//
// PostgreSQL: tgenabled O is in force, D is off, R and A depend on the session. The
// triggers behind a foreign key are there as well, under the name of the
// constraint. NOT NULL stands with the column, since newer servers also list it as
// a constraint. The text of a view stands in the words of viewText.
var catalogueQueries = map[Engine]string{
	SQLite: `SELECT tbl_name AS "table", type AS kind, name, sql AS def FROM sqlite_master
 WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'goose%' AND tbl_name NOT LIKE 'sqlite_%'`,
	PostgreSQL: `WITH here AS (SELECT oid FROM pg_namespace WHERE nspname = current_schema()),
rel AS (SELECT c.* FROM pg_class c JOIN here ON c.relnamespace = here.oid WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname NOT LIKE 'goose%'),
app AS (SELECT oid FROM pg_roles WHERE rolname = 'fundbook_app')
SELECT t AS "table", kind, name, def FROM (
 SELECT relname::text AS t, 'table' AS kind, relname::text AS name, concat(relkind, ' ', relpersistence,
   CASE WHEN relrowsecurity OR relforcerowsecurity THEN ' row security' END, CASE WHEN relowner = app.oid THEN ' owned by fundbook_app' END) AS def
  FROM rel LEFT JOIN app ON true
 UNION ALL SELECT rel.relname, 'column', a.attname, concat(format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' not null' END,
   ' default ' || pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated)
  FROM rel JOIN pg_attribute a ON a.attrelid = rel.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 UNION ALL SELECT rel.relname, 'index', x.relname, concat(pg_get_indexdef(i.indexrelid, 0, true), CASE WHEN NOT (i.indisvalid AND i.indisready AND i.indislive) THEN ' [invalid]' END)
  FROM rel JOIN pg_index i ON i.indrelid = rel.oid JOIN pg_class x ON x.oid = i.indexrelid
 UNION ALL SELECT rel.relname, 'constraint', c.conname, pg_get_constraintdef(c.oid, true) FROM rel JOIN pg_constraint c ON c.conrelid = rel.oid AND c.contype <> 'n'
 UNION ALL SELECT rel.relname, 'trigger', t.tgname, concat(pg_get_triggerdef(t.oid, true), CASE t.tgenabled WHEN 'O' THEN '' WHEN 'D' THEN ' [disabled]' ELSE concat(' [', t.tgenabled, ']') END)
  FROM rel JOIN pg_trigger t ON t.tgrelid = rel.oid AND NOT t.tgisinternal
 UNION ALL SELECT rel.relname, 'trigger', concat(c.conname, ' ', p.proname), CASE t.tgenabled WHEN 'O' THEN 'foreign key' WHEN 'D' THEN 'foreign key [disabled]' ELSE concat('foreign key [', t.tgenabled, ']') END
  FROM rel JOIN pg_trigger t ON t.tgrelid = rel.oid AND t.tgisinternal JOIN pg_constraint c ON c.oid = t.tgconstraint JOIN pg_proc p ON p.oid = t.tgfoid
 UNION ALL SELECT rel.relname, 'rule', r.rulename, pg_get_ruledef(r.oid, true) FROM rel JOIN pg_rewrite r ON r.ev_class = rel.oid AND r.rulename <> '_RETURN'
 UNION ALL SELECT rel.relname, 'view', rel.relname, pg_get_viewdef(rel.oid) FROM rel WHERE rel.relkind IN ('v', 'm')
 UNION ALL SELECT rel.relname, 'row policy', p.polname, coalesce(pg_get_expr(p.polqual, p.polrelid), '') FROM rel JOIN pg_policy p ON p.polrelid = rel.oid
 UNION ALL SELECT rel.relname, 'child table', h.inhrelid::regclass::text, 'inherits' FROM rel JOIN pg_inherits h ON h.inhparent = rel.oid
 UNION ALL SELECT rel.relname, 'grant', concat(x.privilege_type, ' to ', CASE x.grantee WHEN 0 THEN 'public' ELSE 'fundbook_app' END), 'granted'
  FROM rel CROSS JOIN LATERAL aclexplode(rel.relacl) x LEFT JOIN app ON true WHERE x.grantee IN (0, app.oid)
 UNION ALL SELECT rel.relname, 'grant', concat(x.privilege_type, ' (', a.attname, ') to ', CASE x.grantee WHEN 0 THEN 'public' ELSE 'fundbook_app' END), 'granted'
  FROM rel JOIN pg_attribute a ON a.attrelid = rel.oid AND a.attnum > 0 CROSS JOIN LATERAL aclexplode(a.attacl) x LEFT JOIN app ON true WHERE x.grantee IN (0, app.oid)
 UNION ALL SELECT '', 'function', concat(p.proname, '(', pg_get_function_identity_arguments(p.oid), ')'), concat('returns ', format_type(p.prorettype, NULL), ' language ', l.lanname,
   CASE WHEN p.prosecdef THEN ' security definer' END, ' set ' || array_to_string(p.proconfig, ', '), CASE WHEN p.proowner = app.oid THEN ' owned by fundbook_app' END, p.prosrc)
  FROM pg_proc p JOIN here ON p.pronamespace = here.oid JOIN pg_language l ON l.oid = p.prolang LEFT JOIN app ON true WHERE p.proname LIKE 'fundbook%'
) x`,
}

// catalogue reads the store's schema, in order of table, kind and name.
func (d *DB) catalogue(ctx context.Context) ([]SchemaObject, error) {
	var list []SchemaObject
	if err := d.Read.NewRaw(catalogueQueries[d.Engine]).Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	for i := range list {
		if d.Engine == PostgreSQL && list[i].Kind == "view" {
			list[i].Def = viewText(list[i].Def)
		}
	}
	slices.SortFunc(list, func(a, b SchemaObject) int {
		return cmp.Or(strings.Compare(a.Table, b.Table), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name), strings.Compare(a.Def, b.Def))
	})
	return list, nil
}

var (
	viewSpace     = regexp.MustCompile(`\s+`)
	viewQualifier = regexp.MustCompile(`\b[a-z_]+\.`)
	viewNoName    = regexp.MustCompile(` AS "\?column\?"`)
)

// viewText prints a view as every server does: in one line; a constant column of a
// later branch of a UNION without the name that it has not; and where a query reads
// one relation alone, a column without the name of that relation, which servers
// before 16 print and later ones do not.
func viewText(def string) string {
	def = strings.TrimSpace(viewSpace.ReplaceAllString(def, " "))
	def = viewNoName.ReplaceAllString(def, "")
	if !strings.Contains(def, " JOIN ") {
		def = viewQualifier.ReplaceAllString(def, "")
	}
	return def
}

// schemaMark begins the line above each object of a dump.
const schemaMark = "-- @ "

// DumpSchema prints the schema as text; the dump is a golden.
func (d *DB) DumpSchema(ctx context.Context) (string, error) {
	list, err := d.catalogue(ctx)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, o := range list {
		b.WriteString(schemaMark + o.Table + " | " + o.Kind + " | " + o.Name + "\n" + o.Def + "\n")
	}
	return b.String(), nil
}

// parseSchema reads a dump.
func parseSchema(dump string) []SchemaObject {
	var list []SchemaObject
	for part := range strings.SplitSeq("\n"+dump, "\n"+schemaMark) {
		name, def, found := strings.Cut(part, "\n")
		f := strings.SplitN(name, " | ", 3)
		if found && len(f) == 3 {
			list = append(list, SchemaObject{f[0], f[1], f[2], strings.TrimRight(def, "\n")})
		}
	}
	return list
}

// SchemaChanges compares the store's schema with what the migrations make. It
// names everything missing or changed, and what was added to our own tables;
// tables of others are nobody's business here. It needs no right but to read.
func (d *DB) SchemaChanges(ctx context.Context) ([]SchemaChange, error) {
	have, err := d.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	type name struct{ table, kind, name string }
	want := map[name]*SchemaObject{}
	ours := map[string]bool{"": true}
	made := parseSchema(migrations.Schema(string(d.Engine)))
	for i := range made {
		o := &made[i]
		want[name{o.Table, o.Kind, o.Name}] = o
		ours[o.Table] = true
	}
	var out []SchemaChange
	for i := range have {
		o := &have[i]
		k := name{o.Table, o.Kind, o.Name}
		o.Def = strings.TrimRight(o.Def, "\n") // as a dump is read
		switch was := want[k]; {
		case was == nil && ours[o.Table]:
			out = append(out, SchemaChange{Now: o})
		case was != nil && was.Def != o.Def:
			out = append(out, SchemaChange{Was: was, Now: o})
		}
		delete(want, k)
	}
	for i := range made {
		o := &made[i]
		if want[name{o.Table, o.Kind, o.Name}] != nil {
			out = append(out, SchemaChange{Was: o})
		}
	}
	return out, nil
}
