package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

const testCounty = "360726"

var officer = auth.Who{ID: [16]byte{15: 9}, Name: "财政", Role: auth.Finance}

func june15() int64 { return time.Date(2026, 6, 15, 2, 0, 0, 0, time.UTC).UnixMicro() }

func openTest(t *testing.T, d *db.DB, dir string) *App {
	t.Helper()
	a := Open(Options{DB: d, Data: dir, Clock: june15})
	t.Cleanup(a.Close)
	err := a.EnsureCounty(t.Context(), auth.LocalOperator, NewCounty{Code: testCounty, Name: "安远县", OpenMonths: 6})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *App) must(t *testing.T, key string, c Command) Outcome {
	t.Helper()
	out, err := a.Do(t.Context(), Request{County: testCounty, Who: whoFor(c), Key: key, Raw: []byte(key)}, c)
	if err != nil {
		t.Errorf("%s: %v", key, err)
	}
	return out
}

func testLot(n byte) LotCmd {
	return LotCmd{Lot: ledger.Lot{
		ID: ledger.LotID{0: 7, 15: n}, Code: fmt.Sprintf("L%d", n), Tier: ledger.TierCentral, Class: ledger.ClassXJ,
		Document: fmt.Sprintf("D%d", n), Line: 1, Name: "样例资金", Year: 2026,
	}}
}

func issue(lot ledger.LotID, fen ledger.Amount) PostCmd {
	d, _ := ledger.NewDate(2026, 6, 1)
	return PostCmd{Items: []ledger.Posting{{Event: "E01", Date: d, Parts: []ledger.Part{{Lot: lot, Amount: fen}}}}}
}

// heldCmd is a command that waits in the writer's hands until it is let go.
type heldCmd struct {
	Command
	begun func()
	gate  <-chan struct{}
}

func (c heldCmd) run(ctx context.Context, tx *db.Tx) error {
	c.begun()
	<-c.gate
	return c.Command.run(ctx, tx)
}

// hold keeps the writer busy with a first command, so that what is queued
// meets in its batch; the function returned lets it go and waits for its answer.
func (a *App) hold(t *testing.T) (release func()) {
	t.Helper()
	begun, gate, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	first := heldCmd{testLot(250), sync.OnceFunc(func() { close(begun) }), gate}
	go func() {
		defer close(done)
		a.must(t, "the-first-in-the-hands", first)
	}()
	select {
	case <-begun:
	case <-done:
		t.Fatal("the first command was answered without running")
	}
	return func() { close(gate); <-done }
}

// waitQueued waits until n jobs wait in the writer's queue or its hands.
func (a *App) waitQueued(t *testing.T, n int) {
	t.Helper()
	w, err := a.writer(t.Context(), testCounty)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); len(w.queue) < n; {
		if time.Now().After(deadline) {
			t.Fatalf("%d jobs are queued, want %d", len(w.queue), n)
		}
		time.Sleep(time.Millisecond)
	}
}

// together runs n commands so that they meet in one batch, after a first one
// that the writer already holds.
func (a *App) together(t *testing.T, n int, run func(i int)) {
	t.Helper()
	release := a.hold(t)
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			run(i)
		}()
	}
	a.waitQueued(t, n)
	release()
	wg.Wait()
}

// poisonCmd buffers a record that the seal refuses.
type poisonCmd struct{ everywhere }

func (poisonCmd) Spec() Spec                     { return specPost }
func (poisonCmd) check() error                   { return nil }
func (poisonCmd) permissions() []auth.Permission { return nil }
func (poisonCmd) run(_ context.Context, tx *db.Tx) error {
	tx.AddRecord("entry", 4, 20260601, []byte{1})
	return nil
}

