// Package sample holds the product's sample data (样例数据), embedded: 28 county fund
// notices published in 2017–2025, as transcribed with their checks, and the
// divisions of Anyuan county with their changes from 2017 to 2023. Nothing in it
// was invented; a blank is a blank in the source.
//
// Sources. Every row of notices.csv names the public page it was read from, and
// each table beside it carries a source note. The divisions are those of the npm
// package china-division (WTFPL v2), from the codes of the National Bureau of
// Statistics; see the source notes.
package sample

import (
	"embed"
	"io/fs"
)

//go:embed notices divisions
var files embed.FS

// Notices returns notices.csv, sources.csv, lines.csv and checks.csv of the
// sample, with tables/ as printed.
func Notices() fs.FS { return sub("notices") }

// Divisions returns the files named by DivisionFiles and their source notes.
func Divisions() fs.FS { return sub("divisions") }

// DivisionFiles are the sample's files of divisions, in the order of import.
func DivisionFiles() []string {
	return []string{"divisions_anyuan_360726.csv", "divisions_changes_anyuan_2.1.1_to_2.7.0.csv"}
}

func sub(dir string) fs.FS {
	f, err := fs.Sub(files, dir)
	if err != nil {
		panic("sample: invariant: " + dir + " is embedded: " + err.Error()) // invariant: go:embed above
	}
	return f
}
