package rig

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit in which the kernel tells processor time.
const tick = 10 * time.Millisecond

// procStat is /proc/PID/stat after the program's name: state, parent, …
func procStat(pid int) []string {
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return nil
	}
	return strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
}

// ParseCPU adds up the processor time in the fields of procStat: that of the
// process itself and of the children that it has buried.
func ParseCPU(fields []string) time.Duration {
	var sum int64
	for i := 11; i <= 14 && i < len(fields); i++ {
		n, err := strconv.ParseInt(fields[i], 10, 64)
		if err != nil {
			return 0
		}
		sum += n
	}
	return time.Duration(sum) * tick
}

// cpuWithChildren is the processor time of a process and of all its children;
// zero where the kernel does not tell.
func cpuWithChildren(pid int) time.Duration {
	sum := ParseCPU(procStat(pid))
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well formed
	for _, path := range stats {
		child, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			continue
		}
		if f := procStat(child); len(f) > 1 && f[1] == strconv.Itoa(pid) {
			sum += ParseCPU(f)
		}
	}
	return sum
}

// CPU is the processor time that the server has used.
func (p *Postgres) CPU() time.Duration { return cpuWithChildren(p.cluster.PID()) }

// CPU is the processor time that the service has used.
func (v *Server) CPU() time.Duration { return ParseCPU(procStat(v.cmd.Process.Pid)) }
