package rig

import (
	"strings"
	"testing"
	"time"
)

const pgbenchSaid = `pgbench (15.20 (Debian 15.20-0+deb12u1))
transaction type: <builtin: TPC-B (sort of)>
scaling factor: 50
query mode: simple
number of clients: 32
number of threads: 2
maximum number of tries: 1
duration: 6 s
number of transactions actually processed: 23011
number of failed transactions: 0 (0.000%)
latency average = 8.344 ms
initial connection time = 31.414 ms
tps = 3835.120571 (without initial connection time)
`

func TestParsePgbench(t *testing.T) {
	t.Parallel()
	got, err := ParsePgbench(pgbenchSaid)
	if want := (Pgbench{TPS: 3835.120571, LatencyMS: 8.344, Transactions: 23011}); got != want || err != nil {
		t.Errorf("ParsePgbench = %+v, %v; want %+v", got, err, want)
	}
	for _, said := range []string{"", "tps = 12 (including connections establishing)\n", "pgbench: error: connection failed\n"} {
		if got, err := ParsePgbench(said); err == nil {
			t.Errorf("%q is taken for %+v", said, got)
		}
	}
}

func TestParseMemory(t *testing.T) {
	t.Parallel()
	now, peak := ParseMemory("Name:\tfundbook\nVmPeak:\t 1900000 kB\nVmHWM:\t  123 kB\nVmRSS:\t   45 kB\nThreads:\t9\n")
	if now != 45<<10 || peak != 123<<10 {
		t.Errorf("ParseMemory = %d, %d; want 45 and 123 kB", now, peak)
	}
	if now, peak := ParseMemory("Name: x\n"); now != 0 || peak != 0 {
		t.Errorf("ParseMemory of nothing = %d, %d", now, peak)
	}
}

func TestParseCPU(t *testing.T) {
	t.Parallel()
	fields := strings.Fields("S 1 42 42 0 -1 4194560 1 0 0 0 150 50 7 3 20 0 9 0")
	if got := ParseCPU(fields); got != 2100*time.Millisecond {
		t.Errorf("ParseCPU = %s, want 2.1 s", got)
	}
	if got := ParseCPU(nil); got != 0 {
		t.Errorf("ParseCPU of nothing = %s", got)
	}
}
