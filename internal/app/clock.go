package app

import "time"

// now is the only reader of the wall clock: microseconds of UTC.
func now() int64 { return time.Now().UnixMicro() }
