package ledgertest

import (
	"bytes"
	"strings"
)

// Section is one file of a txtar archive.
type Section struct {
	Name string
	Data []byte
}

// parseArchive splits a txtar archive: a comment, then files, each under a line
// `-- name --`. The format has no errors.
func parseArchive(data []byte) (comment string, files []Section) {
	var head bytes.Buffer
	for line := range bytes.Lines(data) {
		if name, ok := marker(line); ok {
			files = append(files, Section{Name: name})
			continue
		}
		if len(files) == 0 {
			head.Write(line)
			continue
		}
		f := &files[len(files)-1]
		f.Data = append(f.Data, line...)
	}
	return head.String(), files
}

func marker(line []byte) (name string, ok bool) {
	text := strings.TrimRight(string(line), "\r\n")
	text, ok = strings.CutPrefix(text, "-- ")
	if !ok {
		return "", false
	}
	text, ok = strings.CutSuffix(text, " --")
	return strings.TrimSpace(text), ok
}

func formatArchive(comment string, files []Section) []byte {
	var out bytes.Buffer
	out.WriteString(comment)
	for _, f := range files {
		out.WriteString("-- " + f.Name + " --\n")
		out.Write(f.Data)
	}
	return out.Bytes()
}
