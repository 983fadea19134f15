package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"reflect"

	"fundbook/internal/app"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"

	"github.com/danielgtaylor/huma/v2"
)

var errForm = fault.New(fault.Invalid, "request.form", "须为 multipart/form-data：先 document（JSON），后 file（文件）", "send multipart/form-data: first document (JSON), then file")

const (
	evidencePath = "/api/v1/counties/{county}/evidence"
	previewPath  = "/api/v1/counties/{county}/rosters/preview"
)

// fileRoutes are the routes that take or answer files.
func (s *server) fileRoutes() {
	s.mux.HandleFunc("POST "+evidencePath, s.fileHandler("upload-evidence", s.uploadEvidence))
	s.describeUpload()
	s.mux.HandleFunc("POST "+previewPath, s.fileHandler("preview-roster", s.previewRoster))
	s.describePreview()
	fileRead(s, fileRoute{evidencePath + "/{code}/file", "evidence-file", "材料原件 · the file of a document", "application/octet-stream"},
		func(ctx context.Context, in *dossierIn) ([]byte, string, error) {
			body, err := s.app.EvidenceFile(ctx, askerOf(ctx).who, in.County, in.Code)
			return body, "evidence.bin", err
		})
	fileRead(s, fileRoute{"/api/v1/counties/{county}/batches/{code}/bank-file", "batch-bank-file", "批次的银行文件（含个人信息） · the bank file of an exported batch, with its persons", "text/csv"},
		func(ctx context.Context, in *dossierIn) ([]byte, string, error) {
			body, err := s.app.BankFile(ctx, askerOf(ctx).who, in.County, in.Code)
			return body, "batch.csv", err
		})
	get(s, operation{
		path: "/api/v1/counties/{county}/rosters/{code}/payees", id: "roster-payees", summary: "名册人员（须有 roster.persons 权限） · the persons of a roster",
		details: "For the notice and the review; needs the permission roster.persons.",
	}, s.rosterPayees)
}

// fileHandler runs a write that is not JSON in and records out.
func (s *server) fileHandler(id string, fn func(c *call, r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := callOf(w)
		c.command, c.county = id, r.PathValue("county")
		if err := fn(c, r); err != nil {
			s.fail(c, r, err)
		}
	}
}

// evidenceForm is what is said of a document that is uploaded: digest and size are
// those of the file.
type evidenceForm struct {
	Type     payments.DocType `json:"type" maxLength:"20"`
	Title    string           `json:"title" maxLength:"200"`
	Date     ledger.Date      `json:"date"`
	Issuer   string           `json:"issuer,omitempty" maxLength:"100"`
	Number   string           `json:"number,omitempty" maxLength:"80"`
	Amount   ledger.Amount    `json:"amount,omitempty"`
	Pages    int              `json:"pages" minimum:"1"`
	Project  string           `json:"project,omitempty" maxLength:"64"`
	Contract string           `json:"contract,omitempty" maxLength:"64"`
	Quantity string           `json:"quantity,omitempty" maxLength:"100"`
	Passed   bool             `json:"passed,omitempty"`
}

// uploadEvidence stores a file under its content and records the document.
func (s *server) uploadEvidence(c *call, r *http.Request) error {
	who, err := s.bearer(r.Context(), r.Header)
	if err != nil {
		return err
	}
	c.role = who.Role
	if err := who.May("evidence.add", c.county); err != nil {
		return err
	}
	key := r.Header["Idempotency-Key"]
	if len(key) != 1 || key[0] == "" {
		return errNoKey
	}
	const limit = payments.MaxEvidence + 1<<16
	if r.ContentLength > limit {
		c.Header().Set("Connection", "close")
		return errTooBig.With("%d 字节，上限 %d", r.ContentLength, int64(limit))
	}
	form, err := formOf(r, http.MaxBytesReader(c.ResponseWriter, r.Body, limit))
	if err != nil {
		return err
	}
	var f evidenceForm
	raw, err := partOf(form, "document", maxBody)
	if err != nil {
		return err
	}
	if err := decode(raw, &f); err != nil {
		return err
	}
	file, err := form.NextPart()
	if err != nil || file.FormName() != "file" {
		return errForm.With("缺 file")
	}
	out, err := s.app.AddEvidence(r.Context(), app.Request{County: c.county, Who: who, Key: key[0]}, reading{file}, payments.EvidenceCmd{
		Type: f.Type, Title: f.Title, Date: f.Date, Issuer: f.Issuer, Number: f.Number, Amount: f.Amount, Pages: f.Pages,
		Project: f.Project, Contract: f.Contract, Quantity: f.Quantity, Passed: f.Passed,
	})
	if err != nil {
		return err
	}
	return c.answer(&out)
}

// reading gives what goes wrong with a body its fault.
type reading struct{ r io.Reader }

// Read implements io.Reader.
func (r reading) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return n, errTooBig.With("上限 %d 字节", big.Limit)
	}
	return n, errReading.Because(err)
}

func formOf(r *http.Request, body io.Reader) (*multipart.Reader, error) {
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "multipart/form-data" || params["boundary"] == "" {
		return nil, errForm.With("Content-Type %q", clip(r.Header.Get("Content-Type"), 80))
	}
	return multipart.NewReader(body, params["boundary"]), nil
}

// partOf reads the next part of a form, which must be called name.
func partOf(form *multipart.Reader, name string, limit int64) ([]byte, error) {
	part, err := form.NextPart()
	if err != nil || part.FormName() != name {
		return nil, errForm.With("缺 %s", name)
	}
	raw, err := io.ReadAll(io.LimitReader(reading{part}, limit+1))
	if err == nil && int64(len(raw)) > limit {
		err = errTooBig.With("%s：上限 %d 字节", name, limit)
	}
	return raw, err
}

