package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"fundbook/intake/sample"
)

// TestImportOfAPipeHangs: what is no regular file is refused before it is opened,
// since opening a pipe waits for its writer and no signal ends that.
func TestImportOfAPipeHangs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe := func(path string) string {
		t.Helper()
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	notices := filepath.Join(dir, "notices")
	if err := os.CopyFS(notices, sample.Notices()); err != nil {
		t.Fatal(err)
	}
	pipe(filepath.Join(notices, "lines.csv"))
	divisions := filepath.Join(dir, "divisions")
	if err := os.CopyFS(divisions, sample.Divisions()); err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(divisions, sample.DivisionFiles()[0])
	pipe(strings.TrimSuffix(list, ".csv") + ".source.txt")
	env := []string{"FUNDBOOK_DATA=" + filepath.Join(dir, "data")}
	for _, args := range [][]string{
		{"import", "divisions", pipe(filepath.Join(dir, "pipe.csv"))},
		{"import", "divisions", list},
		{"import", "notices", notices},
		{"import", "divisions", "/dev/null"},
	} {
		var said strings.Builder
		code := run(context.Background(), args, env, terminal{strings.NewReader(""), io.Discard, &said})
		if code != exitFailed || !strings.Contains(said.String(), "sheet.not_a_file") {
			t.Errorf("%v: exit %d, %s", args, code, said.String())
		}
	}
}

// TestHeadFromAPipeHeedsASignal: a head may come through a pipe, as the shell's
// <(…) gives one; while its writer says nothing, a signal ends the wait.
func TestHeadFromAPipeHeedsASignal(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "head")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := &session{ctx: ctx}
	if _, err := s.readAll([]string{path}); err == nil {
		t.Error("a pipe without a writer was read")
	}
	// The writer lets the reader that was left behind end.
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
