package ledger

import (
	"time"

	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/internal/translog"
)

// EntryView (凭证) is an entry with everything that its record holds, for print
// and for the trail. Amounts are in fen on the side of the line.
type EntryView struct {
	County      string      `json:"county"`
	Seq         int64       `json:"seq"`
	ID          ID          `json:"id"`
	Recorded    time.Time   `json:"recorded"`          // when it was recorded, Asia/Shanghai
	Command     string      `json:"command,omitempty"` // on the first record of a command
	Event       EventCode   `json:"event"`
	EventName   string      `json:"event_name"`
	Step        string      `json:"step,omitempty"`
	Date        Date        `json:"date"`
	Business    Date        `json:"business,omitzero"`
	Period13    bool        `json:"period13,omitempty"`
	Memo        string      `json:"memo,omitempty"`
	Decision    string      `json:"decision,omitempty"`
	Waiver      string      `json:"waiver,omitempty"`
	Attachments []Digest    `json:"attachments"`
	Draw        DrawMode    `json:"draw,omitempty"`
	Maker       ID          `json:"maker"`
	Checker     ID          `json:"checker,omitzero"` // zero: 未审核
	Poster      ID          `json:"poster,omitzero"`
	Vouchers    []VoucherNo `json:"vouchers"`
	// Reverses is the entry that this one turns red or undoes, ReversedBy the one
	// that did so to it; 0 for none.
	Reverses   int64      `json:"reverses,omitempty"`
	ReversedBy int64      `json:"reversed_by,omitempty"`
	Lines      []LineView `json:"lines"`
}

// LineView (分录) is one line of an entry.
type LineView struct {
	Line     int    `json:"line"` // from 1
	Account  string `json:"account"`
	Book     Book   `json:"book"`
	Group    string `json:"group"`
	Code     Code   `json:"code"`
	Name     string `json:"name"`
	Sub      string `json:"sub,omitempty"`
	Lot      string `json:"lot"`
	LotID    LotID  `json:"lot_id"`
	Project  string `json:"project,omitempty"`
	Contract string `json:"contract,omitempty"`
	Payee    string `json:"payee,omitempty"`
	Unit     string `json:"unit,omitempty"`
	Pool     string `json:"pool,omitempty"`
	Peer     string `json:"peer,omitempty"`
	Side     string `json:"side"`
	Amount   Amount `json:"amount"`
	Note     string `json:"note,omitempty"`
	Inferred bool   `json:"inferred,omitempty"`
}

// EventLabel returns the Chinese name of an event and its step.
func EventLabel(code EventCode, step string) string {
	spec, ok := EventOf(code)
	if !ok {
		return string(code)
	}
	for _, s := range spec.Steps {
		if s.Name == step && step != "" && s.ZH != "" {
			return spec.ZH + "·" + s.ZH
		}
	}
	return spec.ZH
}

// EventWord is EventLabel in both languages.
func EventWord(code EventCode, step string) fault.Word {
	en := string(code)
	if spec, ok := EventOf(code); ok {
		en = spec.EN
		for _, s := range spec.Steps {
			if s.Name == step && step != "" && s.EN != "" {
				en += ", " + s.EN
			}
		}
	}
	return fault.Word{ZH: EventLabel(code, step), EN: en}
}

// stored is an entry with its record and links.
type stored struct {
	rec        db.Record
	entry      Entry
	reversedBy int64
}

func entryView(county string, s *stored, codes lotCodes) EntryView {
	e := &s.entry
	v := EntryView{
		County: county, Seq: s.rec.Seq, ID: s.rec.ID, Recorded: time.UnixMicro(s.rec.At).In(shanghai), Command: s.rec.Command,
		Event: e.Event, EventName: EventLabel(e.Event, e.Step), Step: e.Step, Date: e.Date, Business: e.Business, Period13: e.Period13,
		Memo: e.Memo, Decision: e.Decision, Waiver: e.Waiver, Attachments: e.Attachments, Draw: e.Draw,
		Maker: e.Maker, Checker: e.Checker, Poster: e.Poster, Vouchers: e.Vouchers,
		Reverses: e.Reverses, ReversedBy: s.reversedBy, Lines: make([]LineView, len(e.lines)),
	}
	if v.Attachments == nil {
		v.Attachments = []Digest{}
	}
	for i := range e.lines {
		l := &e.lines[i]
		k := &l.Key
		v.Lines[i] = LineView{
			Line: i + 1, Account: codes.text(k), Book: k.Book, Group: GroupOf(k.Account).String(), Code: k.Account,
			Name: accountName(string(k.Account)), Sub: k.Sub, Lot: codes.of(k.Lot), LotID: k.Lot, Project: k.Project,
			Contract: k.Contract, Payee: k.Payee, Unit: k.Unit, Pool: k.Pool, Peer: codes.of(k.Peer),
			Side: sideName(l.Side), Amount: l.Amount, Note: l.Note, Inferred: l.Inferred,
		}
	}
	return v
}

// VoucherQuery names a series of voucher numbers. An empty Word is 记.
type VoucherQuery struct {
	At
	Book   Book   `json:"book"`
	Period Period `json:"period"`
	Word   string `json:"word,omitempty"`
}

