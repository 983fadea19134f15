package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

const (
	maxBody  = 1 << 20  // bytes of a request
	maxBatch = 16 << 20 // bytes of a batch or an import
)

var errNoKey = fault.New(fault.Invalid, "idempotency.key_missing", "缺少 Idempotency-Key 请求头（16 至 64 个可见 ASCII 字符，重试时不变）", "the Idempotency-Key header is missing (16 to 64 visible ASCII characters, the same on every retry)")

// write is one route that records something.
type write struct {
	path, id         string
	summary, details string
	limit            int64
	// permission, where the route alone says it, is judged before the body is read.
	permission auth.Permission
	table      bool // a file stands in the body
	body       any  // a value of the request's type, for the OpenAPI document
	// command decodes the body, or run does all of a write that is more than one
	// command.
	command func(raw []byte) (app.Command, error)
	run     func(ctx context.Context, r app.Request) (app.Outcome, error)
}

func (s *server) writeRoutes() {
	for _, rt := range append(s.writes(), operationRoutes()...) {
		s.mux.HandleFunc("POST "+rt.path, s.writeHandler(rt))
		s.describeWrite(rt)
	}
}

func (s *server) writes() []write {
	return []write{
		{
			path: "/api/v1/counties/{county}/postings", id: "post", limit: maxBody, body: ledger.Posting{},
			summary: "记账：一项业务事项 · post one business event",
			details: "Any event of GET /events. The rule of the event turns it into entries; fields the event does not take are refused by name.",
			command: func(raw []byte) (app.Command, error) {
				items := make([]ledger.Posting, 1)
				return app.PostCmd{Items: items}, decode(raw, &items[0])
			},
		},
		{
			path: "/api/v1/counties/{county}/postings/batch", id: "post-batch", limit: maxBatch, body: app.PostCmd{},
			summary: "批量记账：一至一千项，全有或全无 · post 1 to 1000 events, all or none",
			details: "Items are posted in order; a later item may use what an earlier one made.",
			command: func(raw []byte) (app.Command, error) {
				var c app.PostCmd
				err := decode(raw, &c)
				return c, err
			},
		},
		{
			path: "/api/v1/counties/{county}/lots", id: "register-lot", limit: maxBody, body: newLot{},
			summary: "登记批次 · register a lot",
			details: "A lot is one line of one funding document. Without id the service gives one.",
			command: func(raw []byte) (app.Command, error) {
				var l newLot
				err := decode(raw, &l)
				l.Lot.ID = l.ID
				return app.LotCmd{Lot: l.Lot}, err
			},
		},
		{
			path: "/api/v1/counties/{county}/periods/close", id: "close-period", limit: maxBody, body: ledger.PeriodClose{},
			summary: "结账 · close one period of one book for ever",
			command: func(raw []byte) (app.Command, error) {
				var c app.ClosePeriodCmd
				err := decode(raw, &c.PeriodClose)
				return c, err
			},
		},
		{
			path: "/api/v1/counties/{county}/policies", id: "set-policy", limit: maxBody, body: ledger.Policy{},
			summary: "设定政策参数 · set a dated policy value with its basis",
			command: func(raw []byte) (app.Command, error) {
				var c app.PolicyCmd
				err := decode(raw, &c.Policy)
				return c, err
			},
		},
		{
			path: "/api/v1/counties/{county}/notices", id: "issue-notice", limit: maxBody, body: newNotice{},
			summary: "发布公告：一份文件的资金分配结果（N1） · issue the notice of how the money of a document was allocated",
			details: "Figures come from the ledger as it stands. The QR code carries the public address of the service; where none is set the paper has the code alone.",
			run:     s.issueNotice,
		},
	}
}

// newLot is a lot whose identifier may be left out.
type newLot struct {
	ID ledger.LotID `json:"id,omitzero"`
	ledger.Lot
}

