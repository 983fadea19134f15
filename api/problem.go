package api

import (
	"encoding/json"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"

	"fundbook/internal/app"
	"fundbook/internal/fault"
	"fundbook/projects"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

var (
	errRoute   = fault.New(fault.NotFound, "request.route", "没有这个地址", "no such address")
	errMethod  = fault.New(fault.NotFound, "request.method", "该地址不接受此方法", "the address does not take this method")
	errTooBig  = fault.New(fault.TooLarge, "request.too_large", "请求内容过大", "the request is too large")
	errType    = fault.New(fault.Invalid, "request.content_type", "请求内容须为 application/json", "the content type must be application/json")
	errAddress = fault.New(fault.Invalid, "request.address", "地址或查询参数不是合规的 UTF-8 文字", "the path or the query is not plain UTF-8 text")
	errReading = fault.New(fault.Invalid, "request.incomplete", "请求内容没有传完", "the request did not arrive whole")
)

// Problem is an RFC 9457 problem: what a refused request is answered.
type Problem struct { //nolint:errname // the name that RFC 9457 gives it
	Type     string        `json:"type" doc:"urn:fundbook:error: and the code" example:"urn:fundbook:error:ledger.overdraw"`
	Title    string        `json:"title" doc:"The message of the code, in the language asked for"`
	Status   int           `json:"status"`
	Code     string        `json:"code" doc:"Stable dotted code; docs/errors.md lists them" example:"ledger.overdraw"`
	Detail   string        `json:"detail,omitempty" doc:"The rule, the account, the figure and the remedy of this case"`
	Instance string        `json:"instance" doc:"This refusal in the log of the service" example:"urn:fundbook:request:6f1c2a9be0d44c11"`
	Errors   []fault.Field `json:"errors,omitempty" doc:"The places of the input that are wrong"`
	// Rows are the same places of a file, as its report lists them.
	Rows []projects.RowFinding `json:"rows,omitempty" doc:"Of a file: row, column, reason and remedy"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Title }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return headProblem[0] }

// statusOf maps a kind of fault to the status of HTTP.
func statusOf(k fault.Kind) int {
	switch k {
	case fault.Invalid:
		return http.StatusBadRequest
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Refused:
		return http.StatusUnprocessableEntity
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Internal:
		return http.StatusInternalServerError
	}
	return http.StatusInternalServerError
}

// newProblem renders an error for one call. What is internal stays in the log,
// under the identifier of the request.
func newProblem(c *call, lang string, err error) *Problem {
	f := fault.From(err)
	c.code = f.Code
	p := &Problem{
		Type: "urn:fundbook:error:" + f.Code, Title: f.Title(lang), Status: statusOf(f.Kind), Code: f.Code,
		Detail: f.DetailIn(lang), Instance: "urn:fundbook:request:" + c.id, Errors: f.FieldsIn(lang),
	}
	if c.rows {
		p.Rows = projects.FindingsIn(lang, app.FindingsOf(err))
	}
	if f.Kind == fault.Internal {
		p.Detail, p.Errors, p.Rows, c.cause = "", nil, nil, err
		if f.Err != nil {
			c.cause = f.Err
		}
	}
	return p
}

// fail answers an error.
func (s *server) fail(c *call, r *http.Request, err error) {
	s.failWith(c, r, statusOf(fault.KindOf(err)), err)
}

func (s *server) failWith(c *call, r *http.Request, status int, err error) {
	lang := language(r.Header.Get("Accept-Language"))
	p := newProblem(c, lang, err)
	p.Status = status
	h := c.Header()
	problemHeaders(h.Set, p, lang)
	h["Content-Type"] = headProblem
	body, err := json.Marshal(p)
	if err != nil { // invariant: a problem is made of strings
		panic("invariant: a problem does not encode: " + err.Error())
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.WriteHeader(p.Status)
	_, _ = c.Write(body) // the client may be gone
}

func problemHeaders(set func(name, value string), p *Problem, lang string) {
	set("Content-Language", lang)
	set("Vary", "Accept-Language")
	switch p.Status {
	case http.StatusUnauthorized:
		set("WWW-Authenticate", `Bearer realm="fundbook"`)
	case http.StatusServiceUnavailable:
		set("Retry-After", "1")
	}
}

// language chooses Chinese unless the header prefers English.
func language(accept string) string {
	best, bestQ := "zh", -1
	for item := range strings.SplitSeq(accept, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(item), ";")
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if primary != "zh" && primary != "en" {
			continue
		}
		q := 1000
		if value, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			q = thousandths(value)
		}
		if q > bestQ && q > 0 {
			best, bestQ = primary, q
		}
	}
	return best
}

// thousandths reads a quality value, 0.8 or 1, as 800 or 1000.
func thousandths(q string) int {
	whole, part, _ := strings.Cut(q, ".")
	n, err := strconv.Atoi(whole + (part + "000")[:3])
	if err != nil || n < 0 || n > 1000 {
		return 0
	}
	return n
}

var oursOnce sync.Once

// replaceHumaErrors makes huma's own refusals ours: same form, codes and
// statuses. huma keeps the constructor in a package variable, so this is done
// once a process; so is the rule that a list is never null.
func replaceHumaErrors() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return newProblem(&call{}, "zh", faultOfHuma(status, msg, errs))
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		r, w := humago.Unwrap(ctx)
		lang := language(r.Header.Get("Accept-Language"))
		p := newProblem(callOf(w), lang, unlessGone(r, faultOfHuma(status, msg, errs)))
		problemHeaders(ctx.SetHeader, p, lang)
		return p
	}
}

// faultOfHuma returns the fault that a handler returned, or turns huma's own
// words into one of ours.
func faultOfHuma(status int, msg string, errs []error) error {
	for _, err := range errs {
		if err != nil && fault.From(err) != nil && fault.From(err).Code != fault.ErrInternal.Code {
			return err
		}
	}
	if status >= http.StatusInternalServerError {
		for _, err := range errs {
			return fault.ErrInternal.Because(err)
		}
		return fault.ErrInternal.With("%s", msg)
	}
	f := app.ErrInvalid.With("%d 处", len(errs))
	for _, err := range errs {
		if d, ok := err.(huma.ErrorDetailer); ok {
			detail := d.ErrorDetail()
			f = f.AtText(detail.Location, fault.Say("%s", detail.Message), "")
		}
	}
	return f
}

// unlessGone says of a read that failed because its client went away just that:
// it is no defect.
func unlessGone(r *http.Request, err error) error {
	if r.Context().Err() != nil && fault.KindOf(err) == fault.Internal {
		return app.ErrGone
	}
	return err
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

func stack() string { return string(debug.Stack()) }
