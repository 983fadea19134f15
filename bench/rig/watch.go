package rig

import (
	"fmt"
	"io"
	"os/exec"
	"syscall"
)

// watchdog is a shell that outlives this process by a moment: when its pipe
// closes, because this process ended in whatever way, it ends the server that it
// was told of and deletes the directory.
type watchdog struct {
	cmd  *exec.Cmd
	pipe io.WriteCloser
}

const watchScript = `pid=0 lock=$1/data/postmaster.pid
while read -r line; do pid=$line; done
if [ "$pid" -gt 0 ] && [ "$(head -n 1 "$lock" 2>/dev/null)" = "$pid" ]; then
	kill -QUIT "$pid"
	n=0
	while [ -e "$lock" ] && [ "$n" -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
fi 2>/dev/null
rm -rf "$1"
`

func watch(dir string) (*watchdog, error) {
	cmd := exec.Command("/bin/sh", "-c", watchScript, "sh", dir)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &watchdog{cmd: cmd, pipe: pipe}, nil
}

// tell names the process to end.
func (w *watchdog) tell(pid int) {
	_, _ = fmt.Fprintln(w.pipe, pid) // without its reader the server lives on, which only costs memory
}

func (w *watchdog) close() {
	_ = w.pipe.Close()
	_ = w.cmd.Wait()
}
