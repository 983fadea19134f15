package api

import (
	"reflect"
	"strings"

	"fundbook/internal/app"
)

// operationRoutes makes a write of every operation of the rooms: its name, with
// dots as slashes, is its path.
func operationRoutes() []write {
	var out []write
	for _, op := range app.Operations() {
		out = append(out, write{
			path: "/api/v1/counties/{county}/" + strings.ReplaceAll(op.Name, ".", "/"), id: strings.ReplaceAll(op.Name, ".", "-"), limit: maxBatch,
			permission: op.Permission, body: op.Body, summary: op.ZH + " · " + op.EN,
			table: hasFile(op.Body),
			command: func(raw []byte) (app.Command, error) {
				return op.Decode(func(to any) error { return decode(raw, to) })
			},
		})
	}
	return out
}

// hasFile reports whether a body carries a table, such as a roster's.
func hasFile(body any) bool {
	f, ok := reflect.TypeOf(body).FieldByName("File")
	return ok && f.Type == reflect.TypeFor[[]byte]()
}
