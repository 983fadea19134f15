package api

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/url"
	"strings"
	"unicode/utf8"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
	"fundbook/publicity"
)

var errCursorCode = fault.New(fault.Invalid, "query.cursor", "游标无效，请从第一页开始", "the cursor is not valid: begin with the first page")

// Dossier is one thing with a life of its own: what lists need of it, and its
// state.
type Dossier[S any] struct {
	Code    string        `json:"code"`
	Seq     int64         `json:"seq" doc:"Of its last fact"`
	Opened  int64         `json:"opened" doc:"Of its first"`
	Status  string        `json:"status"`
	Town    string        `json:"town,omitempty" doc:"Township whose own it is"`
	Village string        `json:"village,omitempty"`
	Parent  string        `json:"parent,omitempty" doc:"What it belongs to, such as a claim's contract"`
	Title   string        `json:"title"`
	Year    int           `json:"year,omitempty"`
	Amount  ledger.Amount `json:"amount"`
	State   *S            `json:"state"`
}

// MarshalJSON writes an empty list as one, never as null: that is what the document
// promises.
func (d Dossier[S]) MarshalJSON() ([]byte, error) {
	type bare Dossier[S]
	return dossier.JSON(bare(d))
}

// DossierPage is one page of a list, in order of code.
type DossierPage[S any] struct {
	County string       `json:"county"`
	Rows   []Dossier[S] `json:"rows"`
	Next   string       `json:"next,omitempty" doc:"Cursor of the next page"`
}

// DossierFile is one dossier with everything that happened to it, and the vouchers
// that were posted.
type DossierFile[S any] struct {
	County  string            `json:"county"`
	Dossier Dossier[S]        `json:"dossier"`
	History []app.DossierStep `json:"history"`
}

type dossiersIn struct {
	InCounty
	Paging
	Status  string `query:"status" maxLength:"40"`
	Year    int    `query:"year" minimum:"1990" maximum:"2199"`
	Village string `query:"village" pattern:"^[0-9]{12}$" doc:"区划代码 of 12 digits"`
	Parent  string `query:"parent" maxLength:"80"`
}

type dossierIn struct {
	InCounty
	Code string `path:"code" maxLength:"80"`
}

func (s *server) dossierRoutes() {
	dossiers[projects.Project](s, "project")
	dossiers[projects.Performance](s, "performance")
	dossiers[projects.Spotcheck](s, "spotcheck")
	dossiers[projects.Asset](s, "asset")
	dossiers[projects.Catalog](s, "catalog")
	dossiers[projects.LoadedLists](s, "negative")
	dossiers[projects.YearInputs](s, "yearinput")
	dossiers[projects.Plan](s, "plan")
	dossiers[projects.Funding](s, "funding")
	dossiers[projects.Contract](s, "contract")
	dossiers[projects.Loan](s, "loan")
	dossiers[projects.Roster](s, "roster")
	dossiers[projects.Takeover](s, "takeover")
	dossiers[payments.TreasuryItem](s, "treasury")
	dossiers[payments.Batch](s, "batch")
	dossiers[payments.Evidence](s, "evidence")
	dossiers[payments.Invoice](s, "invoice")
	dossiers[payments.Claim](s, "claim")
	dossiers[payments.Request](s, "request")
	dossiers[payments.Transfer](s, "transfer")
	dossiers[payments.Recovery](s, "recovery")
	dossiers[payments.Waiver](s, "waiver")
	dossiers[payments.Settlement](s, "settlement")
	dossiers[payments.Statement](s, "statement")
	dossiers[payments.BookClose](s, "bookclose")
	dossiers[payments.Correction](s, "correction")
	dossiers[projects.UnitFile](s, "unit")
	dossiers[publicity.File](s, "notice")
	dossiers[publicity.Objection](s, "objection")
	dossiers[audit.Finding](s, "finding")
	dossiers[audit.DoubtFile](s, "doubt")
}

// dossiers registers the list of a kind and the read of one of it.
func dossiers[S any](s *server, name string) {
	kind, err := app.FindDossierKind(name)
	if err != nil { // invariant: the names above are those of the table
		panic("invariant: no kind of dossier " + name)
	}
	path := "/api/v1/counties/{county}/" + kind.Path
	id := strings.ReplaceAll(kind.Path, "-", "_")
	get(s, operation{
		path: path, id: "list-" + id, summary: kind.ZH + " · " + kind.EN,
		details: "In order of code. A township sees its own and the county's.",
	}, func(ctx context.Context, in *dossiersIn) (DossierPage[S], url.Values, error) {
		return listDossiers[S](ctx, s, kind.Name, in)
	})
	get(s, operation{
		path: path + "/{code}", id: "show-" + id, summary: kind.ZH + "：一份及其经过 · one of the " + kind.EN + " with its history",
		details: "Another township's is answered like one that is not there.",
	}, func(ctx context.Context, in *dossierIn) (DossierFile[S], url.Values, error) {
		item, steps, err := s.app.Dossier(ctx, askerOf(ctx).who, in.County, kind.Name, in.Code)
		if err != nil {
			return DossierFile[S]{}, nil, err
		}
		row, err := dossierOf[S](&item)
		return DossierFile[S]{in.County, row, list(steps)}, nil, err
	})
}

func listDossiers[S any](ctx context.Context, s *server, kind string, in *dossiersIn) (out DossierPage[S], next url.Values, err error) {
	after, err := openCodeCursor(in.Cursor)
	if err != nil {
		return out, nil, err
	}
	limit := in.page().Limit
	items, err := s.app.Dossiers(ctx, askerOf(ctx).who, in.County, kind, dossier.Filter{
		Status: in.Status, Village: in.Village, Parent: in.Parent, Year: in.Year, After: after, Limit: limit + 1,
	})
	if err != nil {
		return out, nil, err
	}
	out = DossierPage[S]{County: in.County, Rows: []Dossier[S]{}}
	for i := range items {
		if i == limit {
			out.Next = codeCursor(items[i-1].Code)
			break
		}
		row, err := dossierOf[S](&items[i])
		if err != nil {
			return out, nil, err
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nextPage(ctx, out.Next), nil
}

func dossierOf[S any](item *dossier.Item[any]) (Dossier[S], error) {
	state, ok := item.State.(*S)
	if !ok {
		return Dossier[S]{}, dossier.ErrEncoding.With("%s：%T", item.Code, item.State)
	}
	x := &item.Index
	return Dossier[S]{
		Code: item.Code, Seq: item.Seq, Opened: item.Opened, Status: x.Status, Town: x.Unit, Village: x.Village, Parent: x.Parent,
		Title: x.Title, Year: x.Year, Amount: ledger.Amount(x.Amount), State: state,
	}, nil
}

// A cursor of a list in order of code is the last code of the page.
func codeCursor(code string) string { return base64.RawURLEncoding.EncodeToString([]byte(code)) }

func openCodeCursor(text string) (string, error) {
	code, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(code) > 80 || bytes.IndexByte(code, 0) >= 0 || !utf8.Valid(code) {
		return "", errCursorCode.With("%s", clip(text, 80)).At("cursor", "not a cursor", "")
	}
	return string(code), nil
}
