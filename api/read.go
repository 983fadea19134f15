package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/fault"
	"fundbook/ledger"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// asker is who sent a read, and what it asks.
type asker struct {
	who auth.Who
	url *url.URL
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
	a := asker{url: r.URL}
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

// view runs fn over one moment of a whole county, for the one who asks.
func (s *server) view(ctx context.Context, county string, p auth.Permission, fn func(ctx context.Context, v app.View) error) error {
	return s.app.Read(ctx, askerOf(ctx).who, county, p, fn)
}

// books runs fn over one moment of a county's ledger, as far as the one who asks
// may see it: a township its own part.
func (s *server) books(ctx context.Context, county string, fn func(ctx context.Context, b app.Books) error) error {
	return s.app.Books(ctx, askerOf(ctx).who, county, fn)
}

// InCounty is the path of most reads.
type InCounty struct {
	County string `path:"county" pattern:"^([0-9]{6}|X-[0-9A-Z-]{1,24})$" doc:"县代码" example:"360726"`
}

// Paging holds the parameters of a list. A cursor keeps the query and the moment
// of the first page.
type Paging struct {
	Cursor string `query:"cursor" maxLength:"8192" doc:"From the answer before; the other parameters may then be left out"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

func (p *Paging) page() ledger.Page { return ledger.Page{Cursor: p.Cursor, Limit: p.Limit} }

// nextPage is the query of the page after, for the Link header: the same query
// with the cursor.
func nextPage(ctx context.Context, cursor string) url.Values {
	if cursor == "" {
		return nil
	}
	q := askerOf(ctx).url.Query()
	q.Set("cursor", cursor)
	return q
}

// Moment holds the parameters of figures: of which moment.
type Moment struct {
	AsOf    string `query:"as_of" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" doc:"按凭证日期: the end of this day"`
	KnownAt int64  `query:"known_at" minimum:"1" maximum:"9007199254740991" doc:"按记录次序: as the ledger stood when this record was its last"`
}

func (m *Moment) at() (ledger.At, error) {
	day, err := parseDay(m.AsOf)
	return ledger.At{AsOf: day, KnownAt: m.KnownAt}, err
}

func parseDay(text string) (ledger.Date, error) {
	if text == "" {
		return 0, nil
	}
	return ledger.ParseDate(text)
}

func atSeq(seq int64) string { return fmt.Sprintf("记录 %d", seq) }
