package api

import (
	"encoding/json"
	"net/http"
	"path"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"fundbook/internal/app"
	"fundbook/internal/fault"
	"fundbook/ledger"

	"github.com/danielgtaylor/huma/v2"
)

// openAPIConfig is huma's configuration without its pages: no viewer from a
// CDN, no schema links, and the document is served by us (describe).
func openAPIConfig(version string) huma.Config {
	c := huma.DefaultConfig("fundbook", version)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil
	c.RejectUnknownQueryParameters = true
	c.Info.Description = "County fund ledger (县级资金专账) in double entry. Amounts are strings of yuan with two decimals, dates YYYY-MM-DD, sequence numbers JSON numbers. Every refusal is an RFC 9457 problem with a stable `code`, in Chinese unless Accept-Language prefers English. Every POST wants an Idempotency-Key: the same key and body answer the same bytes, another body 409."
	c.Servers = []*huma.Server{{URL: "/"}}
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaNames())
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token of `fundbook user add`: Authorization: Bearer fb_…"},
	}
	c.Security = []map[string][]string{{"token": {}}}
	for t, alias := range texts {
		c.Components.Schemas.RegisterTypeAlias(t, alias)
	}
	return c
}

// schemaNames names schemas as huma does; of two types of one name in different
// rooms the later one gets its room before it, such as PaymentsReviewCmd.
func schemaNames() func(t reflect.Type, hint string) string {
	taken := map[string]reflect.Type{}
	return func(t reflect.Type, hint string) string {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		name := huma.DefaultSchemaNamer(t, hint)
		if first, ok := taken[name]; ok && first != t && t.Name() != "" {
			room := path.Base(t.PkgPath())
			name = strings.ToUpper(room[:1]) + room[1:] + name
		}
		if t.Name() != "" {
			taken[name] = t
		}
		return name
	}
}

// texts are the types of the ledger that stand in JSON as text of one form.
var texts = map[reflect.Type]reflect.Type{
	reflect.TypeFor[ledger.Amount](): reflect.TypeFor[amountText](),
	reflect.TypeFor[ledger.Date]():   reflect.TypeFor[dateText](),
	reflect.TypeFor[ledger.Period](): reflect.TypeFor[periodText](),
	reflect.TypeFor[ledger.ID]():     reflect.TypeFor[idText](),
	reflect.TypeFor[ledger.Digest](): reflect.TypeFor[digestText](),
}

type (
	amountText struct{}
	dateText   struct{}
	periodText struct{}
	idText     struct{}
	digestText struct{}
)

// Schema implements huma.SchemaProvider.
func (amountText) Schema(huma.Registry) *huma.Schema {
	return textSchema(`^-?[0-9]{1,16}(\.[0-9]{1,2})?$`, "元，字符串，至多两位小数 · yuan as a string with two decimals", "1234.50")
}

// Schema implements huma.SchemaProvider.
func (dateText) Schema(huma.Registry) *huma.Schema {
	return textSchema(`^([0-9]{4}-[0-9]{2}-[0-9]{2})?$`, "YYYY-MM-DD", "2026-05-31")
}

// Schema implements huma.SchemaProvider.
func (periodText) Schema(huma.Registry) *huma.Schema {
	return textSchema(`^([0-9]{4}-(0[1-9]|1[0-3]))?$`, "会计期间 YYYY-MM；13 为整理期", "2026-05")
}

// Schema implements huma.SchemaProvider.
func (idText) Schema(huma.Registry) *huma.Schema {
	return textSchema(`^([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})?$`, "UUID", "01980f3e-6a00-7000-8000-000000000001")
}

// Schema implements huma.SchemaProvider.
func (digestText) Schema(huma.Registry) *huma.Schema {
	return textSchema(`^[0-9a-fA-F]{64}$`, "SHA-256", "")
}

func textSchema(pattern, description, example string) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Pattern: pattern, Description: description}
	if example != "" {
		s.Examples = []any{example}
	}
	return s
}

