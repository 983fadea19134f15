package api

import (
	"encoding/json"

	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/translog"
	"fundbook/ledger"
)

// Recorded is the answer of every write: what the command recorded, in order. It
// is rendered from the records alone, so a replay answers the same bytes.
type Recorded struct {
	County  string           `json:"county"`
	Seq     int64            `json:"seq" doc:"Of the first record"`
	Count   int              `json:"count" doc:"Records of the command"`
	Entries []RecordedEntry  `json:"entries,omitempty"`
	Lots    []RecordedLot    `json:"lots,omitempty"`
	Others  []RecordedOthers `json:"records,omitempty" doc:"Records of other kinds"`
}

// RecordedEntry is one entry (凭证) of a post.
type RecordedEntry struct {
	Seq      int64              `json:"seq"`
	ID       ledger.ID          `json:"id"`
	Event    ledger.EventCode   `json:"event"`
	Step     string             `json:"step,omitempty"`
	Date     ledger.Date        `json:"date"`
	Vouchers []ledger.VoucherNo `json:"vouchers"`
}

// RecordedLot is one lot (批次) that was registered.
type RecordedLot struct {
	Seq  int64        `json:"seq"`
	ID   ledger.LotID `json:"id"`
	Code string       `json:"code"`
}

// RecordedOthers is one record of another kind.
type RecordedOthers struct {
	Seq  int64     `json:"seq"`
	ID   ledger.ID `json:"id"`
	Kind string    `json:"kind"`
	Code string    `json:"code,omitempty" doc:"Of the dossier that it is a fact of"`
}

// render makes the body of an answer.
func render(out *app.Outcome) ([]byte, error) {
	rec := Recorded{County: out.County, Count: len(out.Records)}
	for i := range out.Records {
		r := &out.Records[i]
		if i == 0 {
			rec.Seq = r.Seq
		}
		if err := rec.add(r); err != nil {
			return nil, err
		}
	}
	body, err := json.Marshal(&rec)
	if err != nil {
		return nil, err
	}
	return append(body, '\n'), nil
}

func (rec *Recorded) add(r *db.Record) error {
	switch r.Kind {
	case ledger.KindEntry:
		e, err := ledger.EntryOf(r)
		if err != nil {
			return err
		}
		rec.Entries = append(rec.Entries, RecordedEntry{r.Seq, r.ID, e.Event, e.Step, e.Date, e.Vouchers})
	case ledger.KindLot:
		d := translog.NewDecoder(r.Body)
		translog.DecodeHeader(d)
		l, err := ledger.DecodeLot(d)
		if err != nil {
			return err
		}
		rec.Lots = append(rec.Lots, RecordedLot{r.Seq, l.ID, l.Code})
	default:
		rec.Others = append(rec.Others, RecordedOthers{r.Seq, r.ID, r.Kind, dossier.CodeOf(r)})
	}
	return nil
}
