package ledger

import (
	"context"
	"fmt"
	"slices"

	"fundbook/internal/db"

	"github.com/uptrace/bun"
)

// entries reads the entries among some records, in order of number.
func (r *reader) entries(ctx context.Context, seqs []int64) ([]stored, error) {
	seqs = slices.Clone(seqs)
	slices.Sort(seqs)
	seqs = slices.Compact(seqs)
	out := make([]stored, 0, len(seqs))
	const chunk = 1000
	for part := range slices.Chunk(seqs, chunk) {
		recs, err := db.RecordsBySeq(ctx, r.q, r.county, part)
		if err != nil {
			return nil, err
		}
		for i := range recs {
			if recs[i].Kind != KindEntry {
				continue
			}
			e, err := EntryOf(&recs[i])
			if err != nil {
				return nil, err
			}
			out = append(out, stored{rec: recs[i], entry: e})
		}
	}
	return out, nil
}

// link finds by which entries some have been reversed, as known at the moment.
func (r *reader) link(ctx context.Context, list []stored) error {
	seqs := make([]int64, len(list))
	for i := range list {
		seqs[i] = list[i].rec.Seq
	}
	by := map[int64]int64{}
	for part := range slices.Chunk(seqs, 1000) {
		var rows []struct{ Original, Seq int64 }
		err := r.q.NewRaw("SELECT original, seq FROM reversal WHERE county = ? AND original IN (?) AND +seq <= ?",
			r.county, bun.List(part), r.at.KnownAt).Scan(ctx, &rows)
		if err != nil {
			return fmt.Errorf("look for reversals: %w", err)
		}
		for _, row := range rows {
			by[row.Original] = row.Seq
		}
	}
	for i := range list {
		list[i].reversedBy = by[list[i].rec.Seq]
	}
	return nil
}

// views renders entries with their links.
func (r *reader) views(ctx context.Context, list []stored) ([]EntryView, error) {
	if err := r.link(ctx, list); err != nil {
		return nil, err
	}
	var lots []LotID
	for i := range list {
		for j := range list[i].entry.lines {
			k := &list[i].entry.lines[j].Key
			if n := len(lots); n == 0 || lots[n-1] != k.Lot {
				lots = append(lots, k.Lot)
			}
			if !k.Peer.IsZero() {
				lots = append(lots, k.Peer)
			}
		}
	}
	codes, err := r.codes(ctx, lots)
	if err != nil {
		return nil, err
	}
	out := make([]EntryView, len(list))
	for i := range list {
		out[i] = entryView(r.code, &list[i], codes)
	}
	return out, nil
}

// EntryBySeq returns the entry with a sequence number: head, lines, voucher
// numbers, and the entries that it reverses or is reversed by. ErrEntryUnknown
// when there is no such record or it is not an entry.
func EntryBySeq(ctx context.Context, q bun.IDB, county int32, seq int64) (EntryView, error) {
	r, err := newReader(ctx, q, county, At{})
	if err != nil {
		return EntryView{}, err
	}
	return r.entry(ctx, seq)
}

func (r *reader) entry(ctx context.Context, seq int64) (EntryView, error) {
	list, err := r.entries(ctx, []int64{seq})
	if err != nil {
		return EntryView{}, err
	}
	if len(list) == 0 {
		return EntryView{}, ErrEntryUnknown.With("序号 %d", seq)
	}
	views, err := r.views(ctx, list)
	if err != nil {
		return EntryView{}, err
	}
	return views[0], nil
}

// Voucher (凭证) returns the entry that has a number in a book. An empty Word is
// 记. ErrVoucher when the number was never given.
func Voucher(ctx context.Context, q bun.IDB, county int32, no VoucherNo) (EntryView, error) {
	r, err := newReader(ctx, q, county, At{})
	if err != nil {
		return EntryView{}, err
	}
	if no.Word == "" {
		no.Word = VoucherWord
	}
	var seqs []int64
	err = r.q.NewRaw("SELECT v.seq FROM voucher_series s JOIN voucher v ON v.county = s.county AND v.series = s.id"+
		" WHERE s.county = ? AND s.book = ? AND s.period = ? AND s.word = ? AND v.no = ?",
		county, string(no.Book), int32(no.Period), no.Word, no.No).Scan(ctx, &seqs)
	if err != nil {
		return EntryView{}, fmt.Errorf("find a voucher: %w", err)
	}
	if len(seqs) == 0 {
		return EntryView{}, ErrVoucher.With("%s", no)
	}
	return r.entry(ctx, seqs[0])
}

