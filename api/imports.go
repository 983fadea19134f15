package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/fault"
	"fundbook/internal/sheet"
	"fundbook/payments"
	"fundbook/projects"

	"github.com/danielgtaylor/huma/v2"
)

// tableImport is one kind of table that comes as a file: what is said of it as
// document, the table as file.
type tableImport struct {
	what, summary string
	permission    auth.Permission
	body          any // the document's type, whose file and file_name come with the file
	// command makes the command of the document and the file.
	command func(document []byte, name string, file []byte) (any, error)
}

// imported declares a table whose document is a T.
func imported[T any](what, summary string, p auth.Permission, place func(c *T, name string, file []byte)) tableImport {
	var zero T
	return tableImport{what, summary, p, zero, func(document []byte, name string, file []byte) (any, error) {
		var c T
		if err := decode(document, &c); err != nil {
			return nil, err
		}
		place(&c, name, file)
		return c, nil
	}}
}

func tableImports() []tableImport {
	treasury := func(what string) func(c *payments.TreasuryCmd, name string, file []byte) {
		return func(c *payments.TreasuryCmd, name string, file []byte) { c.What, c.FileName, c.File = what, name, file }
	}
	return []tableImport{
		imported("projects", "项目表（21 列） · a plan table of 21 columns", "project.enter",
			func(c *projects.ImportCmd, name string, file []byte) { c.FileName, c.File = name, file }),
		imported("payees", "到户名册 · a roster of persons", "roster.create",
			func(c *projects.RosterCmd, name string, file []byte) { c.FileName, c.File = name, file }),
		imported("bank", "银行结果文件 · a bank's result file of a card batch", "batch.pay",
			func(c *payments.ResultCmd, name string, file []byte) { c.FileName, c.File = name, file }),
		imported("statement", "银行（国库）对账单 · a statement of bank or treasury", "statement.import",
			func(c *payments.StatementFileCmd, name string, file []byte) { c.FileName, c.File = name, file }),
		imported("indicators", "国库指标系统导出文件 · an export of the treasury system's indicators", "import.treasury", treasury(payments.TreasuryIndicators)),
		imported("payments", "国库支付系统导出文件 · an export of the treasury system's payments", "import.treasury", treasury(payments.TreasuryPayments)),
	}
}

// importRoutes are two routes for each kind of table: one judges the file row by row,
// the other records it whole or not at all.
func (s *server) importRoutes() {
	for _, x := range tableImports() {
		path := "/api/v1/counties/{county}/imports/" + x.what
		s.mux.HandleFunc("POST "+path, s.fileHandler("upload-"+x.what, func(c *call, r *http.Request) error { return s.importTable(c, r, &x) }))
		s.mux.HandleFunc("POST "+path+"/preview", s.fileHandler("preview-"+x.what, func(c *call, r *http.Request) error { return s.previewTable(c, r, &x) }))
		s.describeImport(path, &x)
		if x.what == "projects" || x.what == "payees" {
			s.templateRoute(path, &x)
		}
	}
}

// templateRoute answers the empty workbook of a table that people fill in.
func (s *server) templateRoute(path string, x *tableImport) {
	const media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	fileRead(s, fileRoute{path + "/template", "template-" + x.what, "模板：" + x.summary + ", empty", media},
		func(ctx context.Context, in *InCounty) ([]byte, string, error) {
			if err := askerOf(ctx).who.May(x.permission, in.County); err != nil {
				return nil, "", err
			}
			var body bytes.Buffer
			err := app.TableTemplate(&body, x.what)
			return body.Bytes(), x.what + ".xlsx", err
		})
}

// tableOf reads the form of an upload: nobody's file is read before it is known who
// they are.
func (s *server) tableOf(c *call, r *http.Request, x *tableImport) (who auth.Who, body any, err error) {
	if who, err = s.bearer(r.Context(), r.Header); err != nil {
		return who, nil, err
	}
	c.role, c.rows = who.Role, true
	if err := who.May(x.permission, c.county); err != nil {
		return who, nil, err
	}
	const limit = sheet.MaxBytes + maxBody + 1<<16
	if r.ContentLength > limit {
		c.Header().Set("Connection", "close")
		return who, nil, sheet.Place{File: x.what}.Fault(sheet.ErrTooLarge, "请求 %d 字节，文件上限 %d 字节；请分册导入", r.ContentLength, sheet.MaxBytes)
	}
	form, err := formOf(r, http.MaxBytesReader(c.ResponseWriter, r.Body, limit))
	if err != nil {
		return who, nil, err
	}
	document, err := partOf(form, "document", maxBody)
	if err != nil {
		return who, nil, err
	}
	part, err := form.NextPart()
	if err != nil || part.FormName() != "file" {
		return who, nil, errForm.With("缺 file")
	}
	name := clip(part.FileName(), 90)
	file, err := io.ReadAll(io.LimitReader(reading{part}, sheet.MaxBytes+1))
	if errors.Is(err, errTooBig) || err == nil && len(file) > sheet.MaxBytes {
		return who, nil, sheet.Place{File: name}.Fault(sheet.ErrTooLarge, "超过 %d 字节；请分册导入", sheet.MaxBytes)
	}
	if err != nil {
		return who, nil, err
	}
	body, err = x.command(document, name, file)
	return who, body, err
}