// TestPoisonousCommandFailsAlone puts a command that the seal refuses among 63
// good ones and a refused one in one batch.
func TestPoisonousCommandFailsAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		lot := testLot(1)
		a.must(t, "register-lot-0001", lot)
		var good atomic.Int64
		a.together(t, 64, func(i int) {
			key := fmt.Sprintf("poison-test-%06d", i)
			var c Command = issue(lot.ID, 100)
			if i == 17 {
				c = poisonCmd{}
			}
			if i == 18 {
				c = issue(lot.ID, -1)
			}
			_, err := a.Do(context.Background(), Request{County: testCounty, Who: officer, Key: key, Raw: []byte(key)}, c)
			switch {
			case i == 17 && fault.KindOf(err) != fault.Internal:
				t.Errorf("the poisonous command: %v, want an internal fault", err)
			case i == 18 && fault.KindOf(err) != fault.Invalid && fault.KindOf(err) != fault.Refused:
				t.Errorf("the refused command: %v", err)
			case i != 17 && i != 18 && err != nil:
				t.Errorf("command %d: %v", i, err)
			case i != 17 && i != 18:
				good.Add(1)
			}
		})
		checkLog(t, d, int64(62), good.Load())
	})
}

// panicCmd moves an account and numbers another, and then its code fails.
type panicCmd struct {
	everywhere
	PostCmd
}

func (panicCmd) Spec() Spec                     { return specPost }
func (panicCmd) check() error                   { return nil }
func (panicCmd) permissions() []auth.Permission { return nil }
func (c panicCmd) within(unit string) error     { return c.everywhere.within(unit) }
func (c panicCmd) run(ctx context.Context, tx *db.Tx) error {
	if err := c.PostCmd.run(ctx, tx); err != nil {
		return err
	}
	none := []int{}
	return fmt.Errorf("there is no %d", none[tx.NextSeq()])
}

// TestPanickingCommandFailsAlone: a panic in the code of one command ended the whole
// process, and with it every command of every county.
func TestPanickingCommandFailsAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		lot, other := testLot(1), testLot(2)
		a.must(t, "register-lot-0001", lot)
		a.must(t, "register-lot-0002", other)
		var good atomic.Int64
		a.together(t, 16, func(i int) {
			key := fmt.Sprintf("panic-test-%06d", i)
			var c Command = issue(lot.ID, 100)
			if i%8 == 3 {
				c = panicCmd{PostCmd: issue(other.ID, 100)}
			}
			_, err := a.Do(context.Background(), Request{County: testCounty, Who: officer, Key: key, Raw: []byte(key)}, c)
			switch {
			case i%8 == 3 && fault.KindOf(err) != fault.Internal:
				t.Errorf("the panicking command: %v, want an internal fault", err)
			case i%8 != 3 && err != nil:
				t.Errorf("command %d: %v", i, err)
			case err == nil:
				good.Add(1)
			}
		})
		a.must(t, "the-account-is-still-free", issue(other.ID, 100))
		checkLog(t, d, 15, good.Load()+1)
	})
}

// checkLog counts the entries and looks for gaps.
func checkLog(t *testing.T, d *db.DB, want, got int64) {
	t.Helper()
	var row struct{ N, Entries, First, Last, Next int64 }
	err := d.Read.NewRaw(`SELECT count(*) AS n, sum(CASE WHEN kind = 'entry' THEN 1 ELSE 0 END) AS entries, min(seq) AS first, max(seq) AS last,
 (SELECT next_seq FROM head WHERE county = 360726) AS next FROM record WHERE county = 360726`).Scan(t.Context(), &row)
	if err != nil {
		t.Fatal(err)
	}
	if got != want || row.Entries != want || row.First != 1 || row.Last != row.N || row.Next != row.N+1 {
		t.Errorf("acknowledged %d, entries %d, want %d; records %d from %d to %d, next %d", got, row.Entries, want, row.N, row.First, row.Last, row.Next)
	}
}

