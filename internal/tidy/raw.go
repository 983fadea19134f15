package tidy

import (
	"go/ast"
	"strings"
)

// rawDoor are the names by which internal events could be posted without their
// gates (law 7): the command for tests, the option and the build tag for load
// generators.
const (
	rawCommand = "RawPost"
	rawOption  = "RawEvents"
	rawTag     = "fundbook_raw_events"
	// switchTag builds a writer that can leave the log out (law 4).
	switchTag = "fundbook_bench"
)

// CheckRawDoor finds fronts that name the raw door, and anything but the load
// generators that builds with its tag.
func CheckRawDoor(t *Tree) []Finding {
	out := eachGo(t, func(s *Source) bool { return product(s) && s.in("api", "web", "cmd") }, func(s *Source) []Finding {
		var out []Finding
		ast.Inspect(s.File, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && (id.Name == rawCommand || id.Name == rawOption) {
				out = append(out, s.at(id.Pos(), "%s posts without gates: no front may name it (law 7)", id.Name))
			}
			return true
		})
		return out
	})
	for _, f := range t.Text {
		for tag, room := range map[string]string{rawTag: "internal/app", switchTag: "internal/db"} {
			named := strings.Contains(string(f.Body), tag)
			if named && !within(f.Path, "bench") && !within(f.Path, room) && !within(f.Path, "internal/tidy") {
				out = append(out, Finding{Path: f.Path, Line: 1, Why: "builds with " + tag + ", which is for the load generators of bench"})
			}
		}
	}
	return out
}
