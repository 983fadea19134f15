package load

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// answerTime bounds the wait for one answer.
const answerTime = 60 * time.Second

// Target is a running service and the token of an account.
type Target struct {
	Addr  string // host:port
	Token string
}

// Request is one request: a GET when Body is nil, else a POST of JSON.
type Request struct {
	Path string
	Key  string // Idempotency-Key of a POST
	Body []byte
}

// Conn is one keep-alive connection that speaks just enough HTTP/1.1. The
// generator shares the processors with what it measures: net/http's client
// would cost them four times as much.
type Conn struct {
	to  Target
	c   net.Conn
	r   *bufio.Reader
	out []byte
	in  []byte
}

// Dial opens a connection.
func Dial(ctx context.Context, to Target) (*Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", to.Addr)
	if err != nil {
		return nil, err
	}
	return &Conn{to: to, c: c, r: bufio.NewReaderSize(c, 16<<10)}, nil
}

// Close closes the connection.
func (c *Conn) Close() { _ = c.c.Close() } // nothing is buffered

// Do sends one request and returns the status and the body of the answer, which
// is valid until the next call. After an error the connection is of no use.
func (c *Conn) Do(q *Request) (status int, body []byte, err error) {
	if err := c.c.SetDeadline(time.Now().Add(answerTime)); err != nil {
		return 0, nil, err
	}
	b := c.out[:0]
	if q.Body == nil {
		b = append(append(b, "GET "...), q.Path...)
	} else {
		b = append(append(b, "POST "...), q.Path...)
	}
	b = append(append(b, " HTTP/1.1\r\nHost: "...), c.to.Addr...)
	b = append(append(b, "\r\nAuthorization: Bearer "...), c.to.Token...)
	if q.Body != nil {
		b = append(append(b, "\r\nIdempotency-Key: "...), q.Key...)
		b = append(b, "\r\nContent-Type: application/json\r\nContent-Length: "...)
		b = strconv.AppendInt(b, int64(len(q.Body)), 10)
	}
	b = append(append(b, "\r\n\r\n"...), q.Body...)
	c.out = b
	if _, err := c.c.Write(b); err != nil {
		return 0, nil, err
	}
	return c.answer()
}

var errAnswer = errors.New("the answer is not HTTP as the generator knows it")

func (c *Conn) answer() (status int, body []byte, err error) {
	line, err := c.line()
	if err != nil {
		return 0, nil, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return 0, nil, fmt.Errorf("%w: %q", errAnswer, line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, nil, fmt.Errorf("%w: %q", errAnswer, line)
	}
	length, chunked := -1, false
	for {
		if line, err = c.line(); err != nil {
			return 0, nil, err
		}
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, nil, fmt.Errorf("%w: %q", errAnswer, line)
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = true
		}
	}
	c.in = c.in[:0]
	switch {
	case chunked:
		err = c.chunks()
	case length >= 0:
		err = c.read(length)
	default:
		err = fmt.Errorf("%w: it has no length", errAnswer)
	}
	return status, c.in, err
}

func (c *Conn) line() ([]byte, error) {
	line, err := c.r.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

// read appends n bytes to the body.
func (c *Conn) read(n int) error {
	at := len(c.in)
	if cap(c.in) < at+n {
		c.in = append(make([]byte, 0, 2*(at+n)), c.in...)
	}
	c.in = c.in[:at+n]
	_, err := io.ReadFull(c.r, c.in[at:])
	return err
}

func (c *Conn) chunks() error {
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		n, err := strconv.ParseUint(string(line), 16, 31)
		if err != nil {
			return fmt.Errorf("%w: chunk %q", errAnswer, line)
		}
		if err := c.read(int(n)); err != nil {
			return err
		}
		if _, err := c.line(); err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
}
