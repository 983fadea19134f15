package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"fundbook/api"
	"fundbook/internal/app"
	"fundbook/internal/config"
	"fundbook/internal/db"
	"fundbook/internal/fault"
)

var (
	errListen  = fault.New(fault.Unavailable, "serve.listen", "不能监听该地址", "cannot listen on the address")
	errHealth  = fault.New(fault.Unavailable, "serve.not_ready", "服务没有就绪", "the service is not ready")
	errStopped = fault.New(fault.Unavailable, "cli.stopped", "收到停止信号，已停止；已完成的部分是完整的，可以重新运行", "stopped by a signal; what was done is whole, and the command can be run again")
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

// serve checks that the store's keys are at hand, serves it, and stops gracefully: a
// signal to stop is what ends a service, so it is no failure. ready is told the
// address of the service once it takes requests.
func (s *session) serve(a *app.App, ready func(base string) error) error {
	tuneMemory(a.DB().Engine)
	if err := a.CheckKeys(s.ctx); err != nil {
		return err
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(s.ctx, "tcp", s.cfg.Listen)
	if err != nil {
		return errListen.With("%s", s.cfg.Listen).Because(err)
	}
	metrics, stopMetrics, err := s.serveMetrics(a)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	defer stopMetrics()
	srv := api.NewServer(s.cfg.Listen, api.New(a, api.Options{
		Log: s.log, Version: version(), Sample: s.sample, Metrics: metrics, PublicURL: s.cfg.PublicURL,
	}))
	var silent silentConns
	srv.ConnState = silent.note
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	base := "http://" + ln.Addr().String()
	s.say("fundbook 已启动：%s", base)
	if s.cfg.PublicURL == "" && !s.sample {
		s.note("未设 --public-url：发布的公告不印二维码，只印核验码")
	}
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
	silent.close()
	if err := srv.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
		_ = srv.Close() // whoever still waits retries with the same key
	} else if err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	s.say("fundbook 已停止")
	return nil
}

// silentConns are the connections that have sent nothing yet. net/http would wait
// five seconds for each of them to say something before it stops.
type silentConns struct {
	mu     sync.Mutex
	set    map[net.Conn]bool
	closed bool
}

func (s *silentConns) note(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case state != http.StateNew:
		delete(s.set, c)
	case s.closed:
		_ = c.Close() // it came too late
	default:
		if s.set == nil {
			s.set = map[net.Conn]bool{}
		}
		s.set[c] = true
	}
}

func (s *silentConns) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for c := range s.set {
		_ = c.Close() // nothing was asked on it
	}
}

// serveMetrics serves the metrics on a listener of their own, which needs no
// token and is for this machine. A second service beside the first finds the
// usual address taken and does without.
func (s *session) serveMetrics(a *app.App) (*api.Metrics, func(), error) {
	addr := s.cfg.MetricsAddr
	if addr == config.NoMetrics || addr == "" {
		return nil, func() {}, nil
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(s.ctx, "tcp", addr)
	if err != nil && addr == config.DefaultMetricsAddr {
		s.log.Warn("no metrics: the address is taken", slog.String("addr", addr), slog.String("error", err.Error()))
		return nil, func() {}, nil
	}
	if err != nil {
		return nil, nil, errListen.With("%s（metrics-addr）", addr).Because(err)
	}
	if tcp, ok := ln.Addr().(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		s.note("监控指标在 %s 对外开放，不须令牌；请以防火墙限制", ln.Addr())
	}
	m := api.NewMetrics(a)
	srv := api.NewServer(addr, m.Handler())
	go func() {
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("metrics", slog.String("error", err.Error()))
		}
	}()
	s.say("监控指标：http://%s/metrics", ln.Addr())
	return m, func() { _ = srv.Close() }, nil
}

// The service holds some ten megabytes that live long, and makes a few kilobytes of
// garbage a post: the collector may wait until the heap has grown to a multiple, which
// saves most of its work. Nearing the soft limit it collects as often as it must, so that
// the memory of a large store stays what it was: within 200 MB with the program itself
// and, of SQLite, with the page caches, which are outside the heap. GOGC and GOMEMLIMIT
// decide where they are set.
func tuneMemory(e db.Engine) {
	const gcPercent = 200
	softLimit := int64(96 << 20)
	if e == db.SQLite {
		softLimit = 80 << 20
	}

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
		s.say("数据库结构为最新")
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