// previewRoster judges a file of persons as roster.create would, and records
// nothing.
func (s *server) previewRoster(c *call, r *http.Request) error {
	who, err := s.bearer(r.Context(), r.Header)
	if err != nil {
		return err
	}
	c.role = who.Role
	if err := who.May("roster.create", c.county); err != nil {
		return err
	}
	if err := wantJSON(r.Header); err != nil {
		return err
	}
	raw, err := io.ReadAll(reading{http.MaxBytesReader(c.ResponseWriter, r.Body, maxBatch)})
	if err != nil {
		return err
	}
	var cmd projects.RosterCmd
	if err := decode(raw, &cmd); err != nil {
		return err
	}
	report, err := s.app.PreviewRoster(r.Context(), who, c.county, cmd)
	if err != nil {
		return err
	}
	body, err := json.Marshal(&report)
	if err != nil {
		return err
	}
	c.Header()["Content-Type"] = headJSON
	c.WriteHeader(http.StatusOK)
	_, _ = c.Write(append(body, '\n')) // the client may be gone; nothing was recorded
	return nil
}

// Payee is one row of a roster with its person.
type Payee struct {
	N         int               `json:"n"`
	Amount    ledger.Amount     `json:"amount"`
	Standard  ledger.Amount     `json:"standard"`
	Quantity  projects.Quantity `json:"quantity" doc:"Ten-thousandths of the roster's measure"`
	Name      string            `json:"name"`
	ID        string            `json:"id"`
	Card      string            `json:"card"`
	Phone     string            `json:"phone,omitempty"`
	Relation  string            `json:"relation,omitempty"`
	Household string            `json:"household,omitempty"`
	Group     string            `json:"group,omitempty"`
	Village   string            `json:"village"`
}

// Payees are the persons of a roster.
type Payees struct {
	Roster projects.Roster `json:"roster"`
	Payees []Payee         `json:"payees"`
}

func (s *server) rosterPayees(ctx context.Context, in *dossierIn) (out Payees, _ url.Values, err error) {
	roster, rows, err := s.app.RosterPayees(ctx, askerOf(ctx).who, in.County, in.Code)
	if err != nil {
		return out, nil, err
	}
	out = Payees{Roster: roster, Payees: make([]Payee, len(rows))}
	for i := range rows {
		x, p := &rows[i], &rows[i].Person
		out.Payees[i] = Payee{x.N, x.Amount, x.Standard, x.Quantity, p.Name, p.ID, p.Card, p.Phone, p.Relation, p.Household, p.Group, p.Village}
	}
	return out, nil, nil
}

// fileRoute is a read that answers a file.
type fileRoute struct{ path, id, summary, media string }

type fileAnswer struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// fileRead registers a read that answers a file to keep, never to show.
func fileRead[I any](s *server, rt fileRoute, fn func(ctx context.Context, in *I) (body []byte, name string, err error)) {
	h := huma.Operation{
		Method: http.MethodGet, Path: rt.path, OperationID: rt.id, Summary: rt.summary, Tags: []string{"read"},
		Responses: map[string]*huma.Response{"200": {
			Description: "The file",
			Content:     map[string]*huma.MediaType{rt.media: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
		}},
	}
	s.addProblems(&h, fault.Invalid, fault.Unauthenticated, fault.Forbidden, fault.NotFound)
	huma.Register(s.doc, h, func(ctx context.Context, in *I) (*fileAnswer, error) {
		body, name, err := fn(ctx, in)
		if err != nil {
			return nil, err
		}
		return &fileAnswer{rt.media, `attachment; filename="` + name + `"`, body}, nil
	})
}

func (s *server) describeUpload() {
	reg := s.doc.OpenAPI().Components.Schemas
	s.describeWrite(write{
		path: evidencePath, id: "upload-evidence", body: evidenceForm{},
		summary: "上传材料：按内容存放并登记 · upload a document and record it by its content",
		details: "multipart/form-data with two parts in this order: document (JSON) and file. The digest is that of the file; the same file again is the same document.",
	})
	op := s.doc.OpenAPI().Paths[evidencePath].Post
	op.RequestBody.Content = map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: huma.TypeObject, Required: []string{"document", "file"},
		Properties: map[string]*huma.Schema{
			"document": reg.Schema(reflect.TypeFor[evidenceForm](), true, ""),
			"file":     {Type: huma.TypeString, Format: "binary"},
		},
	}}}
}

func (s *server) describePreview() {
	reg := s.doc.OpenAPI().Components.Schemas
	op := &huma.Operation{
		Method: http.MethodPost, Path: previewPath, OperationID: "preview-roster", Tags: []string{"read"}, Parameters: []*huma.Param{countyParam()},
		Summary:     "名册文件试查：逐行核对，不记录 · judge a file of persons row by row, recording nothing",
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: reg.Schema(reflect.TypeFor[projects.RosterCmd](), true, "")}}},
		Responses: map[string]*huma.Response{"200": {
			Description: "What was found",
			Content:     map[string]*huma.MediaType{"application/json": {Schema: reg.Schema(reflect.TypeFor[projects.RosterReport](), true, "")}},
		}},
	}
	s.addProblems(op, fault.Invalid, fault.Unauthenticated, fault.Forbidden, fault.NotFound, fault.TooLarge, fault.Refused)
	s.doc.OpenAPI().AddOperation(op)
}
