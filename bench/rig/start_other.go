//go:build !linux

package rig

import (
	"os/exec"
	"syscall"
)

// startBound starts a command in a session of its own.
func startBound(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd.Start()
}
