package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"fundbook/internal/db"
	"fundbook/internal/fault"
)

// publicRoutes need no token: the health of the process and of the store, and
// what anybody needs to check a proof.
func (s *server) publicRoutes() {
	s.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		c := callOf(w)
		c.command = "health"
		writeJSON(c, http.StatusOK, health{Status: "ok"})
	})
	s.mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		c := callOf(w)
		c.command = "ready"
		h := s.ready(r.Context())
		status := http.StatusOK
		if h.Status != "ok" {
			status = http.StatusServiceUnavailable
		}
		writeJSON(c, status, h)
	})
	get(s, operation{
		path: "/.well-known/fundbook/{county}", id: "well-known", public: true,
		summary: "公钥与最新签名日志头 · public keys and newest signed head of a county",
	}, func(ctx context.Context, in *InCounty) (Head, url.Values, error) {
		h, err := s.latestHead(ctx, in.County)
		return h, nil, err
	})
}

// health is the answer of the two probes: the state, and each check by its code.
type health struct {
	Status string            `json:"status"`
	Checks map[string]string `json:"checks,omitempty"`
}

// ready says whether this process can serve: the database answers, its schema
// is ours, the signing keys are those of the logs. It tells strangers no more
// than the code of a fault.
func (s *server) ready(ctx context.Context) health {
	h := health{Status: "ok", Checks: map[string]string{}}
	for name, check := range map[string]func(context.Context) error{
		"database": func(ctx context.Context) error { _, err := db.Counties(ctx, s.app.DB().Read); return err },
		"schema":   s.app.DB().CheckSchema,
		"keys":     s.app.CheckKeys,
	} {
		h.Checks[name] = "ok"
		if err := check(ctx); err != nil {
			h.Status, h.Checks[name] = "unavailable", fault.From(err).Code
		}
	}
	return h
}

func writeJSON(c *call, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil { // invariant: our own plain types
		panic("invariant: an answer does not encode: " + err.Error())
	}
	c.Header()["Content-Type"] = headJSON
	c.WriteHeader(status)
	_, _ = c.Write(append(body, '\n')) // the client may be gone
}
