package app

import (
	"time"

	"fundbook/ledger"
)

// now is the only reader of the wall clock: microseconds of UTC.
func now() int64 { return time.Now().UnixMicro() }

// begun is when the process began.
var begun = time.Now()

// elapsed is how long the process has run, whatever the wall clock does: for
// measuring, never for what is recorded.
func elapsed() time.Duration { return time.Since(begun) }

// Today is the business day of the wall clock, for reports that are asked for
// without a day.
func Today() ledger.Date { return ledger.DateOf(time.UnixMicro(now())) }
