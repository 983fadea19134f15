package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/fault"
	"fundbook/ledger"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// asker is who sent a read, and its call.
type asker struct {
	who  auth.Who
	call *call
}

type askerKey struct{}

func askerOf(ctx context.Context) asker {
	a, ok := ctx.Value(askerKey{}).(asker)
	if !ok { // invariant: reads run behind signIn
		panic("invariant: a read runs without signIn")
	}
	return a
}

// public marks the operations that need no token.
var public = map[string]any{"public": true}

// signIn is the middleware of every read: it notes what is asked, and who asks.
func (s *server) signIn(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	c := callOf(w)
	op := ctx.Operation()
	c.command, c.county = op.OperationID, r.PathValue("county")
	a := asker{call: c}
	if op.Metadata["public"] == nil {
		var err error
		if a.who, err = s.bearer(r.Context(), r.Header); err != nil {
			s.fail(c, r, err)
			return
		}
		c.role = a.who.Role
	}
	next(huma.WithValue(ctx, askerKey{}, a))
}

// operation describes one read.
type operation struct {
	path, id, summary, details string
	public                     bool
}

// answerOf is what a read answers.
type answerOf[T any] struct {
	Link string `header:"Link" doc:"RFC 8288: rel=\"next\" when there is more"`
	Body T
}

// get registers one read. A page of a list returns the query of the next page.
func get[I, O any](s *server, op operation, fn func(ctx context.Context, in *I) (O, url.Values, error)) {
	h := huma.Operation{
		Method: http.MethodGet, Path: op.path, OperationID: op.id, Summary: op.summary, Description: op.details, Tags: []string{"read"},
		Responses: map[string]*huma.Response{},
	}
	kinds := []fault.Kind{fault.Invalid, fault.Unauthenticated, fault.Forbidden, fault.NotFound}
	if op.public {
		h.Metadata, h.Security = public, []map[string][]string{}
		kinds = []fault.Kind{fault.Invalid, fault.NotFound}
	}
	s.addProblems(&h, kinds...)
	huma.Register(s.doc, h, func(ctx context.Context, in *I) (*answerOf[O], error) {
		body, next, err := fn(ctx, in)
		if err != nil {
			return nil, err
		}
		out := &answerOf[O]{Body: body}
		if next != nil {
			out.Link = "<?" + next.Encode() + `>; rel="next"`
		}
		return out, nil
	})
}

// view runs fn over one moment of a county, for the one who asks.
func (s *server) view(ctx context.Context, county string, p auth.Permission, fn func(ctx context.Context, v app.View) error) error {
	return s.app.Read(ctx, askerOf(ctx).who, county, p, fn)
}

// inCounty is the path of most reads.
type inCounty struct {
	County string `path:"county" pattern:"^([0-9]{6}|X-[0-9A-Z-]{1,24})$" doc:"县代码" example:"360726"`
}

// page are the parameters of a list: keyset by sequence.
type page struct {
	After int64 `query:"after" minimum:"0" doc:"Only what stands after this"`
	Limit int   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

func (p page) next(last int64) url.Values {
	return url.Values{"after": {strconv.FormatInt(last, 10)}, "limit": {strconv.Itoa(p.Limit)}}
}

func atSeq(seq int64) string { return fmt.Sprintf("记录 %d", seq) }

// dateOf is the business day of an instant in microseconds of UTC.
func dateOf(us int64) ledger.Date { return ledger.DateOf(time.UnixMicro(us)) }
