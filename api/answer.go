package api

import (
	"encoding/json"
	"strconv"

	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/translog"
	"fundbook/ledger"
	"fundbook/publicity"
)

// Recorded is the answer of every write: what the command recorded, in order. It
// is rendered from the records alone, so a replay answers the same bytes.
type Recorded struct {
	County  string           `json:"county"`
	Seq     int64            `json:"seq" doc:"Of the first record"`
	Count   int              `json:"count" doc:"Records of the command"`
	Entries []RecordedEntry  `json:"entries,omitempty"`
	Lots    []RecordedLot    `json:"lots,omitempty"`
	Notices []RecordedNotice `json:"notices,omitempty"`
	Others  []RecordedOther  `json:"records,omitempty" doc:"Records of other kinds"`
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

// RecordedNotice is one notice (公告) that was issued.
type RecordedNotice struct {
	Seq  int64     `json:"seq"`
	ID   ledger.ID `json:"id"`
	Code string    `json:"code" doc:"核验码, as printed"`
}

// RecordedOther is one record of another kind.
type RecordedOther struct {
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
	if len(rec.Entries) > 0 && len(rec.Entries) == rec.Count {
		return append(rec.appendEntries(make([]byte, 0, 96+256*rec.Count)), '\n'), nil
	}
	body, err := json.Marshal(&rec)
	if err != nil {
		return nil, err
	}
	return append(body, '\n'), nil
}

// appendEntries writes what json.Marshal would of an answer with entries alone,
// which nearly all are.
func (rec *Recorded) appendEntries(b []byte) []byte {
	b = appendText(append(b, `{"county":`...), rec.County)
	b = strconv.AppendInt(append(b, `,"seq":`...), rec.Seq, 10)
	b = strconv.AppendInt(append(b, `,"count":`...), int64(rec.Count), 10)
	b = append(b, `,"entries":[`...)
	for i := range rec.Entries {
		if i > 0 {
			b = append(b, ',')
		}
		b = rec.Entries[i].append(b)
	}
	return append(b, "]}"...)
}

func (e *RecordedEntry) append(b []byte) []byte {
	b = strconv.AppendInt(append(b, `{"seq":`...), e.Seq, 10)
	b = appendText(append(b, `,"id":`...), e.ID.String())
	b = appendText(append(b, `,"event":`...), string(e.Event))
	if e.Step != "" {
		b = appendText(append(b, `,"step":`...), e.Step)
	}
	b, _ = e.Date.AppendText(append(b, `,"date":"`...)) // never fails
	b = append(b, `","vouchers":[`...)
	for i := range e.Vouchers {
		v := &e.Vouchers[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(append(b, `{"book":`...), string(v.Book))
		b, _ = v.Period.AppendText(append(b, `,"period":"`...)) // never fails
		b = appendText(append(b, `","word":`...), v.Word)
		b = strconv.AppendInt(append(b, `,"no":`...), v.No, 10)
		b = append(b, '}')
	}
	return append(b, "]}"...)
}

// appendText writes a string; one that may need an escape is left to
// encoding/json.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == 0xe2 || c >= 0xf0 {
			text, _ := json.Marshal(s) // a string never fails
			return append(b, text...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

func (rec *Recorded) add(r *db.Record) error {
	switch r.Kind {
	case ledger.KindEntry:
		h, err := ledger.HeadOf(r)
		if err != nil {
			return err
		}
		if rec.Entries == nil {
			rec.Entries = make([]RecordedEntry, 0, rec.Count)
		}
		rec.Entries = append(rec.Entries, RecordedEntry{r.Seq, r.ID, h.Event, h.Step, h.Date, h.Vouchers})
	case ledger.KindLot:
		d := translog.NewDecoder(r.Body)
		translog.DecodeHeader(d)
		l, err := ledger.DecodeLot(d)
		if err != nil {
			return err
		}
		rec.Lots = append(rec.Lots, RecordedLot{r.Seq, l.ID, l.Code})
	case publicity.KindNotice:
		n, err := publicity.NoticeOf(r)
		if err != nil {
			return err
		}
		rec.Notices = append(rec.Notices, RecordedNotice{r.Seq, n.ID, n.Code()})
	default:
		rec.Others = append(rec.Others, RecordedOther{r.Seq, r.ID, r.Kind, dossier.CodeOf(r)})
	}
	return nil
}
