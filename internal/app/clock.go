package app

import "time"

// now is the only reader of the wall clock: microseconds of UTC.
func now() int64 { return time.Now().UnixMicro() }

// begun is when the process began.
var begun = time.Now()

// elapsed is how long the process has run, whatever the wall clock does: for
// measuring, never for what is recorded.
func elapsed() time.Duration { return time.Since(begun) }
