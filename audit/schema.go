package audit

import (
	"strings"
	"unicode/utf8"

	"fundbook/internal/db"
)

// schemaKinds are the names of what a catalogue holds; the word that stands in a
// code comes first.
var schemaKinds = map[string]struct{ code, zh string }{
	"table":       {"table", "表"},
	"view":        {"view", "视图"},
	"column":      {"column", "列"},
	"index":       {"index", "索引"},
	"constraint":  {"constraint", "约束"},
	"trigger":     {"trigger", "触发器"},
	"function":    {"function", "函数"},
	"rule":        {"rule", "改写规则"},
	"row policy":  {"policy", "行策略"},
	"child table": {"child", "子表"},
	"grant":       {"grant", "权限"},
}

// schemaFinding says what of the schema is not as the migrations make it: what
// keeps law 3 inside the database is off, gone or another.
func schemaFinding(c db.SchemaChange) finding {
	o, state := c.Now, "多出"
	switch {
	case c.Now == nil:
		o, state = c.Was, "缺失"
	case c.Was != nil:
		state = "已改"
	}
	k, ok := schemaKinds[o.Kind]
	if !ok {
		k.code, k.zh = "other", o.Kind
	}
	detail := k.zh + " " + o.Name + " " + state
	if o.Table != "" {
		detail = "表 " + o.Table + " 的" + detail
	}
	if c.Now != nil {
		detail += "：" + excerpt(c.Now.Def)
	}
	if c.Was != nil && c.Now != nil {
		detail += "；应为 " + excerpt(c.Was.Def)
	}
	return finding{0, "schema." + k.code, detail}
}

const maxExcerpt = 160 // characters

// excerpt shows a definition in one line.
func excerpt(def string) string {
	def = strings.Join(strings.Fields(def), " ")
	if utf8.RuneCountInString(def) > maxExcerpt {
		def = string([]rune(def)[:maxExcerpt]) + "…"
	}
	return def
}
