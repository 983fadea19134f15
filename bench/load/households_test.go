package load

import (
	"bytes"
	"testing"
	"time"

	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/payments"
	"fundbook/projects"
)

// TestHouseholdsCanBePaid brings the county to where its roster is owed, and then
// makes a batch of it and another roster on the real day, as the service is asked to.
func TestHouseholdsCanBePaid(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, err := NewHouseholds(t.Context(), d, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		err = w.Confirm(t.Context(), 12)
		w.Close()
		if err != nil {
			t.Fatal(err)
		}
		a := app.Open(app.Options{DB: d, Data: w.dir, Clock: func() int64 { return time.Now().UnixMicro() }})
		defer a.Close()
		run := func(name string, body any) {
			t.Helper()
			if _, err := a.Run(t.Context(), w.request(), name, body); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		run("roster.create", w.Roster("R2", w.People(12, 20)))
		step, dated := payments.BatchStepCmd{Code: "B1"}, payments.BatchDateCmd{Code: "B1", Date: w.PaidOn}
		run("batch.create", payments.BatchCmd{Code: "B1", Roster: Owed})
		run("batch.check", step)
		run("batch.freeze", step)
		run("batch.send", step)
		run("batch.approve", dated)
		run("batch.export", payments.ExportCmd{Code: "B1"})
		file, err := a.BankFile(t.Context(), clerk, w.county, "B1")
		if err != nil {
			t.Fatal(err)
		}
		run("batch.pay_out", dated)
		answer, err := RefuseAll(file)
		if err != nil {
			t.Fatal(err)
		}
		run("batch.result", payments.ResultCmd{Code: "B1", Date: w.PaidOn, File: answer})
		r, err := a.Roster(t.Context(), clerk, w.county, Owed)
		if err != nil || len(r.Lines) != 12 {
			t.Fatalf("a roster of %d, %v", len(r.Lines), err)
		}
		for _, l := range r.Lines {
			if l.State != projects.LineOwed {
				t.Errorf("row %d is %s", l.N, l.State)
			}
		}
	})
}

func TestWrongSpoilsEveryNthCard(t *testing.T) {
	t.Parallel()
	w := &Households{village: "360726101201"}
	good := bytes.Split(w.People(0, 20), []byte{'\n'})
	bad := bytes.Split(Wrong(w.People(0, 20), 10), []byte{'\n'})
	if len(good) != 22 || len(good) != len(bad) {
		t.Fatalf("%d and %d lines", len(good), len(bad))
	}
	for i := range good {
		if same := bytes.Equal(good[i], bad[i]); same != (i != 10 && i != 20) {
			t.Errorf("line %d: %s became %s", i, good[i], bad[i])
		}
	}
}

func TestRefuseAllReadsABankFile(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"", "批次\r\n1\r\n2\r\n"} {
		if answer, err := RefuseAll([]byte(file)); err == nil {
			t.Errorf("%q is answered by %q", file, answer)
		}
	}
}