// describeWrite adds a write to the document.
func (s *server) describeWrite(rt write) {
	reg := s.doc.OpenAPI().Components.Schemas
	min, max := 16, 64
	op := &huma.Operation{
		Method: http.MethodPost, Path: rt.path, OperationID: rt.id, Summary: rt.summary, Description: rt.details, Tags: []string{"write"},
		Parameters: []*huma.Param{
			countyParam(),
			{
				Name: "Idempotency-Key", In: "header", Required: true, Description: "The same on every retry of this request",
				Schema: &huma.Schema{Type: huma.TypeString, MinLength: &min, MaxLength: &max, Pattern: `^[!-~]+$`},
			},
		},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			"application/json": {Schema: reg.Schema(reflect.TypeOf(rt.body), true, "")},
		}},
		Responses: map[string]*huma.Response{
			"200": {
				Description: "Recorded, or recorded before under the same key",
				Headers: map[string]*huma.Param{"Idempotent-Replayed": {
					Description: "true when this key was used before", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"true"}},
				}},
				Content: map[string]*huma.MediaType{"application/json": {Schema: reg.Schema(reflect.TypeFor[Recorded](), true, "")}},
			},
		},
	}
	s.addProblems(op, fault.Invalid, fault.Unauthenticated, fault.Forbidden, fault.NotFound, fault.Conflict, fault.TooLarge, fault.Refused)
	s.doc.OpenAPI().AddOperation(op)
}

func countyParam() *huma.Param {
	return &huma.Param{
		Name: "county", In: "path", Required: true, Description: "县代码",
		Schema: &huma.Schema{Type: huma.TypeString, Pattern: countyPattern}, Example: "360726",
	}
}

// countyPattern is what translog.ValidCounty accepts, or near it.
const countyPattern = `^([0-9]{6}|X-[0-9A-Z-]{1,24})$`

// addProblems adds the refusals that an operation knows, and the two that any may
// meet.
func (s *server) addProblems(op *huma.Operation, kinds ...fault.Kind) {
	schema := s.doc.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	for _, k := range append(kinds, fault.Internal, fault.Unavailable) {
		op.Responses[strconv.Itoa(statusOf(k))] = &huma.Response{
			Description: http.StatusText(statusOf(k)),
			Content:     map[string]*huma.MediaType{headProblem[0]: {Schema: schema}},
		}
	}
}

// describe completes the document and serves it. It is encoded once, when it is
// first asked for: it cannot change any more.
func (s *server) describe() {
	doc := s.doc.OpenAPI()
	tighten(doc.Components.Schemas)
	serve := func(contentType string, encode func() ([]byte, error)) http.HandlerFunc {
		body := sync.OnceValue(func() []byte {
			b, err := encode()
			if err != nil { // invariant: the document is made of our own types
				panic("invariant: the OpenAPI document does not encode: " + err.Error())
			}
			return b
		})
		return func(w http.ResponseWriter, r *http.Request) {
			c := callOf(w)
			c.command = "openapi"
			c.Header().Set("Content-Type", contentType)
			_, _ = c.Write(body()) // the client may be gone
		}
	}
	s.mux.HandleFunc("GET /openapi.json", serve("application/openapi+json", func() ([]byte, error) {
		b, err := json.MarshalIndent(doc, "", "  ")
		return append(b, '\n'), err
	}))
	s.mux.HandleFunc("GET /openapi.yaml", serve("application/openapi+yaml", doc.YAML))
}

// tighten adds to the schemas what validator tags say and huma does not read.
func tighten(reg huma.Registry) {
	schemas := reg.Map()
	one, thousand := 1, app.MaxItems
	if s := schemas["PostCmd"]; s != nil && s.Properties["items"] != nil {
		s.Properties["items"].MinItems, s.Properties["items"].MaxItems = &one, &thousand
	}
}
