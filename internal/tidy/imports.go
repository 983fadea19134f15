package tidy

import (
	"slices"
	"strings"
)

// roomImports is the import table of ARCHITECTURE.md: what each room may import
// of the other rooms. Nobody to the left learns of anybody to the right.
var roomImports = map[string][]string{
	"ledger":     {},
	"intake":     {"ledger"},
	"projects":   {"ledger"},
	"payments":   {"ledger", "projects"},
	"publicity":  {"ledger", "intake", "projects", "payments"},
	"audit":      {"ledger", "intake", "projects", "payments", "publicity"},
	"migrations": {},
}

// intakeNeeds is all that intake may take from internal.
var intakeNeeds = []string{"region", "sheet", "db", "fault", "translog"}

// CheckImports holds every import within the module to the import table. Test
// files obey it too; only a test in a package of its own (package x_test) may
// also import internal/app, to bring its room into a state.
func CheckImports(t *Tree) []Finding {
	all := func(*Source) bool { return true }
	return eachGo(t, all, func(s *Source) []Finding {
		var out []Finding
		for _, spec := range s.File.Imports {
			target, ours := strings.CutPrefix(importPath(spec), module+"/")
			if !ours {
				continue
			}
			if why := importRefused(s, target); why != "" {
				out = append(out, s.at(spec.Pos(), "imports %s: %s", target, why))
			}
		}
		return out
	})
}

// importRefused says why s may not import target, a path within the module.
func importRefused(s *Source, target string) string {
	from, to := s.room(), firstFolder(target)
	_, fromRoom := roomImports[from]
	_, toRoom := roomImports[to]
	front := to == "api" || to == "web" || to == "cmd" || to == "bench"
	switch {
	case within(target, "internal/dbtest") && !s.Test && !s.in("bench", "internal/dbtest"):
		return "dbtest is for tests"
	case from == to && from != "internal", from == "cmd", from == "bench":
		return ""
	case fromRoom && toRoom:
		if !slices.Contains(roomImports[from], to) {
			return "imports go left only: " + from + " must not know " + to
		}
	case fromRoom && within(target, "internal/app"):
		if !s.Test || !strings.HasSuffix(s.File.Name.Name, "_test") {
			return "internal/app is above the rooms"
		}
	case from == "intake" && to == "internal" && !s.Test:
		if !slices.ContainsFunc(intakeNeeds, func(n string) bool { return within(target, "internal/"+n) }) {
			return "intake takes only " + strings.Join(intakeNeeds, ", ") + " from internal"
		}
	case fromRoom && front, from == "internal" && front:
		return to + " is a front: nothing behind it imports it"
	case from == "internal" && slices.Contains(Rooms, to) && !s.in("internal/app"):
		return "of internal, only internal/app knows a domain room"
	case from == "internal" && within(target, "internal/app") && !s.in("internal/app") && !s.Test:
		return "internal/app is above the other internal packages"
	case (from == "api" || from == "web") && front:
		return "the fronts do not know each other"
	}
	return ""
}

func firstFolder(p string) string {
	first, _, _ := strings.Cut(p, "/")
	return first
}

// within tells whether p is folder or lies below it.
func within(p, folder string) bool { return p == folder || strings.HasPrefix(p, folder+"/") }

// confined is a foreign package and the only files that may import it.
type confined struct {
	pkg   string // this path and everything below
	where []string
	files func(*Source) bool
}

func inFolders(folders ...string) func(*Source) bool {
	return func(s *Source) bool { return s.in(folders...) }
}

func inFiles(patterns ...string) func(*Source) bool {
	return func(s *Source) bool { return s.matches(patterns...) }
}

// stores are the files that talk to a database: store*.go in a room, in its package
// for tests or in a package of internal, and the packages made for it.
func stores(s *Source) bool {
	return s.in("internal/db", "internal/dbtest", "migrations") ||
		s.matches("*/store*.go", "internal/*/store*.go", "ledger/ledgertest/store*.go") && !s.in("api", "web", "cmd")
}

var confinedTo = []confined{
	{"github.com/uptrace/bun", []string{"store*.go", "internal/db", "internal/dbtest", "migrations"}, stores},
	{"database/sql", []string{"store*.go", "internal/db", "internal/dbtest", "migrations"}, stores},
	{"github.com/jackc/pgx", []string{"internal/db", "internal/dbtest", "bench"}, inFolders("internal/db", "internal/dbtest", "bench")},
	{"net/http", []string{"api", "web", "internal/auth", "cmd", "bench"}, inFolders("api", "web", "internal/auth", "cmd", "bench")},
	{"github.com/jung-kurt/gofpdf", []string{"publicity/pdf*.go", "audit/pdf*.go"}, inFiles("publicity/pdf*.go", "audit/pdf*.go")},
	{"github.com/danielgtaylor/huma", []string{"api"}, inFolders("api")},
	{"github.com/prometheus/client_golang", []string{"api"}, inFolders("api")},
	{"github.com/xuri/excelize", []string{"internal/sheet"}, inFolders("internal/sheet")},
	{"github.com/alecthomas/kong", []string{"cmd"}, inFolders("cmd")},
}

// CheckConfined holds the foreign packages to the files made for them, so that
// each could be replaced in one place. Tests may use them to look from outside.
func CheckConfined(t *Tree) []Finding {
	return eachGo(t, product, func(s *Source) []Finding {
		var out []Finding
		for _, spec := range s.File.Imports {
			for _, c := range confinedTo {
				if within(importPath(spec), c.pkg) && !c.files(s) {
					out = append(out, s.at(spec.Pos(), "%s is confined to %s", c.pkg, strings.Join(c.where, ", ")))
				}
			}
		}
		return out
	})
}

// unwanted are packages that no file imports, tests included.
var unwanted = map[string]string{
	"github.com/stretchr/testify": "tests use the standard library and go-cmp",
	"github.com/onsi/ginkgo":      "tests use the standard library and go-cmp",
	"github.com/golang/mock":      "there are no mocks",
	"go.uber.org/mock":            "there are no mocks",
}

// CheckUnwanted finds packages that the project does without.
func CheckUnwanted(t *Tree) []Finding {
	all := func(*Source) bool { return true }
	return eachGo(t, all, func(s *Source) []Finding {
		var out []Finding
		for _, spec := range s.File.Imports {
			for pkg, why := range unwanted {
				if within(importPath(spec), pkg) {
					out = append(out, s.at(spec.Pos(), "%s is not used here: %s", pkg, why))
				}
			}
		}
		return out
	})
}
