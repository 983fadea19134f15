// Package migrations holds the schema as numbered SQL files, forward only, for
// both engines. Shared files are written in PostgreSQL's words; FS rewrites the
// few that SQLite spells differently. A file that only one engine runs ends in
// .sqlite.sql or .postgres.sql.
package migrations

import (
	"bytes"
	"embed"
	"io"
	"io/fs"
	"regexp"
	"strings"
)

//go:embed *.sql
var files embed.FS

//go:embed testdata/schema.sqlite.sql
var sqliteSchema string

//go:embed testdata/schema.postgres.sql
var postgresSchema string

// Schema is what the migrations of an engine make: a dump that a test holds up to
// date, for comparison with the catalogue of a store.
func Schema(engine string) string {
	if engine == "postgres" {
		return postgresSchema
	}
	return sqliteSchema
}

var sqliteWords = []struct{ from, to string }{
	{"BIGINT", "INTEGER"},
	{"SMALLINT", "INTEGER"},
	{"BYTEA", "BLOB"},
}

var sqliteTail = regexp.MustCompile(`/\*sqlite:([^*]*)\*/`)

// FS returns the migrations of one engine ("sqlite" or "postgres"), in its own
// words.
func FS(engine string) fs.FS { return engineFS{engine} }

// engineFS shows the embedded files that the engine runs, rewritten for it.
type engineFS struct{ engine string }

func (f engineFS) shows(name string) bool {
	switch {
	case strings.HasSuffix(name, ".sqlite.sql"):
		return f.engine == "sqlite"
	case strings.HasSuffix(name, ".postgres.sql"):
		return f.engine == "postgres"
	}
	return true
}

// Open implements fs.FS.
func (f engineFS) Open(name string) (fs.File, error) {
	if !f.shows(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	file, err := files.Open(name)
	if err != nil || name == "." {
		return file, err
	}
	body, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	if f.engine == "sqlite" && !strings.HasSuffix(name, ".sqlite.sql") {
		body = forSQLite(body)
	}
	return &memFile{File: file, Reader: bytes.NewReader(body)}, nil
}

// ReadDir implements fs.ReadDirFS.
func (f engineFS) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := files.ReadDir(name)
	if err != nil {
		return nil, err
	}
	var out []fs.DirEntry
	for _, e := range all {
		if f.shows(e.Name()) {
			out = append(out, e)
		}
	}
	return out, nil
}

// memFile is an embedded file whose bytes were rewritten.
type memFile struct {
	fs.File
	*bytes.Reader
}

// Read implements fs.File.
func (m *memFile) Read(p []byte) (int, error) { return m.Reader.Read(p) }

func forSQLite(body []byte) []byte {
	for _, w := range sqliteWords {
		body = bytes.ReplaceAll(body, []byte(w.from), []byte(w.to))
	}
	return sqliteTail.ReplaceAll(body, []byte("$1"))
}
