//go:build fundbook_answer_early

package app

import "time"

// slowDisk stands for a disk slow enough that a kill can fall between the answer
// and COMMIT: PostgreSQL ends what it has received, whoever is dead.
const slowDisk = 5 * time.Millisecond

// answerEarly answers every job before its batch is on disk: the control of the
// crash harness, which must see that acknowledged writes are lost. The rest of
// the writer goes on with copies of the jobs, whose answers nobody awaits.
func answerEarly(f *flight) error {
	for i, j := range f.jobs {
		if j.err != nil || j.replayed { // a replay's records are in the table
			continue
		}
		f.jobs[i] = &job{ctx: j.ctx, call: j.call, run: j.run, done: make(chan struct{}), first: j.first, count: j.count}
		j.records = f.batch.Records(j.first, j.count)
		j.answer()
	}
	time.Sleep(slowDisk)
	return nil
}
