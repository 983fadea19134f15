package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fundbook/intake/sample"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"

	"rsc.io/qr"
)

// session of a test: one data directory, one database.
type store struct {
	t   *testing.T
	env []string
}

// run runs the program and returns its output.
func (s store) run(want int, args ...string) (stdout, stderr string) {
	s.t.Helper()
	var out, err bytes.Buffer
	if code := run(s.t.Context(), args, s.env, terminal{strings.NewReader(""), &out, &err}); code != want {
		s.t.Fatalf("fundbook %v: exit %d, want %d\n%s%s", args, code, want, out.String(), err.String())
	}
	return out.String(), err.String()
}

// serve starts a serving command and returns its address and output so far, and a
// function that stops it as SIGTERM does and returns the exit code and the rest
// of the output.
func (s store) serve(args ...string) (base, printed string, stop func() (code int, rest string)) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	s.t.Cleanup(cancel)
	r, w := io.Pipe()
	code := make(chan int, 1)
	go func() {
		env := append([]string{"FUNDBOOK_METRICS_ADDR=off"}, s.env...)
		code <- run(ctx, append(args, "--listen", "127.0.0.1:0"), env, terminal{strings.NewReader(""), w, w})
		_ = w.Close()
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		printed += string(buf[:n])
		if m := regexp.MustCompile(`已启动：(http://\S+)`).FindStringSubmatch(printed); m != nil {
			base = m[1]
			break
		}
		if err != nil {
			s.t.Fatalf("fundbook %v does not start: exit %d\n%s", args, <-code, printed)
		}
	}
	rest := make(chan struct{})
	var more bytes.Buffer
	go func() { _, _ = io.Copy(&more, r); close(rest) }()
	return base, printed, func() (int, string) {
		cancel()
		got := <-code
		<-rest
		return got, more.String()
	}
}

func (s store) ask(method, url, token, body string) (int, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", "test-key-"+fmt.Sprint(time.Now().UnixNano()))
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(out)
}

// TestServe goes the way of a new user: county, account, serve, post, verify, on
// both engines.
func TestServe(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		testServe(t, "sqlite://"+filepath.Join(t.TempDir(), "x.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		c := dbtest.StartOwn(t, dbtest.Options{Durable: true})
		name := c.NewDatabase(t, "serve")
		owner := c.DSN("postgres", name)
		role := c.DSN("fundbook_app", name)
		s := store{t, []string{"FUNDBOOK_DATA=" + t.TempDir(), "FUNDBOOK_DB=" + owner}}
		s.run(exitDone, "migrate")
		letIn(t, owner)
		testServe(t, role) // as production does: the program's role may only add
	})
}

// letIn lets the role of the program sign in.
func letIn(t *testing.T, owner string) {
	t.Helper()
	d, err := db.Open(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Write.ExecContext(t.Context(), "ALTER ROLE fundbook_app LOGIN"); err != nil {
		t.Fatal(err)
	}
}

// TestCommandsThatRecordRefuseAnUnsafeStore: only serve looked at the settings that
// lose acknowledged writes; every other command recorded on such a server.
func TestCommandsThatRecordRefuseAnUnsafeStore(t *testing.T) {
	t.Parallel()
	s := store{t, []string{"FUNDBOOK_DATA=" + t.TempDir(), "FUNDBOOK_DB=" + dbtest.PostgresURL(t)}}
	empty := filepath.Join(t.TempDir(), "empty.json")
	if err := os.WriteFile(empty, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"county", "init", "360726", "--name", "安远县"},
		{"user", "add", "caizheng", "--role", "auditor"},
		{"user", "passwd", "caizheng"},
		{"user", "revoke", "caizheng"},
		{"key", "replace", "--county", "360726", "--reason", "x"},
		{"import", "notices", t.TempDir()},
		{"notice", "issue", "N1", "X", "--county", "360726"},
		{"do", "contract.start", empty, "--county", "360726"},
		{"demo", "--no-serve"},
	} {
		if _, why := s.run(exitFailed, args...); !strings.Contains(why, db.ErrUnsafe.Code) {
			t.Errorf("%v on a cluster without fsync: %s", args, why)
		}
	}
	if out, _ := s.run(exitDone, "verify"); !strings.Contains(out, "一致") {
		t.Errorf("verify, which only reads: %s", out)
	}
}

// TestServeRefuses: settings that lose writes, and a schema that is not there
// where the role may not make it.
func TestServeRefuses(t *testing.T) {
	t.Parallel()
	s := store{t, []string{"FUNDBOOK_DATA=" + t.TempDir(), "FUNDBOOK_DB=" + dbtest.PostgresURL(t)}}
	if _, why := s.run(exitFailed, "serve"); !strings.Contains(why, db.ErrUnsafe.Code) {
		t.Errorf("serve on a cluster without fsync: %s", why)
	}
	c := dbtest.Start(t)
	name := c.NewDatabase(t, "empty")
	letIn(t, c.DSN("postgres", name))
	s = store{t, []string{"FUNDBOOK_DATA=" + t.TempDir(), "FUNDBOOK_DB=" + c.DSN("fundbook_app", name)}}
	if _, why := s.run(exitFailed, "serve"); !strings.Contains(why, db.ErrSchemaOld.Code) {
		t.Errorf("serve without a schema: %s", why)
	}
}

