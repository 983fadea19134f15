package rig

import (
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// starter starts processes from one thread that lives as long as this process:
// the kernel sends Pdeathsig when the thread that started a child ends.
var starter struct {
	once sync.Once
	jobs chan startJob
}

type startJob struct {
	cmd *exec.Cmd
	err chan error
}

// startBound starts a command in a session of its own that the kernel kills when
// this process ends, in whatever way.
func startBound(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
	starter.once.Do(func() {
		starter.jobs = make(chan startJob)
		go func() {
			runtime.LockOSThread()
			for j := range starter.jobs {
				j.err <- j.cmd.Start()
			}
		}()
	})
	j := startJob{cmd, make(chan error, 1)}
	starter.jobs <- j
	return <-j.err
}