func (s *server) writeHandler(rt write) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := callOf(w)
		c.command = rt.id
		if err := s.record(c, r, &rt); err != nil {
			s.fail(c, r, err)
		}
	}
}

// record runs one write and answers what was recorded. Nobody's body is read
// before it is known who they are.
func (s *server) record(c *call, r *http.Request, rt *write) error {
	ctx := r.Context()
	who, err := s.bearer(ctx, r.Header)
	if err != nil {
		return err
	}
	c.role, c.county, c.rows = who.Role, r.PathValue("county"), rt.table
	if rt.permission != "" {
		if err := who.May(rt.permission, c.county); err != nil {
			return err
		}
	}
	if err := wantJSON(r.Header); err != nil {
		return err
	}
	key := r.Header["Idempotency-Key"]
	if len(key) != 1 || key[0] == "" {
		return errNoKey
	}
	buf := bodies.Get().(*bytes.Buffer)
	defer giveBack(buf)
	if err := readBody(buf, c, r, rt.limit); err != nil {
		return err
	}
	out, err := s.perform(ctx, rt, app.Request{County: c.county, Who: who, Key: key[0], Raw: buf.Bytes()})
	if err != nil {
		return err
	}
	return c.answer(&out)
}

func (s *server) perform(ctx context.Context, rt *write, r app.Request) (app.Outcome, error) {
	if rt.run != nil {
		return rt.run(ctx, r)
	}
	cmd, err := rt.command(r.Raw)
	if err != nil {
		return app.Outcome{}, err
	}
	return s.do(ctx, r, cmd)
}

// bearer returns who sent a request.
func (s *server) bearer(ctx context.Context, h http.Header) (auth.Who, error) {
	v := h["Authorization"]
	if len(v) != 1 || len(v[0]) < 8 || !strings.EqualFold(v[0][:7], "Bearer ") {
		return auth.Who{}, auth.ErrUnauthenticated
	}
	return s.authenticate(ctx, v[0][7:])
}

func wantJSON(h http.Header) error {
	ct := h.Get("Content-Type")
	if ct == "application/json" {
		return nil
	}
	media, param, _ := strings.Cut(ct, ";")
	param = strings.ToLower(strings.ReplaceAll(strings.TrimSpace(param), `"`, ""))
	if !strings.EqualFold(strings.TrimSpace(media), "application/json") || (param != "" && param != "charset=utf-8") {
		return errType.With("%q", clip(ct, 80))
	}
	if h.Get("Content-Encoding") != "" {
		return errType.With("Content-Encoding %q", clip(h.Get("Content-Encoding"), 80))
	}
	return nil
}

var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// giveBack keeps a buffer for the next body unless it has grown.
func giveBack(b *bytes.Buffer) {
	if b.Cap() <= 64<<10 {
		b.Reset()
		bodies.Put(b)
	}
}

func readBody(buf *bytes.Buffer, c *call, r *http.Request, limit int64) error {
	if r.ContentLength > limit {
		c.Header().Set("Connection", "close")
		return errTooBig.With("%d 字节，上限 %d", r.ContentLength, limit)
	}
	if r.ContentLength > 0 {
		buf.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	_, err := buf.ReadFrom(http.MaxBytesReader(c.ResponseWriter, r.Body, limit))
	if err == nil {
		return nil
	}
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return errTooBig.With("上限 %d 字节", limit)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || r.Context().Err() != nil {
		return app.ErrGone
	}
	return errReading.Because(err)
}

// answer renders what was recorded.
func (c *call) answer(out *app.Outcome) error {
	body, err := render(out)
	if err != nil {
		return err
	}
	h := c.Header()
	h["Content-Type"] = headJSON
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	if out.Replayed {
		h["Idempotent-Replayed"] = headTrue
	}
	c.WriteHeader(http.StatusOK)
	_, _ = c.Write(body) // the client may be gone; what is recorded stays
	return nil
}
