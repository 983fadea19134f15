package api

import (
	"context"
	"net/url"
	"strings"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/translog"
	"fundbook/ledger"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	readLedger  auth.Permission = "read.ledger"
	readChart   auth.Permission = "read.chart"
	readNotices auth.Permission = "read.notices"
)

// County is one county of the store.
type County struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	Records int64  `json:"records" doc:"Length of its log"`
}

// Head is the newest signed head of a county's log.
type Head struct {
	County string   `json:"county"`
	Size   int64    `json:"size"`
	Root   string   `json:"root" doc:"Base64"`
	Note   string   `json:"note" doc:"The signed head, c2sp.org/tlog-checkpoint"`
	Keys   []string `json:"keys" doc:"Every public key that the county has had, the present one last"`
}

// Inclusion shows that a record stands in the log, without trust in the service.
type Inclusion struct {
	County string `json:"county"`
	Seq    int64  `json:"seq"`
	Kind   string `json:"kind"`
	Leaf   []byte `json:"leaf" doc:"The canonical bytes of the record, base64"`
	Proof  string `json:"proof" doc:"c2sp.org/tlog-proof, with the signed head"`
}

// Consistency shows that the log of size old is the beginning of the newest.
type Consistency struct {
	County  string   `json:"county"`
	OldSize int64    `json:"old_size"`
	OldRoot string   `json:"old_root"`
	NewSize int64    `json:"new_size"`
	NewRoot string   `json:"new_root"`
	Hashes  []string `json:"hashes"`
	Note    string   `json:"note" doc:"The newest signed head"`
}

type bySeq struct {
	InCounty
	Seq int64 `path:"seq" minimum:"1" maximum:"9007199254740991"`
}

func (s *server) readRoutes() {
	s.tableRoutes()
	s.logRoutes()
	s.proofRoutes()
	s.reportRoutes()
	s.dossierRoutes()
	s.moneyRoutes()
	s.fileRoutes()
	s.importRoutes()
	s.statementRoutes()
}

func (s *server) logRoutes() {
	get(s, operation{path: "/api/v1/counties", id: "counties", summary: "县列表 · the counties of the store"}, s.counties)
	get(s, operation{path: "/api/v1/counties/{county}/lots", id: "lots", summary: "批次 · the lots, or those that a code, document or number names"}, s.lots)
	get(s, operation{path: "/api/v1/counties/{county}/entries/{seq}", id: "entry", summary: "一张凭证 · one entry"}, s.entry)
	get(s, operation{path: "/api/v1/counties/{county}/journal", id: "journal", summary: "序时账 · every entry in the order of recording"}, s.journal)
}

func (s *server) counties(ctx context.Context, _ *nothing) ([]County, url.Values, error) {
	who := askerOf(ctx).who
	rows, err := db.Counties(ctx, s.app.DB().Read)
	if err != nil {
		return nil, nil, err
	}
	out := []County{}
	for _, r := range rows {
		if r.Code != app.CommonCounty && who.May(readChart, r.Code) == nil {
			out = append(out, County{r.Code, r.Name, r.NextSeq - 1})
		}
	}
	return out, nil, nil
}

type lotsIn struct {
	InCounty
	Find string `query:"find" maxLength:"200" doc:"Code, document key, document number or identifier"`
}

func (s *server) lots(ctx context.Context, in *lotsIn) (out []ledger.Lot, _ url.Values, err error) {
	err = s.books(ctx, in.County, func(ctx context.Context, b app.Books) error {
		out, err = b.Lots(ctx, in.Find)
		return err
	})
	return list(out), nil, err
}

func (s *server) entry(ctx context.Context, in *bySeq) (out ledger.EntryView, _ url.Values, err error) {
	err = s.books(ctx, in.County, func(ctx context.Context, b app.Books) error {
		out, err = b.Entry(ctx, in.Seq)
		return err
	})
	return out, nil, err
}

type journalIn struct {
	InCounty
	Moment
	Paging
}

func (s *server) journal(ctx context.Context, in *journalIn) (out ledger.JournalPage, next url.Values, err error) {
	at, err := in.at()
	if err != nil {
		return out, nil, err
	}
	err = s.view(ctx, in.County, readLedger, func(ctx context.Context, v app.View) error {
		out, err = ledger.Journal(ctx, v.Q, v.County.County, at, in.page())
		return err
	})
	return out, nextPage(ctx, out.Next), err
}