// VoucherPage (凭证清单) is a page of a series of vouchers in order of number.
type VoucherPage struct {
	County string        `json:"county"`
	At     At            `json:"at"`
	Book   Book          `json:"book"`
	Period Period        `json:"period"`
	Word   string        `json:"word"`
	Rows   []VoucherHead `json:"rows"`
	Next   string        `json:"next,omitempty"`
}

// VoucherHead (凭证头) is what a list shows of a voucher. Money, Authority and
// Register are the debit totals of its lines in the book of the series, in fen.
type VoucherHead struct {
	No          int64     `json:"no"`
	Seq         int64     `json:"seq"`
	Date        Date      `json:"date"`
	Business    Date      `json:"business,omitzero"`
	Recorded    time.Time `json:"recorded"`
	Event       EventCode `json:"event"`
	EventName   string    `json:"event_name"`
	Step        string    `json:"step,omitempty"`
	Memo        string    `json:"memo,omitempty"`
	Decision    string    `json:"decision,omitempty"`
	Waiver      string    `json:"waiver,omitempty"`
	Attachments int       `json:"attachments"`
	Maker       ID        `json:"maker"`
	Checker     ID        `json:"checker,omitzero"`
	Poster      ID        `json:"poster,omitzero"`
	Lines       int       `json:"lines"`
	Money       Amount    `json:"money"`
	Authority   Amount    `json:"authority"`
	Register    Amount    `json:"register,omitempty"` // group M
	Reverses    int64     `json:"reverses,omitempty"`
	ReversedBy  int64     `json:"reversed_by,omitempty"`
}

func voucherHead(no int64, book Book, s *stored) VoucherHead {
	e := &s.entry
	h := VoucherHead{
		No: no, Seq: s.rec.Seq, Date: e.Date, Business: e.Business, Recorded: time.UnixMicro(s.rec.At).In(shanghai),
		Event: e.Event, EventName: EventLabel(e.Event, e.Step), Step: e.Step, Memo: e.Memo, Decision: e.Decision, Waiver: e.Waiver,
		Attachments: len(e.Attachments), Maker: e.Maker, Checker: e.Checker, Poster: e.Poster,
		Reverses: e.Reverses, ReversedBy: s.reversedBy,
	}
	for i := range e.lines {
		l := &e.lines[i]
		if l.Key.Book != book {
			continue
		}
		h.Lines++
		if l.Side != Debit {
			continue
		}
		switch GroupOf(l.Key.Account) {
		case Money:
			h.Money += l.Amount
		case Authority:
			h.Authority += l.Amount
		default:
			h.Register += l.Amount
		}
	}
	return h
}

const (
	cursorVouchers = "vouchers"
	cursorJournal  = "journal"
)

func voucherCursor(county int32, q VoucherQuery, after int64) (string, error) {
	return sealCursor(cursorVouchers, county, func(e *translog.Encoder) {
		e.Text(string(q.Book))
		e.Varint(int64(q.Period))
		e.Text(q.Word)
		e.Day(int32(q.AsOf))
		e.Varint(q.KnownAt)
		e.Varint(after)
	})
}

// resumeVouchers returns the query that a cursor keeps and the number after
// which it goes on; see resumeStatement.
func resumeVouchers(county int32, given VoucherQuery, cursor string) (q VoucherQuery, after int64, err error) {
	err = openCursor(cursorVouchers, county, cursor, func(d *translog.Decoder) {
		q.Book, q.Period, q.Word = Book(d.Text()), Period(d.Varint()), d.Text()
		q.AsOf, q.KnownAt, after = Date(d.Day()), d.Varint(), d.Varint()
	})
	if err != nil {
		return q, 0, err
	}
	if q.KnownAt < 1 || after < 1 {
		return q, 0, ErrCursor.With("内容不成立")
	}
	if given == (VoucherQuery{}) {
		return q, after, nil
	}
	if given.KnownAt == 0 {
		given.KnownAt = q.KnownAt
	}
	if given.Word == "" {
		given.Word = VoucherWord
	}
	if given != q {
		return q, 0, ErrCursor.With("标记属于账套 %s 期间 %s %s字 的凭证清单", q.Book, q.Period, q.Word)
	}
	return q, after, nil
}

// JournalPage (序时账) is a page of all entries in the one order in which they
// were recorded.
type JournalPage struct {
	County string      `json:"county"`
	At     At          `json:"at"`
	Rows   []EntryView `json:"rows"`
	Next   string      `json:"next,omitempty"`
}

func journalCursor(county int32, at At, after int64) (string, error) {
	return sealCursor(cursorJournal, county, func(e *translog.Encoder) {
		e.Day(int32(at.AsOf))
		e.Varint(at.KnownAt)
		e.Varint(after)
	})
}

func resumeJournal(county int32, given At, cursor string) (at At, after int64, err error) {
	err = openCursor(cursorJournal, county, cursor, func(d *translog.Decoder) {
		at.AsOf, at.KnownAt, after = Date(d.Day()), d.Varint(), d.Varint()
	})
	if err != nil {
		return at, 0, err
	}
	if at.KnownAt < 1 || after < 1 {
		return at, 0, ErrCursor.With("内容不成立")
	}
	if given.KnownAt == 0 {
		given.KnownAt = at.KnownAt
	}
	if given != at && given != (At{KnownAt: at.KnownAt}) {
		return at, 0, ErrCursor.With("标记属于截至 %s、序号 %d 的序时账", at.AsOf, at.KnownAt)
	}
	return at, after, nil
}
