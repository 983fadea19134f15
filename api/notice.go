package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"fundbook/internal/app"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/publicity"

	"github.com/danielgtaylor/huma/v2"
)

// Verification (核验) is what the QR code of a notice answers: the notice and its
// content as the ledger yields it now.
type Verification struct {
	app.Verdict
	Digest string `json:"digest" enum:"match,mismatch,not_given" doc:"Whether the digest printed in the QR code is that of the notice"`
}

type codeIn struct {
	Code string `path:"code" maxLength:"64" doc:"核验码, as printed; case, spaces and hyphens do not matter" example:"WJXXSSQGHVQ6P"`
	H    string `query:"h" maxLength:"64" doc:"The beginning of the digest, as the QR code carries it"`
}

// noticeRoutes are the notices and the public check of a code.
func (s *server) noticeRoutes() {
	get(s, operation{path: "/api/v1/counties/{county}/notices", id: "notices", summary: "公告 · the notices of a county"},
		func(ctx context.Context, in *InCounty) ([]publicity.ListItem, url.Values, error) {
			if err := askerOf(ctx).who.May(readNotices, in.County); err != nil {
				return nil, nil, err
			}
			items, err := s.app.Notices(ctx, in.County)
			return list(items), nil, err
		})
	s.noticePDF()
	get(s, operation{path: "/v/{code}", id: "verify-notice", public: true, summary: "核验公告 · whether a notice equals the ledger"}, s.verifyCode)
}

// newNotice is a notice to be issued: what its issuer says. Figures, names of
// funds and the address behind the QR code are not for the issuer to say.
type newNotice struct {
	Type        string      `json:"type" enum:"N1,N2,N3,N4,N5,N6,N7,N8,N9,N10,N11,N12" doc:"公告类型"`
	About       string      `json:"about" maxLength:"80" doc:"What it is about: key of the document (N1), code of the plan, project or roster, …"`
	Replaces    string      `json:"replaces,omitempty" maxLength:"20" doc:"更正: code of the notice that this one corrects"`
	Number      string      `json:"number,omitempty" maxLength:"80" doc:"公告编号; the document's key unless given"`
	Title       string      `json:"title,omitempty" maxLength:"200" doc:"The document's title unless given"`
	Publisher   string      `json:"publisher,omitempty" maxLength:"100" doc:"The document's issuer unless given"`
	From        ledger.Date `json:"from,omitzero" doc:"Today unless given"`
	To          ledger.Date `json:"to,omitzero" doc:"长期公开 unless given"`
	Hotline     string      `json:"hotline,omitempty" maxLength:"100" doc:"监督电话"`
	Contacts    []contact   `json:"contacts,omitempty" maxItems:"10"`
	Supervision string      `json:"supervision,omitempty" maxLength:"1000" doc:"监督方式"`
}

type contact struct {
	Label string `json:"label" maxLength:"40"`
	Text  string `json:"text" maxLength:"200"`
}

func (s *server) issueNotice(ctx context.Context, r app.Request) (app.Outcome, error) {
	var n newNotice
	if err := decode(r.Raw, &n); err != nil {
		return app.Outcome{}, err
	}
	today := ledger.DateAt(s.app.Now())
	w := publicity.Wording{
		Number: n.Number, Title: n.Title, Publisher: n.Publisher, Published: today, From: n.From, To: n.To,
		Hotline: n.Hotline, SupervisionText: n.Supervision, Host: s.publicURL, Sample: s.sample,
	}
	if w.From.IsZero() {
		w.From = today
	}
	for _, c := range n.Contacts {
		w.Contacts = append(w.Contacts, publicity.Fact{Label: c.Label, Text: c.Text})
	}
	return s.app.RecordNotice(ctx, r, app.IssueNotice{Type: publicity.NoticeType(n.Type), About: n.About, Replaces: n.Replaces, Wording: w})
}

type noticeIn struct {
	InCounty
	ID string `path:"id" maxLength:"64" doc:"Identifier or 核验码" example:"WJXXSSQGHVQ6P"`
}

// pdfAnswer is the paper of a notice.
type pdfAnswer struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// noticePDF is the one read that answers no JSON.
func (s *server) noticePDF() {
	h := huma.Operation{
		Method: http.MethodGet, Path: "/api/v1/counties/{county}/notices/{id}/pdf", OperationID: "notice-pdf", Tags: []string{"read"},
		Summary:     "公告 PDF · the paper of a notice",
		Description: "Derived from the ledger again; refused when the ledger no longer yields what was announced.",
		Responses: map[string]*huma.Response{"200": {
			Description: "The paper",
			Content:     map[string]*huma.MediaType{"application/pdf": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
		}},
	}
	s.addProblems(&h, fault.Invalid, fault.Unauthenticated, fault.Forbidden, fault.NotFound)
	huma.Register(s.doc, h, func(ctx context.Context, in *noticeIn) (*pdfAnswer, error) {
		if err := askerOf(ctx).who.May(readNotices, in.County); err != nil {
			return nil, err
		}
		pdf, err := s.app.NoticePDF(ctx, in.County, in.ID)
		if err != nil {
			return nil, err
		}
		return &pdfAnswer{"application/pdf", `inline; filename="notice.pdf"`, pdf}, nil
	})
}

func (s *server) verifyCode(ctx context.Context, in *codeIn) (out Verification, _ url.Values, err error) {
	if out.Verdict, err = s.app.VerifyCode(ctx, in.Code); err != nil {
		return out, nil, err
	}
	switch h := strings.ToLower(in.H); {
	case h == "":
		out.Digest = "not_given"
	case len(h) >= 16 && strings.HasPrefix(out.Hash, h):
		out.Digest = "match"
	default:
		out.Digest = "mismatch"
	}
	return out, nil, nil
}
