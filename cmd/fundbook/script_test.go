package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"fundbook/intake/sample"

	"github.com/rogpeppe/go-internal/testscript"
)

// variables are those that a script may set; the run sees no others.
var variables = []string{"DATA", "DB", "DB_FILE", "LISTEN", "LOG_LEVEL", "SIGNING_KEY_FILE", "PUBLIC_URL", "LISTNE"}

// TestScripts runs the scenarios of the command line within this process.
//
//	fundbook ARGS…     ! fundbook ARGS…     exit N (of the last run)
//	pick NAME PATTERN FILE     what the pattern's group finds in a file, as $NAME
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(e *testscript.Env) error {
			e.Setenv("FUNDBOOK_DATA", filepath.Join(e.WorkDir, "data"))
			return os.CopyFS(filepath.Join(e.WorkDir, "sample"), merged{sample.Notices(), sample.Divisions()})
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"fundbook": cmdFundbook,
			"exit": func(ts *testscript.TestScript, neg bool, args []string) {
				if len(args) != 1 || (ts.Getenv("EXIT") == args[0]) == neg {
					ts.Fatalf("exit code %s, want %v", ts.Getenv("EXIT"), args)
				}
			},
			"pick": func(ts *testscript.TestScript, _ bool, args []string) {
				m := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile(args[2]))
				if m == nil {
					ts.Fatalf("%s is not in %s", args[1], args[2])
				}
				ts.Setenv(args[0], m[1])
			},
		},
	})
}

func cmdFundbook(ts *testscript.TestScript, neg bool, args []string) {
	var env []string
	for _, v := range variables {
		if value := ts.Getenv("FUNDBOOK_" + v); value != "" {
			env = append(env, "FUNDBOOK_"+v+"="+value)
		}
	}
	if value := ts.Getenv("LANG"); value != "" {
		env = append(env, "LANG="+value)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	code := run(ctx, args, env, terminal{strings.NewReader(""), ts.Stdout(), ts.Stderr()})
	ts.Setenv("EXIT", strconv.Itoa(code))
	if (code != 0) != neg {
		ts.Fatalf("fundbook %s: exit %d", strings.Join(args, " "), code)
	}
}

// merged shows the files of several file systems as one.
type merged []fs.FS

// Open implements fs.FS.
func (m merged) Open(name string) (f fs.File, err error) {
	for _, x := range m {
		if f, err = x.Open(name); err == nil {
			return f, nil
		}
	}
	return nil, err
}

// ReadDir implements fs.ReadDirFS.
func (m merged) ReadDir(name string) (out []fs.DirEntry, err error) {
	for _, x := range m {
		if more, xerr := fs.ReadDir(x, name); xerr == nil {
			out = append(out, more...)
		} else {
			err = xerr
		}
	}
	if len(out) > 0 {
		err = nil
	}
	return out, err
}
