package translog_test

import (
	"errors"
	"fmt"
	"testing"

	"fundbook/internal/translog"
)

// TestSharedTextsAreReadAlike reads texts by a decoder that shares them, twice each:
// they are those of a decoder that does not, and what is refused stays refused.
func TestSharedTextsAreReadAlike(t *testing.T) {
	t.Parallel()
	var shared translog.Texts
	read := func(text string) (got string, err error) {
		data := append([]byte{byte(len(text))}, text...)
		d := translog.NewDecoder(data).Sharing(&shared)
		got, err = d.Text(), d.Finish()
		clear(data) // a text may not lie in the caller's bytes
		return got, err
	}
	for _, text := range []string{"", "J1", "甲公司", fmt.Sprintf("%0120d", 1)} {
		for range 2 {
			if got, err := read(text); got != text || err != nil {
				t.Errorf("%q is read as %q, %v", text, got, err)
			}
		}
	}
	for _, text := range []string{"\xff", "e\u0301"} {
		for range 2 {
			if got, err := read(text); got != "" || !errors.Is(err, translog.ErrText) {
				t.Errorf("%q is read as %q, %v", text, got, err)
			}
		}
	}
}
