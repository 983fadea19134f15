package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"fundbook/api"
	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/fault"
)

var (
	errListen = fault.New(fault.Unavailable, "serve.listen", "不能监听该地址", "cannot listen on the address")
	errHealth = fault.New(fault.Unavailable, "serve.not_ready", "服务没有就绪", "the service is not ready")
)

type serveCmd struct{}

// Run serves until the context ends.
func (serveCmd) Run(s *session) error {
	a, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	if err := s.markSample(a, true); err != nil {
		return err
	}
	return s.serve(a, nil)
}

// serve checks that the store is safe to serve, serves it, and stops gracefully.
// ready is told the address of the service once it takes requests.
func (s *session) serve(a *app.App, ready func(base string) error) error {
	tuneMemory()
	if err := a.DB().CheckSafe(s.ctx); err != nil {
		return err
	}
	if err := a.CheckKeys(s.ctx); err != nil {
		return err
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(s.ctx, "tcp", s.cfg.Listen)
	if err != nil {
		return errListen.With("%s", s.cfg.Listen).Because(err)
	}
	srv := api.NewServer(s.cfg.Listen, api.New(a, api.Options{Log: s.log, Version: version(), Sample: s.sample}))
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	base := "http://" + ln.Addr().String()
	s.printf("fundbook 已启动：%s\n", base)
	if ready != nil {
		if err := ready(base); err != nil {
			_ = srv.Close()
			return err
		}
	}
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-s.ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), s.cfg.StopGrace)
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop: %w", err)
	}
	s.line("fundbook 已停止")
	return nil
}

// The service holds some ten megabytes that live long, and makes a few kilobytes of
// garbage a post: the collector may wait until the heap has trebled, which halves
// its work. Nearing softLimit it collects as often as it must, so that the memory
// of a large store stays what it was. GOGC and GOMEMLIMIT decide where they are set.
const (
	gcPercent = 200
	softLimit = 160 << 20 // bytes
)

func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softLimit)
	}
}

type migrateCmd struct{}

// Run brings the schema up to this program's.
func (migrateCmd) Run(s *session) error {
	d, err := db.Open(s.ctx, s.cfg.DB)
	if err != nil {
		return err
	}
	err = d.Migrate(s.ctx)
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		s.line("数据库结构为最新")
	}
	return err
}

type healthcheckCmd struct{}

// Run asks the service that listens on this machine.
func (healthcheckCmd) Run(s *session) error {
	host, port, err := net.SplitHostPort(s.cfg.Listen)
	if err != nil {
		return errUsage.With("listen = %q", s.cfg.Listen)
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(s.ctx, 4*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", http.NoBody)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return errHealth.With("%s", s.cfg.Listen).Because(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return errHealth.With("%s 答复 %d", s.cfg.Listen, resp.StatusCode)
	}
	s.line("ok")
	return nil
}

// publicURL is the address that a QR code carries.
func (s *session) publicURL(base string) string {
	if s.cfg.PublicURL != "" {
		return s.cfg.PublicURL
	}
	return strings.TrimSuffix(base, "/")
}
