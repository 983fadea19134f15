package api

import (
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
			body: op.Body, summary: op.ZH + " · " + op.EN,
			command: func(raw []byte) (app.Command, error) {
				return op.Decode(func(to any) error { return decode(raw, to) })
			},
		})
	}
	return out
}
