package api

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener within the process, whose connections keep deadlines.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.done)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func (p *pipes) dial() net.Conn {
	ours, theirs := net.Pipe()
	p.conns <- theirs
	return ours
}

// TestSlowClientsAreCutOff holds the limits of the server to clients that send
// their head, or their body, one byte a second, or nothing at all. Time is that of
// the bubble.
func TestSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	const head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n"
	for name, c := range map[string]struct {
		begin   string
		drip    string // sent again and again
		limit   time.Duration
		listens bool
	}{
		"slow head":     {"GET / HTTP/1.1\r\n", "a: b\r\n", 5 * time.Second, true},
		"silent":        {"", "", 5 * time.Second, true},
		"half a line":   {"GET ", "", 5 * time.Second, true},
		"slow body":     {head + "\r\n", "x", 60 * time.Second, true},
		"absent body":   {head + "\r\n", "", 60 * time.Second, true},
		"idle":          {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "", 120 * time.Second, true},
		"reads nothing": {"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n", "", 120 * time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := &pipes{make(chan net.Conn), make(chan struct{})}
				srv := NewServer("", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					for r.URL.Path == "/endless" {
						if _, err := w.Write(make([]byte, 1<<16)); err != nil {
							return
						}
					}
					_, _ = io.Copy(io.Discard, r.Body) // a cut is what is asked for
				}))
				go func() { _ = srv.Serve(p) }()
				conn := p.dial()
				begun := time.Now()
				send := func(text string) error {
					if text == "" {
						return nil
					}
					_, err := io.WriteString(conn, text)
					return err
				}
				closed := make(chan time.Duration, 1)
				listen := func() {
					_, err := io.Copy(io.Discard, conn)
					if err != nil {
						t.Errorf("the connection ends by %v", err)
					}
					closed <- time.Since(begun)
				}
				if c.listens {
					go listen()
				}
				err := send(c.begin)
				for err == nil && time.Since(begun) <= c.limit+time.Second {
					time.Sleep(time.Second)
					err = send(c.drip)
				}
				if !c.listens {
					listen()
				}
				if took := <-closed; took > c.limit+2*time.Second {
					t.Errorf("cut off after %s, want %s", took, c.limit)
				}
				_ = conn.Close()
				if err := srv.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestLongHeadIsRefused sends a head of 1 MB.
func TestLongHeadIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &pipes{make(chan net.Conn), make(chan struct{})}
		srv := NewServer("", http.NotFoundHandler())
		go func() { _ = srv.Serve(p) }()
		conn := p.dial()
		go func() {
			_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nA: "+strings.Repeat("a", 1<<20)+"\r\n\r\n")
		}()
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("a head of 1 MB: %v %v, want 431", resp, err)
		}
		if err == nil {
			defer func() { _ = resp.Body.Close() }()
		}
		_ = conn.Close()
		time.Sleep(time.Second) // of the bubble: the server lingers
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	})
}

// endless is a body of any length; it counts what was taken of it.
type endless struct{ left, taken int64 }

func (e *endless) Read(b []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(b)), e.left)
	for i := range b[:n] {
		b[i] = ' '
	}
	e.left -= n
	e.taken += n
	return int(n), nil
}

// TestGreatBodiesAreNotRead sends a body of 1 GB to every write, with its length
// stated and without.
func TestGreatBodiesAreNotRead(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	const gigabyte = 1 << 30
	for _, rt := range f.server().writes() {
		for _, stated := range []int64{gigabyte, -1} {
			body := &endless{left: gigabyte}
			r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, strings.Replace(rt.path, "{county}", county, 1), body)
			if err != nil {
				t.Fatal(err)
			}
			r.ContentLength = stated
			r.Header.Set("Authorization", "Bearer "+f.tokens["finance"])
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Idempotency-Key", f.nextKey())
			got := f.raw(r)
			most := rt.limit + 64<<10
			if stated > 0 {
				most = 0
			}
			if got.status != http.StatusRequestEntityTooLarge || body.taken > most {
				t.Errorf("POST %s, length %d: %d, %d bytes read, want 413 and at most %d", rt.path, stated, got.status, body.taken, most)
			}
		}
	}
}
