package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"fundbook/internal/fault"
)

// errOutput says that the output could not be written whole, as on a full disk.
var errOutput = fault.New(fault.Unavailable, "cli.output", "输出没有写完", "the output was not written whole")

// printf prints to the output; run reports the first failure at the end.
func (s *session) printf(format string, args ...any) {
	if _, err := fmt.Fprintf(s.out, format, args...); err != nil && s.lost == nil {
		s.lost = err
	}
}

// say prints a line in the language of the terminal, by a Chinese format as of
// fault.Say.
func (s *session) say(format string, args ...any) {
	s.printf("%s\n", fault.Say(format, args...).In(s.lang))
}

func (s *session) line(args ...any) { s.printf("%s", fmt.Sprintln(args...)) }

// note prints a line beside the output, as say does, for whoever sits there.
func (s *session) note(format string, args ...any) {
	complain(s.err, "%s\n", fault.Say(format, args...).In(s.lang))
}

// complain prints to the error stream, where nothing can be done about a failure.
func complain(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }

// table prints rows in columns, the head first.
func table(w io.Writer, head string, rows [][]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	lines := []string{strings.ReplaceAll(head, " ", "\t")}
	for _, r := range rows {
		lines = append(lines, strings.Join(r, "\t"))
	}
	if _, err := io.WriteString(t, strings.Join(lines, "\n")+"\n"); err != nil {
		return err
	}
	return t.Flush()
}

// output opens the file that --out names, or standard output for "-" or none.
// finish closes it; a file that could not be written whole is removed.
func (s *session) output(path string) (w io.Writer, finish func(error) error, err error) {
	if path == "" || path == "-" {
		return s.out, func(err error) error { return err }, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, nil, errOut.With("%s", path).Because(err)
	}
	return f, func(err error) error {
		cerr := f.Close()
		if err != nil {
			_ = os.Remove(path)
			return err
		}
		return cerr
	}, nil
}

var errOut = fault.New(fault.Invalid, "cli.out", "不能写入输出文件", "cannot write the output file")