func (s *server) proofRoutes() {
	get(s, operation{path: "/api/v1/counties/{county}/heads/latest", id: "head", summary: "最新签名日志头 · the newest signed head"},
		func(ctx context.Context, in *InCounty) (Head, url.Values, error) {
			if err := askerOf(ctx).who.May(readChart, in.County); err != nil {
				return Head{}, nil, err
			}
			h, err := s.latestHead(ctx, in.County)
			return h, nil, err
		})
	get(s, operation{
		path: "/api/v1/counties/{county}/proofs/{seq}", id: "inclusion", summary: "存在证明 · that a record stands in the log",
		details: "The proof and the leaf can be checked offline against a public key printed earlier.",
	}, s.inclusion)
	get(s, operation{path: "/api/v1/counties/{county}/proofs/consistency", id: "consistency", summary: "一致性证明 · that the log only grew since it had `old` records"}, s.consistency)
}

// latestHead signs the head as it is now and returns it with the keys.
func (s *server) latestHead(ctx context.Context, county string) (Head, error) {
	note, err := s.app.SignHead(ctx, county)
	if err != nil {
		return Head{}, err
	}
	row, err := db.FindCounty(ctx, s.app.DB().Read, county)
	if err != nil {
		return Head{}, err
	}
	keys, err := app.PublicKeys(ctx, s.app.DB().Read, row.County)
	if err != nil {
		return Head{}, err
	}
	c, err := checkpointOf(note)
	if err != nil {
		return Head{}, err
	}
	h := Head{County: county, Size: c.Size, Root: c.Root.String(), Note: note}
	for _, k := range keys {
		h.Keys = append(h.Keys, k.VKey)
	}
	return h, nil
}

// checkpointOf reads the text of a signed head that the store made itself.
func checkpointOf(note string) (translog.Checkpoint, error) {
	text, _, _ := strings.Cut(note, "\n\n")
	return translog.ParseCheckpoint(text + "\n")
}

func (s *server) inclusion(ctx context.Context, in *bySeq) (out Inclusion, _ url.Values, err error) {
	if err := askerOf(ctx).who.May(readLedger, in.County); err != nil {
		return out, nil, err
	}
	note, err := s.app.SignHead(ctx, in.County)
	if err != nil {
		return out, nil, err
	}
	err = s.view(ctx, in.County, readLedger, func(ctx context.Context, v app.View) error {
		recs, err := db.RecordsBySeq(ctx, v.Q, v.County.County, []int64{in.Seq})
		if err != nil {
			return err
		}
		if len(recs) == 0 {
			return ledger.ErrEntryUnknown.With("%s", atSeq(in.Seq))
		}
		edge, err := v.Edge(ctx)
		if err != nil {
			return err
		}
		proof, err := translog.NewBundle(edge.Reader(db.Tiles(ctx, v.Q, v.County.County)), []byte(note), in.Seq, recs[0].Body)
		if err != nil {
			return err
		}
		out = Inclusion{County: in.County, Seq: in.Seq, Kind: recs[0].Kind, Leaf: recs[0].Body, Proof: string(proof.Text())}
		return nil
	})
	return out, nil, err
}

type consistencyIn struct {
	InCounty
	Old int64 `query:"old" required:"true" minimum:"1" maximum:"9007199254740991" doc:"Size of the head seen earlier"`
}

func (s *server) consistency(ctx context.Context, in *consistencyIn) (out Consistency, _ url.Values, err error) {
	if err := askerOf(ctx).who.May(readChart, in.County); err != nil {
		return out, nil, err
	}
	note, err := s.app.SignHead(ctx, in.County)
	if err != nil {
		return out, nil, err
	}
	newer, err := checkpointOf(note)
	if err != nil {
		return out, nil, err
	}
	if in.Old > newer.Size {
		return out, nil, translog.ErrTruncated.With("要求 %d 条，日志有 %d 条", in.Old, newer.Size)
	}
	err = s.view(ctx, in.County, readChart, func(ctx context.Context, v app.View) error {
		edge, err := v.Edge(ctx)
		if err != nil {
			return err
		}
		r := edge.Reader(db.Tiles(ctx, v.Q, v.County.County))
		root, err := tlog.TreeHash(in.Old, r)
		if err != nil {
			return err
		}
		hashes, err := translog.ProveConsistency(r, translog.Checkpoint{Origin: newer.Origin, Size: in.Old, Root: root}, newer)
		if err != nil {
			return err
		}
		out = Consistency{
			County: in.County, OldSize: in.Old, OldRoot: root.String(), NewSize: newer.Size, NewRoot: newer.Root.String(),
			Note: note, Hashes: []string{},
		}
		for _, h := range hashes {
			out.Hashes = append(out.Hashes, h.String())
		}
		return nil
	})
	return out, nil, err
}
