package app_test

import (
	"os"
	"testing"
)

// needed skips a test whose outside program is missing, and fails it in CI,
// where everything is installed.
func needed(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}
