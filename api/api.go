package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"fundbook/internal/app"
	"fundbook/internal/auth"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Options are what New needs beside the store.
type Options struct {
	Log     *slog.Logger // nil logs nothing
	Version string       // of the program, shown in the OpenAPI document
	Sample  bool         // the store holds sample data (样例数据): every answer says so
	Metrics *Metrics     // nil counts nothing
	// PublicURL is where citizens reach the service, for the QR code of notices that
	// are issued here; without it they carry none.
	PublicURL string
}

// server is the front of one store.
type server struct {
	app       *app.App
	log       *slog.Logger
	sample    bool
	publicURL string
	metrics   *Metrics
	mux       *http.ServeMux
	doc       huma.API

	// The door: the store's own, or a stub in the benchmark of the front alone.
	do           func(ctx context.Context, r app.Request, c app.Command) (app.Outcome, error)
	authenticate func(ctx context.Context, token string) (auth.Who, error)
}

// New returns the handler of every route.
func New(a *app.App, o Options) http.Handler {
	return newServer(a, o)
}

func newServer(a *app.App, o Options) *server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	oursOnce.Do(replaceHumaErrors)
	s := &server{
		app: a, log: o.Log, sample: o.Sample, publicURL: o.PublicURL, metrics: o.Metrics, mux: http.NewServeMux(),
		do: a.Do, authenticate: a.Authenticate,
	}
	s.doc = humago.New(s.mux, openAPIConfig(o.Version))
	s.doc.UseMiddleware(s.signIn)
	s.writeRoutes()
	s.readRoutes()
	s.publicRoutes()
	s.noticeRoutes()
	s.describe()
	s.mux.HandleFunc("/", s.noRoute)
	return s
}

// NewServer returns a server with the limits of a service that strangers can
// reach: slow and endless requests are cut off.
func NewServer(addr string, h http.Handler) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      120 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    16 << 10,
	}
}

// noRoute answers what no route takes: 405 with the methods of the path, else
// 404.
func (s *server) noRoute(w http.ResponseWriter, r *http.Request) {
	var allow []string
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		probe := &http.Request{Method: method, URL: r.URL, Host: r.Host}
		if _, pattern := s.mux.Handler(probe); pattern != "/" {
			allow = append(allow, method)
		}
	}
	c := callOf(w)
	if len(allow) == 0 {
		s.fail(c, r, errRoute.With("%s", clip(r.URL.Path, 80)))
		return
	}
	c.Header().Set("Allow", strings.Join(allow, ", "))
	s.failWith(c, r, http.StatusMethodNotAllowed, errMethod.With("%s；可用 %s", r.Method, strings.Join(allow, "、")))
}