// importTable records a table.
func (s *server) importTable(c *call, r *http.Request, x *tableImport) error {
	key := r.Header["Idempotency-Key"]
	who, body, err := s.tableOf(c, r, x)
	if err != nil {
		return err
	}
	if len(key) != 1 || key[0] == "" {
		return errNoKey
	}
	out, err := s.app.ImportTable(r.Context(), app.Request{County: c.county, Who: who, Key: key[0]}, body)
	if err != nil {
		return err
	}
	return c.answer(&out)
}

// previewTable judges a table and records nothing. What is wrong with its rows is the
// answer; what is no such table is refused.
func (s *server) previewTable(c *call, r *http.Request, x *tableImport) error {
	who, body, err := s.tableOf(c, r, x)
	if err != nil {
		return err
	}
	report, err := s.app.PreviewTable(r.Context(), who, c.county, body)
	if err != nil && (report.Errors == 0 || report.Rows == 0 && fault.KindOf(err) != fault.Refused && fault.KindOf(err) != fault.Invalid) {
		return err
	}
	lang := language(r.Header.Get("Accept-Language"))
	report.Findings = projects.FindingsIn(lang, report.Findings)
	if lang != fault.Chinese {
		report.Summary = fault.Words(report.Summary)
	}
	raw, err := json.Marshal(&report)
	if err != nil {
		return err
	}
	c.Header().Set("Content-Language", lang)
	c.Header().Set("Vary", "Accept-Language")
	c.Header()["Content-Type"] = headJSON
	c.WriteHeader(http.StatusOK)
	_, _ = c.Write(append(raw, '\n')) // the client may be gone; nothing was recorded
	return nil
}

// documentSchema is the schema of a command without what the file says itself.
func documentSchema(reg huma.Registry, body any) *huma.Schema {
	whole := huma.SchemaFromType(reg, reflect.TypeOf(body))
	out := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: false, Properties: map[string]*huma.Schema{}}
	for name, p := range whole.Properties {
		if !slices.Contains(fromFile, name) {
			out.Properties[name] = p
		}
	}
	for _, name := range whole.Required {
		if !slices.Contains(fromFile, name) {
			out.Required = append(out.Required, name)
		}
	}
	return out
}

// fromFile are the fields that the path or the file itself gives.
var fromFile = []string{"file", "file_name", "what"}

func (s *server) describeImport(path string, x *tableImport) {
	reg := s.doc.OpenAPI().Components.Schemas
	form := &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: huma.TypeObject, Required: []string{"document", "file"},
		Properties: map[string]*huma.Schema{
			"document": documentSchema(reg, x.body),
			"file":     {Type: huma.TypeString, Format: "binary"},
		},
	}}}}
	s.describeWrite(write{
		path: path, id: "upload-" + x.what, body: x.body, summary: "导入" + x.summary,
		details: "multipart/form-data with two parts in this order: document (JSON, without file and file_name) and file (.xlsx or .csv). All rows or none; a refusal names row, column, reason and remedy in rows.",
	})
	s.doc.OpenAPI().Paths[path].Post.RequestBody = form
	op := &huma.Operation{
		Method: http.MethodPost, Path: path + "/preview", OperationID: "preview-" + x.what, Tags: []string{"read"}, Parameters: []*huma.Param{countyParam()},
		Summary:     "试查" + x.summary,
		Description: "The same form as the import. Every row is judged and nothing is recorded.",
		RequestBody: form,
		Responses: map[string]*huma.Response{"200": {
			Description: "What was found",
			Content:     map[string]*huma.MediaType{"application/json": {Schema: reg.Schema(reflect.TypeFor[app.TableReport](), true, "")}},
		}},
	}
	s.addProblems(op, fault.Invalid, fault.Unauthenticated, fault.Forbidden, fault.NotFound, fault.Conflict, fault.TooLarge, fault.Refused)
	s.doc.OpenAPI().AddOperation(op)
}
