package publicity

import (
	"context"
	"fmt"

	"fundbook/intake"
	"fundbook/internal/db"
	"fundbook/internal/translog"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// documentOf reads an imported document by its key, as known at record cutoff; none
// when its lots were registered without one.
func documentOf(ctx context.Context, q bun.IDB, county int32, key string, cutoff int64) (intake.Document, error) {
	var seqs []int64
	err := q.NewRaw("SELECT seq FROM document WHERE county = ? AND key = ? AND seq <= ?", county, key, cutoff).Scan(ctx, &seqs)
	if err != nil {
		return intake.Document{}, fmt.Errorf("find a document: %w", err)
	}
	recs, err := db.RecordsBySeq(ctx, q, county, seqs)
	if err != nil {
		return intake.Document{}, err
	}
	if len(recs) == 0 {
		return intake.Document{}, nil
	}
	return intake.DocumentOf(&recs[0])
}

// allocations reads the lots of a document and the entries that issued or
// allocated them (accounts 6xxx and 7103–7106), all up to record cutoff.
func allocations(ctx context.Context, q bun.IDB, county int32, document string, cutoff int64) ([]ledger.Lot, []recorded, error) {
	lots, err := ledger.LotsOfDocument(ctx, q, county, document, cutoff)
	if err != nil || len(lots) == 0 {
		return nil, nil, err
	}
	ids := make([][]byte, len(lots))
	for i := range lots {
		ids[i] = lots[i].ID[:]
	}
	var seqs []int64
	err = q.NewRaw(`SELECT DISTINCT l.seq FROM account_key k JOIN line l ON l.key = k.id
 WHERE k.county = ? AND k.lot IN (?) AND l.seq <= ?
 AND (k.account IN ('7103', '7104', '7105', '7106') OR (k.account >= '6' AND k.account < '7'))`, county, bun.List(ids), cutoff).Scan(ctx, &seqs)
	if err != nil {
		return nil, nil, fmt.Errorf("find the allocations: %w", err)
	}
	recs, err := db.RecordsBySeq(ctx, q, county, seqs)
	if err != nil {
		return nil, nil, err
	}
	entries := make([]recorded, len(recs))
	for i := range recs {
		entries[i].seq = recs[i].Seq
		if entries[i].Entry, err = ledger.EntryOf(&recs[i]); err != nil {
			return nil, nil, err
		}
	}
	return lots, entries, nil
}

// codeThing is what the county's memory holds of an issued code: whether it is.
type codeThing string

// refuseIssued refuses a notice whose code is taken: two derived at one moment,
// with the same wording, are one notice. It notes the code as taken.
func refuseIssued(ctx context.Context, tx *db.Tx, n *Notice) error {
	code := n.Code()
	taken, err := tx.Recall(ctx, codeThing(code), func(ctx context.Context, q bun.IDB) (any, error) {
		var count int
		err := q.NewRaw("SELECT count(*) FROM notice WHERE code = ?", code).Scan(ctx, &count)
		return count > 0, err
	})
	if err != nil {
		return fmt.Errorf("look for a notice: %w", err)
	}
	if taken == true {
		return ErrIssued.With("文件 %s，截止记录 %d，核验码 %s", n.About, n.CutoffSeq, code)
	}
	tx.Remember(codeThing(code), true)
	return nil
}

// insertNotice stores the row by which a notice is found.
func insertNotice(tx *db.Tx, r noticeRow) {
	tx.Defer(func(ctx context.Context, q bun.IDB) error {
		_, err := q.NewRaw(`INSERT INTO notice (county, seq, cutoff_seq, valid_from, valid_to, id, type, title, publisher, about, digest, code)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.County, r.Seq, r.CutoffSeq, r.ValidFrom, r.ValidTo, r.ID, r.Type,
			r.Title, r.Publisher, r.About, r.Digest, r.Code).Exec(ctx)
		return err
	})
}

// ListItem is one row of the list of notices (DESIGN 6).
type ListItem struct {
	ID        string `json:"id"`
	Type      string `json:"type"`
	Title     string `json:"title"`
	Publisher string `json:"publisher"`
	About     string `json:"about"`
	CutoffSeq int64  `json:"cutoff_seq"`
	Hash      string `json:"hash"`
	Code      string `json:"code"`
	Status    string `json:"status"`
	From      string `json:"from"`
	To        string `json:"to,omitempty"`

	// Where the notice's record stands.
	County int32 `json:"-"`
	Seq    int64 `json:"-"`
}

type noticeRow struct {
	Seq, CutoffSeq                      int64
	County, ValidFrom, ValidTo          int32
	ID, Digest                          []byte
	Type, Title, Publisher, About, Code string
}

const noticeColumns = "SELECT county, seq, cutoff_seq, valid_from, valid_to, id, type, title, publisher, about, digest, code FROM notice"

func (r *noticeRow) item() ListItem {
	return ListItem{
		ID: ledger.ID(r.ID).String(), Type: r.Type, Title: r.Title, Publisher: r.Publisher, About: r.About, CutoffSeq: r.CutoffSeq,
		Hash: fmt.Sprintf("%x", r.Digest), Code: r.Code, Status: "issued", From: isoDay(r.ValidFrom), To: isoDay(r.ValidTo),
		County: r.County, Seq: r.Seq,
	}
}

func isoDay(n int32) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", n/10000, n/100%100, n%100)
}

// List returns a county's notices in order of issue.
func List(ctx context.Context, q bun.IDB, county int32) ([]ListItem, error) {
	return listNotices(ctx, q.NewRaw(noticeColumns+" WHERE county = ? ORDER BY seq", county))
}

// ByCode finds a notice of any county by the code printed on it.
func ByCode(ctx context.Context, q bun.IDB, code string) (ListItem, Notice, error) {
	clean, err := translog.NormalizeCode(code)
	if err != nil {
		return ListItem{}, Notice{}, ErrNoticeUnknown.With("%q", code)
	}
	return oneNotice(ctx, q, q.NewRaw(noticeColumns+" WHERE code = ?", clean))
}

// Find finds a notice of a county by its identifier or its code.
func Find(ctx context.Context, q bun.IDB, county int32, text string) (ListItem, Notice, error) {
	if id, err := ledger.ParseID(text); err == nil {
		return oneNotice(ctx, q, q.NewRaw(noticeColumns+" WHERE county = ? AND id = ?", county, id[:]))
	}
	item, n, err := ByCode(ctx, q, text)
	if err == nil && item.County != county {
		return ListItem{}, Notice{}, ErrNoticeUnknown.With("%s 属于另一县", text)
	}
	return item, n, err
}

func oneNotice(ctx context.Context, q bun.IDB, query *bun.RawQuery) (ListItem, Notice, error) {
	items, err := listNotices(ctx, query)
	if err != nil {
		return ListItem{}, Notice{}, err
	}
	if len(items) == 0 {
		return ListItem{}, Notice{}, ErrNoticeUnknown
	}
	recs, err := db.RecordsBySeq(ctx, q, items[0].County, []int64{items[0].Seq})
	if err != nil {
		return ListItem{}, Notice{}, err
	}
	if len(recs) == 0 {
		return ListItem{}, Notice{}, ErrNoticeUnknown
	}
	n, err := NoticeOf(&recs[0])
	return items[0], n, err
}

// NoticeOf decodes a notice's record.
func NoticeOf(r *db.Record) (Notice, error) {
	d := translog.NewDecoder(r.Body)
	translog.DecodeHeader(d)
	return DecodeNotice(d)
}

func listNotices(ctx context.Context, query *bun.RawQuery) ([]ListItem, error) {
	var rows []noticeRow
	if err := query.Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("list notices: %w", err)
	}
	out := make([]ListItem, len(rows))
	for i := range rows {
		out[i] = rows[i].item()
	}
	return out, nil
}
