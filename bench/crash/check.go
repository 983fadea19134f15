package crash

import (
	"context"
	"fmt"
	"strings"

	"fundbook/audit"
	"fundbook/internal/db"
	"fundbook/ledger"
)

// Finding is what the log says of a crew's payments.
type Finding struct {
	Payments int // sent
	Acked    int // acknowledged
	Again    int // sent more than once
	Entries  int // payments that stand in the log
	// Lost were acknowledged and do not stand where the answer said; Doubled stand
	// more than once; Altered stand with other particulars; Stray are in the log
	// and were never sent.
	Lost, Doubled, Altered, Stray []string
}

// Good reports whether every payment acknowledged stands once, as it was sent.
func (f *Finding) Good() bool {
	return len(f.Lost)+len(f.Doubled)+len(f.Altered)+len(f.Stray) == 0
}

// String tells the figures and the first of each kind.
func (f *Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d payments, %d acknowledged, %d sent again, %d in the log", f.Payments, f.Acked, f.Again, f.Entries)
	for _, x := range []struct {
		name string
		list []string
	}{{"lost", f.Lost}, {"doubled", f.Doubled}, {"altered", f.Altered}, {"stray", f.Stray}} {
		if len(x.list) > 0 {
			fmt.Fprintf(&b, "; %d %s, first %s", len(x.list), x.name, x.list[0])
		}
	}
	return b.String()
}

// Compare reads the whole log of the county and compares it with what was sent
// and acknowledged.
func (c *Crew) Compare(ctx context.Context, d *db.DB, sent []*Payment) (Finding, error) {
	inLog, err := payments(ctx, d, c.Work.County)
	if err != nil {
		return Finding{}, err
	}
	f := Finding{Payments: len(sent)}
	known := make(map[string]bool, len(sent))
	for _, p := range sent {
		known[p.Memo] = true
		f.one(p, c.Work.Project(p.Pick), inLog[p.Memo])
	}
	for memo, list := range inLog {
		f.Entries += len(list)
		if !known[memo] {
			f.Stray = append(f.Stray, memo)
		}
	}
	return f, nil
}

// entry is a payment as the log has it.
type entry struct {
	seq     int64
	date    ledger.Date
	fen     ledger.Amount
	project string
}

func (f *Finding) one(p *Payment, project string, inLog []entry) {
	if p.Sent > 1 {
		f.Again++
	}
	if p.Seq != 0 {
		f.Acked++
	}
	found := p.Seq == 0
	for _, e := range inLog {
		found = found || e.seq == p.Seq
		if e.date != p.Pick.Date || e.fen != ledger.Amount(p.Fen) || e.project != project {
			f.Altered = append(f.Altered, fmt.Sprintf("%s: %s for %s on %s, sent %s for %s on %s",
				p.Memo, e.fen, e.project, e.date, ledger.Amount(p.Fen), project, p.Pick.Date))
		}
	}
	if !found {
		f.Lost = append(f.Lost, fmt.Sprintf("%s acknowledged as record %d", p.Memo, p.Seq))
	}
	if len(inLog) > 1 {
		f.Doubled = append(f.Doubled, fmt.Sprintf("%s as records %d and %d", p.Memo, inLog[0].seq, inLog[1].seq))
	}
}

// payments reads every payment of a county's log by its memo.
func payments(ctx context.Context, d *db.DB, county string) (map[string][]entry, error) {
	row, err := db.FindCounty(ctx, d.Read, county)
	if err != nil {
		return nil, err
	}
	out := map[string][]entry{}
	for seq := int64(1); seq < row.NextSeq; {
		recs, err := db.Records(ctx, d.Read, row.County, seq, 5000)
		if err != nil {
			return nil, err
		}
		for i := range recs {
			if recs[i].Seq != seq {
				return nil, fmt.Errorf("record %d is missing", seq)
			}
			seq++
			if recs[i].Kind != ledger.KindEntry {
				continue
			}
			e, err := ledger.EntryOf(&recs[i])
			if err != nil {
				return nil, err
			}
			if e.Event != "E12" || e.Step != "confirm" {
				continue
			}
			l := e.Lines()[0]
			out[e.Memo] = append(out[e.Memo], entry{recs[i].Seq, e.Date, l.Amount, l.Key.Project})
		}
		if len(recs) == 0 {
			return nil, fmt.Errorf("record %d is missing", seq)
		}
	}
	return out, nil
}

// Verify runs a full verification; what it finds is an error.
func Verify(ctx context.Context, d *db.DB) error {
	r, err := audit.Verify(ctx, d, audit.Options{Full: true})
	if err != nil {
		return err
	}
	if !r.OK {
		return fmt.Errorf("%d breakages, first: record %d of %s, law %v, %s: %s",
			int64(len(r.Bad))+r.More, r.Bad[0].Seq, r.Bad[0].County, r.Bad[0].Law, r.Bad[0].Code, r.Bad[0].Detail)
	}
	return nil
}