func testServe(t *testing.T, url string) {
	s := store{t, []string{"FUNDBOOK_DATA=" + t.TempDir(), "FUNDBOOK_DB=" + url}}
	s.run(exitDone, "county", "init", "360726", "--name", "安远县", "--open-months", "12")
	token, _ := s.run(exitDone, "user", "add", "cz", "--role", "finance")
	token = strings.TrimSpace(token)
	base, printed, stop := s.serve("serve")
	if strings.Contains(printed, "样例") {
		t.Errorf("a store in use calls itself a sample: %s", printed)
	}
	s.run(exitDone, "healthcheck", "--listen", strings.TrimPrefix(base, "http://"))
	code, body := s.ask(http.MethodPost, base+"/api/v1/counties/360726/lots", token,
		`{"id":"01980f3e-6a00-7000-8000-000000000001","code":"A1","tier":"central","class":"XJ","document":"d","line":1,"name":"n","budget_year":2026,"amount":"1.00"}`)
	if code != http.StatusOK {
		t.Fatalf("%d %s", code, body)
	}
	day := time.Now().In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)
	code, body = s.ask(http.MethodPost, base+"/api/v1/counties/360726/postings", token,
		`{"event":"E01","date":"`+day+`","parts":[{"lot":"01980f3e-6a00-7000-8000-000000000001","amount":"1.00"}]}`)
	if code != http.StatusOK || !strings.Contains(body, `"event":"E01"`) {
		t.Fatalf("%d %s", code, body)
	}
	if got, rest := stop(); got != exitDone || !strings.Contains(rest, "不印二维码") || !strings.Contains(rest, "已停止") {
		t.Errorf("exit %d after the signal; it printed %s", got, rest)
	}
	s.run(exitFailed, "healthcheck", "--listen", strings.TrimPrefix(base, "http://"))
	if out, _ := s.run(exitDone, "verify", "--full"); !strings.Contains(out, "凭证 1") {
		t.Errorf("verify: %s", out)
	}
}

// TestDemoServes signs in with a token that the demo printed and scans its code.
func TestDemoServes(t *testing.T) {
	t.Parallel()
	s := store{t, []string{"FUNDBOOK_DATA=" + t.TempDir()}}
	built, _ := s.run(exitDone, "demo", "--no-serve", "--no-county")
	base, _, stop := s.serve("demo", "--no-county")
	token := regexp.MustCompile(`auditor .*(fb_[a-z2-7]{32})`).FindStringSubmatch(built)
	path := regexp.MustCompile(`/v/[0-9A-Z]{13}`).FindString(built)
	if token == nil || path == "" {
		t.Fatalf("the demo prints no token or code:\n%s", built)
	}
	code, body := s.ask(http.MethodGet, base+"/api/v1/counties", token[1], "")
	var counties []struct{ Code string }
	if err := json.Unmarshal([]byte(body), &counties); err != nil || code != http.StatusOK || len(counties) < 20 {
		t.Errorf("counties: %d %s", code, body)
	}
	code, body = s.ask(http.MethodGet, base+path, "", "")
	if code != http.StatusOK || !strings.Contains(body, "与台账一致") || !strings.Contains(body, `"Sample":true`) && !strings.Contains(body, `"sample":true`) {
		t.Errorf("%s: %d %s", path, code, body)
	}
	if got, rest := stop(); got != exitDone || strings.Contains(rest, "不印二维码") {
		t.Errorf("exit %d; it printed %s", got, rest)
	}
	other := store{t, append([]string{"FUNDBOOK_LISTEN=127.0.0.1:99999"}, s.env...)}
	if _, why := other.run(exitFailed, "serve"); !strings.Contains(why, errListen.Code) {
		t.Errorf("serve on a bad port: %s", why)
	}
}

// TestServeShowsMetricsOnTheirOwnAddress asks both listeners for the metrics.
func TestServeShowsMetricsOnTheirOwnAddress(t *testing.T) {
	t.Parallel()
	s := store{t, []string{"FUNDBOOK_DATA=" + t.TempDir(), "FUNDBOOK_PUBLIC_URL=https://fund.example.gov.cn"}}
	s.run(exitDone, "county", "init", "360726", "--name", "安远县")
	base, printed, stop := s.serve("serve", "--metrics-addr", "127.0.0.1:0")
	at := regexp.MustCompile(`监控指标：(http://127\.0\.0\.1:\d+/metrics)`).FindStringSubmatch(printed)
	if at == nil {
		t.Fatalf("no address of the metrics in %s", printed)
	}
	s.ask(http.MethodGet, base+"/healthz", "", "")
	if code, body := s.ask(http.MethodGet, at[1], "", ""); code != http.StatusOK || !strings.Contains(body, `fundbook_http_requests_total{route="health",status="200"} 1`) {
		t.Errorf("%s: %d %s", at[1], code, body)
	}
	if code, _ := s.ask(http.MethodGet, base+"/metrics", "", ""); code != http.StatusNotFound {
		t.Errorf("/metrics on the served address: %d", code)
	}
	if code, rest := stop(); code != exitDone || strings.Contains(rest, "二维码") {
		t.Errorf("exit %d; it printed %s", code, rest)
	}
	if _, why := s.run(exitFailed, "serve", "--listen", "127.0.0.1:0", "--metrics-addr", "127.0.0.1:99999"); !strings.Contains(why, "metrics-addr") {
		t.Errorf("metrics on a bad port: %s", why)
	}
}