// Vouchers (凭证清单) returns a page of the vouchers of a book and period in order
// of number. A book that has no voucher in any period is ErrBookUnknown; one that
// has none in this period gives an empty page.
func Vouchers(ctx context.Context, q bun.IDB, county int32, vq VoucherQuery, page Page) (VoucherPage, error) {
	size, err := page.size()
	if err != nil {
		return VoucherPage{}, err
	}
	after := int64(0)
	if page.Cursor != "" {
		if vq, after, err = resumeVouchers(county, vq, page.Cursor); err != nil {
			return VoucherPage{}, err
		}
	}
	if vq.Word == "" {
		vq.Word = VoucherWord
	}
	r, err := newReader(ctx, q, county, vq.At)
	if err != nil {
		return VoucherPage{}, err
	}
	vq.At = r.at
	out := VoucherPage{County: r.code, At: r.at, Book: vq.Book, Period: vq.Period, Word: vq.Word, Rows: []VoucherHead{}}
	rows, err := r.voucherRows(ctx, vq, after, size+1)
	if err != nil {
		return VoucherPage{}, err
	}
	if len(rows) > size {
		rows = rows[:size]
		if out.Next, err = voucherCursor(county, vq, rows[size-1].No); err != nil {
			return VoucherPage{}, err
		}
	}
	out.Rows, err = r.voucherHeads(ctx, vq.Book, rows)
	return out, err
}

type voucherRow struct{ No, Seq int64 }

// voucherRows returns the numbers after one, with their records. Numbers are
// given in the order of recording, so those known at a moment are the first.
func (r *reader) voucherRows(ctx context.Context, vq VoucherQuery, after int64, limit int) ([]voucherRow, error) {
	var series []struct {
		ID     int32
		Period int32
		Word   string
	}
	err := r.q.NewRaw("SELECT id, period, word FROM voucher_series WHERE county = ? AND book = ?", r.county, string(vq.Book)).Scan(ctx, &series)
	if err != nil {
		return nil, fmt.Errorf("find a voucher series: %w", err)
	}
	if len(series) == 0 && vq.Book != County {
		return nil, ErrBookUnknown.With("%q", vq.Book).At("book", "no voucher in it", string(vq.Book))
	}
	var rows []voucherRow
	for _, s := range series {
		if s.Period != int32(vq.Period) || s.Word != vq.Word {
			continue
		}
		err := r.q.NewRaw("SELECT v.no, v.seq FROM voucher v JOIN record d ON d.county = v.county AND d.seq = v.seq"+
			" WHERE v.county = ? AND v.series = ? AND v.no > ? AND v.seq <= ? AND d.day <= ? ORDER BY v.no LIMIT ?",
			r.county, s.ID, after, r.at.KnownAt, r.day, limit).Scan(ctx, &rows)
		if err != nil {
			return nil, fmt.Errorf("list vouchers: %w", err)
		}
	}
	return rows, nil
}

func (r *reader) voucherHeads(ctx context.Context, book Book, rows []voucherRow) ([]VoucherHead, error) {
	seqs := make([]int64, len(rows))
	for i := range rows {
		seqs[i] = rows[i].Seq
	}
	list, err := r.entries(ctx, seqs)
	if err != nil {
		return nil, err
	}
	if err := r.link(ctx, list); err != nil {
		return nil, err
	}
	bySeq := make(map[int64]*stored, len(list))
	for i := range list {
		bySeq[list[i].rec.Seq] = &list[i]
	}
	out := make([]VoucherHead, 0, len(rows))
	for _, row := range rows {
		s := bySeq[row.Seq]
		if s == nil {
			return nil, ErrEncoding.With("凭证 %d 号的记录 %d 不是凭证；请运行 fundbook verify", row.No, row.Seq)
		}
		out = append(out, voucherHead(row.No, book, s))
	}
	return out, nil
}

// maxJournalLines ends a page of the journal early, so that entries of thousands
// of lines do not add up to one enormous answer.
const maxJournalLines = 20_000

// Journal (序时账) returns a page of all entries of a county in the order of
// recording, with their lines. A page may hold fewer entries than asked for when
// they have very many lines; the last page is the one without Next.
func Journal(ctx context.Context, q bun.IDB, county int32, at At, page Page) (JournalPage, error) {
	size, err := page.size()
	if err != nil {
		return JournalPage{}, err
	}
	after := int64(0)
	if page.Cursor != "" {
		if at, after, err = resumeJournal(county, at, page.Cursor); err != nil {
			return JournalPage{}, err
		}
	}
	r, err := newReader(ctx, q, county, at)
	if err != nil {
		return JournalPage{}, err
	}
	var rows []struct {
		Seq   int64
		Lines int
	}
	err = q.NewRaw("SELECT seq, lines FROM record WHERE county = ? AND seq > ? AND seq <= ? AND kind = ? AND day <= ? ORDER BY seq LIMIT ?",
		county, after, r.at.KnownAt, KindEntry, r.day, size+1).Scan(ctx, &rows)
	if err != nil {
		return JournalPage{}, fmt.Errorf("read the journal: %w", err)
	}
	var seqs []int64
	lines := 0
	for _, row := range rows {
		if lines += row.Lines; len(seqs) == size || (lines > maxJournalLines && len(seqs) > 0) {
			break
		}
		seqs = append(seqs, row.Seq)
	}
	list, err := r.entries(ctx, seqs)
	if err != nil {
		return JournalPage{}, err
	}
	out := JournalPage{County: r.code, At: r.at}
	if len(seqs) < len(rows) {
		if out.Next, err = journalCursor(county, r.at, seqs[len(seqs)-1]); err != nil {
			return JournalPage{}, err
		}
	}
	out.Rows, err = r.views(ctx, list)
	return out, err
}
