package load

import (
	"bytes"
	"fmt"
	"strconv"
)

// Posted reads the answer of a post that had to record n entries and returns the
// number of the first record. Anything else than 200 with those records is an
// error that quotes the answer.
func Posted(status int, answer []byte, n int) (seq int64, err error) {
	if status != 200 {
		return 0, fmt.Errorf("status %d: %s", status, clip(answer))
	}
	seq, ok := field(answer, `"seq":`)
	count, ok2 := field(answer, `"count":`)
	if !ok || !ok2 || seq < 1 || count != int64(n) {
		return 0, fmt.Errorf("not the answer to a post of %d: %s", n, clip(answer))
	}
	return seq, nil
}

// Read reads the answer of a read: 200 and some JSON.
func Read(status int, answer []byte) error {
	if status != 200 || len(answer) < 2 || (answer[0] != '{' && answer[0] != '[') {
		return fmt.Errorf("status %d: %s", status, clip(answer))
	}
	return nil
}

// field finds the first number after a name.
func field(answer []byte, name string) (int64, bool) {
	at := bytes.Index(answer, []byte(name))
	if at < 0 {
		return 0, false
	}
	rest := answer[at+len(name):]
	end := 0
	for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
		end++
	}
	v, err := strconv.ParseInt(string(rest[:end]), 10, 64)
	return v, err == nil
}

func clip(b []byte) []byte { return bytes.TrimSpace(b[:min(len(b), 400)]) }