// TestServeStopsBesideSilentClients: connections on which nothing was asked do not
// hold the service.
func TestServeStopsBesideSilentClients(t *testing.T) {
	t.Parallel()
	s := store{t, []string{"FUNDBOOK_DATA=" + t.TempDir()}}
	s.run(exitDone, "county", "init", "360726", "--name", "安远县")
	base, _, stop := s.serve("serve", "--stop-grace", "1h")
	var conns []net.Conn
	for range 8 {
		c, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(base, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		conns = append(conns, c)
	}
	s.ask(http.MethodGet, base+"/healthz", "", "")
	if code, rest := stop(); code != exitDone {
		t.Errorf("exit %d; it printed %s", code, rest)
	}
	for _, c := range conns {
		if _, err := c.Read(make([]byte, 1)); err == nil {
			t.Error("a silent connection is answered")
		}
	}
}

// countdown is a context that a signal ends the n-th time somebody asks whether
// it has ended.
type countdown struct {
	context.Context
	cancel context.CancelFunc
	left   atomic.Int64
}

func newCountdown(t *testing.T, n int64) *countdown {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	c := &countdown{Context: ctx, cancel: cancel}
	c.left.Store(n)
	return c
}

// Done implements context.Context.
func (c *countdown) Done() <-chan struct{} {
	c.tick()
	return c.Context.Done()
}

// Err implements context.Context.
func (c *countdown) Err() error {
	c.tick()
	return c.Context.Err()
}

func (c *countdown) tick() {
	if c.left.Add(-1) <= 0 {
		c.cancel()
	}
}

// TestSignalStopsCommands ends import, verify and the building of the demo at many
// moments. Each says so, exits 1, and leaves a store that verifies and goes on.
func TestSignalStopsCommands(t *testing.T) {
	t.Parallel()
	sampleDir := t.TempDir()
	if err := os.CopyFS(sampleDir, sample.Notices()); err != nil {
		t.Fatal(err)
	}
	full := store{t, []string{"FUNDBOOK_DATA=" + t.TempDir()}}
	full.run(exitFailed, "import", "notices", sampleDir) // two are refused
	for name, args := range map[string][]string{
		"import": {"import", "notices", sampleDir}, "demo": {"demo", "--no-serve", "--no-county"}, "verify": {"verify", "--full"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, moment := range []int64{1, 30, 200, 900} {
				s := store{t, []string{"FUNDBOOK_DATA=" + t.TempDir()}}
				if name == "verify" {
					s = store{t, full.env}
				}
				var out, err bytes.Buffer
				ctx := newCountdown(t, moment)
				code := run(ctx, args, s.env, terminal{strings.NewReader(""), &out, &err})
				stopped := code == exitFailed && strings.Contains(err.String(), errStopped.Code)
				finished := code == exitDone || strings.Contains(err.String(), errRefusedSome.Code)
				if !stopped && (moment == 1 || !finished) {
					t.Errorf("stopped at %d: exit %d\n%s%s", moment, code, out.String(), err.String())
				}
				if strings.Contains(err.String(), "internal") || strings.Contains(err.String(), "context canceled") {
					t.Errorf("stopped at %d: %s", moment, err.String())
				}
				if name == "verify" {
					continue
				}
				var again, why bytes.Buffer
				if code := run(t.Context(), args, s.env, terminal{strings.NewReader(""), &again, &why}); code != exitDone && !strings.Contains(why.String(), errRefusedSome.Code) {
					t.Errorf("after a stop at %d: exit %d\n%s", moment, code, why.String())
				}
				s.run(exitDone, "verify", "--full")
			}
		})
	}
}

// TestHalfBlocks reads the drawing back and compares it with the code.
func TestHalfBlocks(t *testing.T) {
	t.Parallel()
	c, err := qr.Encode("http://127.0.0.1:8726/v/WJXXSSQGHVQ6P", qr.M)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(halfBlocks(c), "\n"), "\n")
	light := map[rune][2]bool{'█': {true, true}, '▀': {true, false}, '▄': {false, true}, ' ': {false, false}}
	for i, line := range lines {
		for x, r := range []rune(line) {
			for half := range 2 {
				y := 2*i + half - 2
				if y >= c.Size+2 {
					continue
				}
				if got := !light[r][half]; got != c.Black(x-2, y) {
					t.Fatalf("module %d,%d is drawn %v", x-2, y, got)
				}
			}
		}
	}
}