// TestOneKeyOneEntry sends one key 64 times at once, in one batch and across
// batches, and then with another body.
func TestOneKeyOneEntry(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		lot := testLot(1)
		a.must(t, "register-lot-0001", lot)
		var mu sync.Mutex
		seqs := map[int64]int{}
		send := func(int) {
			out, err := a.Do(context.Background(), Request{County: testCounty, Who: officer, Key: "the-same-key-0001", Raw: []byte("body")}, issue(lot.ID, 100))
			if err != nil || len(out.Records) != 1 {
				t.Errorf("one of 64: %v", err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			seqs[out.Records[0].Seq]++
		}
		a.together(t, 64, send)
		send(0)
		if len(seqs) != 1 {
			t.Errorf("answers name %d entries, want 1: %v", len(seqs), seqs)
		}
		checkLog(t, d, 1, int64(len(seqs)))
		_, err := a.Do(t.Context(), Request{County: testCounty, Who: officer, Key: "the-same-key-0001", Raw: []byte("other")}, issue(lot.ID, 200))
		if !errors.Is(err, db.ErrKeyReused) {
			t.Errorf("another body: %v, want ErrKeyReused", err)
		}
		other := Open(Options{DB: d, Data: t.TempDir(), Clock: june15}) // knows no keys yet
		defer other.Close()
		out, err := other.Do(t.Context(), Request{County: testCounty, Who: officer, Key: "the-same-key-0001", Raw: []byte("body")}, issue(lot.ID, 100))
		if err != nil || !out.Replayed || seqs[out.Records[0].Seq] == 0 {
			t.Errorf("another process: %+v, %v; want a replay", out, err)
		}
	})
}

// TestCreateThenUseInOneBatch registers lots and posts on them in one batch, each
// waiting for nothing but its place in the queue.
func TestCreateThenUseInOneBatch(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		release := a.hold(t)
		var wg sync.WaitGroup
		queue := func(n int, key string, c Command) {
			wg.Add(1)
			go func() { defer wg.Done(); a.must(t, key, c) }()
			a.waitQueued(t, n)
		}
		lot := testLot(9)
		queue(1, "create-then-use-1", lot)
		queue(2, "create-then-use-2", issue(lot.ID, 500))
		queue(3, "create-then-use-3", issue(lot.ID, 700))
		release()
		wg.Wait()
		checkLog(t, d, 2, 2)
	})
}

// TestTwoProcessesOneCounty lets two doors write one county at once, so each
// finds the head moved again and again.
func TestTwoProcessesOneCounty(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := t.TempDir()
		doors := []*App{openTest(t, d, dir), openTest(t, d, dir)}
		lot := testLot(1)
		doors[0].must(t, "register-lot-0001", lot)
		var wg sync.WaitGroup
		var good atomic.Int64
		for i := range 8 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for k := range 25 {
					key := fmt.Sprintf("two-doors-%02d-%04d", i, k)
					_, err := doors[i%2].Do(context.Background(), Request{County: testCounty, Who: officer, Key: key, Raw: []byte(key)}, issue(lot.ID, 1))
					if err != nil {
						t.Errorf("%s: %v", key, err)
						continue
					}
					good.Add(1)
				}
			}()
		}
		wg.Wait()
		checkLog(t, d, 200, good.Load())
		var vouchers struct{ N, Last int64 }
		if err := d.Read.NewRaw("SELECT count(*) AS n, max(no) AS last FROM voucher").Scan(t.Context(), &vouchers); err != nil {
			t.Fatal(err)
		}
		if vouchers.N != 200 || vouchers.Last != 200 {
			t.Errorf("%d vouchers up to number %d, want 200 and 200", vouchers.N, vouchers.Last)
		}
	})
}

// TestRefusedCommandLeavesNoMemory refuses a command half way, after a restart
// that left the county's memory cold: what it had buffered must not count.
func TestRefusedCommandLeavesNoMemory(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		lot := testLot(1)
		a.must(t, "register-lot-0001", lot)
		a.must(t, "issue-100-fen-0001", issue(lot.ID, 100))
		cold := Open(Options{DB: d, Data: t.TempDir(), Clock: june15})
		defer cold.Close()
		day, _ := ledger.NewDate(2026, 6, 1)
		move := func(fen ledger.Amount) ledger.Posting {
			return ledger.Posting{Event: "E04", Date: day, Into: "7106", Parts: []ledger.Part{{Lot: lot.ID, Amount: fen}}}
		}
		try := func(key string, items ...ledger.Posting) error {
			_, err := cold.Do(t.Context(), Request{County: testCounty, Who: officer, Key: key, Raw: []byte(key)}, PostCmd{Items: items})
			return err
		}
		if err := try("half-refused-0001", issue(lot.ID, 50).Items[0], move(1000)); !errors.Is(err, ledger.ErrOverdraw) {
			t.Fatalf("the command: %v, want ErrOverdraw", err)
		}
		if err := try("uses-a-phantom-001", move(120)); !errors.Is(err, ledger.ErrOverdraw) {
			t.Errorf("120 of 100 fen: %v, want ErrOverdraw", err)
		}
		if err := try("uses-what-is-there", move(100)); err != nil {
			t.Errorf("control: %v", err)
		}
	})
}

