package intake

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fundbook/intake/sample"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// golden compares text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

func sampleData(t testing.TB) Data {
	t.Helper()
	data, err := ReadDir(sample.Notices())
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func samplePlans(t testing.TB) []Plan {
	t.Helper()
	data := sampleData(t)
	out := make([]Plan, len(data.Notices))
	for i := range data.Notices {
		out[i] = NewPlan(&data.Notices[i], nil)
	}
	return out
}

func TestSamplePlansGolden(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, p := range samplePlans(t) {
		b.WriteString(p.Text() + "\n")
	}
	golden(t, "plans.txt", b.String())
}

func noticeOf(t testing.TB, data Data, id string) *Notice {
	t.Helper()
	for i := range data.Notices {
		if data.Notices[i].ID == id {
			return &data.Notices[i]
		}
	}
	t.Fatalf("no notice %s", id)
	return nil
}

func planOf(t testing.TB, plans []Plan, id string) *Plan {
	t.Helper()
	for i := range plans {
		if plans[i].Document.ID == id {
			return &plans[i]
		}
	}
	t.Fatalf("no plan %s", id)
	return nil
}

func hasFinding(list []Finding, code FindingCode) bool {
	for _, f := range list {
		if f.Code == code {
			return true
		}
	}
	return false
}