// TestReplayAfterARestartIsNoRefusal sends commands again, with their keys, to a
// process that has forgotten them and would refuse them now.
func TestReplayAfterARestartIsNoRefusal(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		lot := testLot(1)
		first := a.must(t, "register-lot-0001", lot)
		cold := Open(Options{DB: d, Data: t.TempDir(), Clock: june15})
		defer cold.Close()
		again := cold.must(t, "register-lot-0001", lot)
		if !again.Replayed || len(again.Records) != 1 || again.Records[0].Seq != first.Records[0].Seq {
			t.Errorf("again: %+v, want a replay of %d", again, first.Records[0].Seq)
		}
		_, err := cold.Do(t.Context(), Request{County: testCounty, Who: officer, Key: "register-lot-0001", Raw: []byte("other")}, lot)
		if !errors.Is(err, db.ErrKeyReused) {
			t.Errorf("another body that would be refused: %v, want ErrKeyReused", err)
		}
	})
}

// TestLostFlightIsLookedUp lands a batch whose COMMIT was lost after it was
// stored: its callers must get the stored answer.
func TestLostFlightIsLookedUp(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		lot := testLot(1)
		key := "register-lot-0001"
		first := a.must(t, key, lot)
		w := &writer{db: d, county: db.NewCounty(360726), clock: june15, log: a.log, stats: a.stats}
		call := db.Call{Actor: officer.ID, Command: lot.Spec().Name, Key: key, MAC: d.BodyMAC(lot.Spec().Name, []byte(key))}
		j := &job{ctx: t.Context(), call: call, run: lot.run, done: make(chan struct{}), tried: true}
		w.landed(&flight{jobs: []*job{j}, err: context.DeadlineExceeded})
		if j.err != nil || !j.replayed || j.records[0].Seq != first.Records[0].Seq {
			t.Errorf("answer: %v, replayed %v; want record %d", j.err, j.replayed, first.Records[0].Seq)
		}
	})
}

// TestAccountsAreNumberedOnce: a process that has just started posts on accounts
// that are stored and on new ones, of a lot that it takes into memory whole and of
// one with too many accounts for that. A number given twice would be refused.
func TestAccountsAreNumberedOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for n, more := range []int{0, 2500} {
			lot := testLot(byte(n + 1))
			a := openTest(t, d, t.TempDir())
			a.must(t, fmt.Sprintf("register-lot-%04d", n), lot)
			a.must(t, fmt.Sprintf("first-accounts-%02d", n), issue(lot.ID, 1000))
			a.Close()
			if _, err := d.Write.NewRaw(`INSERT INTO account_key (id, county, lot, peer, grp, book, account, sub, project, contract, payee, unit, pool)
 WITH RECURSIVE g (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < ?)
 SELECT k.id + 1000000 + g.n, k.county, k.lot, k.peer, k.grp, k.book, k.account, k.sub, 'P' || g.n, k.contract, k.payee, k.unit, k.pool
 FROM g, (SELECT * FROM account_key ORDER BY id DESC LIMIT 1) k WHERE g.n <= ?`, more, more).Exec(t.Context()); err != nil {
				t.Fatal(err)
			}
			cold := Open(Options{DB: d, Data: t.TempDir(), Clock: june15})
			day, _ := ledger.NewDate(2026, 6, 1)
			for i, p := range []ledger.Posting{{Into: "7106"}, {Into: "7105", Unit: "下级"}, {Into: "7106"}} {
				p.Event, p.Date, p.Parts = "E04", day, []ledger.Part{{Lot: lot.ID, Amount: 1}}
				cold.must(t, fmt.Sprintf("old-and-new-%02d-%03d", n, i), PostCmd{Items: []ledger.Posting{
					issue(lot.ID, 10).Items[0], p,
				}})
			}
			cold.Close()
		}
	})
}
