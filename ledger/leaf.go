package ledger

import (
	"fundbook/internal/translog"
)

// The kinds of records that this room writes.
const (
	KindEntry  = "entry"
	KindLot    = "lot"
	KindPeriod = "period"
	KindPolicy = "policy"
)

const (
	maxLeafAttachments = 1000
	maxLeafVouchers    = 1000
	maxLeafTexts       = 8 * MaxLines
)

// encode writes the fields of an entry record, version 1. Texts, lots and
// peers of the lines stand once in a table, in order of first use, and lines
// refer to them by number: a leaf stays short and has one form only.
func (e *Entry) encode() ([]byte, error) {
	var enc translog.Encoder
	enc.Text(string(e.Event))
	enc.Text(e.Step)
	enc.Day(int32(e.Date))
	enc.Day(int32(e.Business))
	enc.Bool(e.Period13)
	enc.Text(e.Memo)
	enc.Text(e.Decision)
	enc.Text(e.Waiver)
	enc.Count(len(e.Attachments), maxLeafAttachments)
	for _, d := range e.Attachments {
		enc.Digest(d)
	}
	enc.Varint(e.Reverses)
	enc.Text(string(e.Draw))
	enc.ID(e.Maker)
	enc.ID(e.Checker)
	enc.ID(e.Poster)
	enc.Count(len(e.Vouchers), maxLeafVouchers)
	for _, v := range e.Vouchers {
		enc.Text(string(v.Book))
		enc.Varint(int64(v.Period))
		enc.Text(v.Word)
		enc.Varint(v.No)
	}
	t := tabulate(e.lines)
	enc.Count(len(t.texts), maxLeafTexts)
	for _, s := range t.texts {
		enc.Text(s)
	}
	enc.Count(len(t.lots), 2*MaxLines)
	for _, id := range t.lots {
		enc.ID(id)
	}
	enc.Count(len(e.lines), MaxLines)
	for i := range e.lines {
		encodeLine(&enc, &e.lines[i], t)
	}
	return enc.Finish()
}

func encodeLine(enc *translog.Encoder, l *Line, t *lineTable) {
	flags := uint64(0)
	if l.Side == Credit {
		flags |= 1
	}
	if l.Inferred {
		flags |= 2
	}
	enc.Uvarint(flags)
	enc.Varint(int64(l.Amount))
	for _, s := range lineTexts(l) {
		enc.Uvarint(t.text(s))
	}
	enc.Uvarint(t.lot(l.Key.Lot))
	enc.Uvarint(t.lot(l.Key.Peer))
}

// lineTexts lists the texts of a line in their declared order.
func lineTexts(l *Line) [9]string {
	k := &l.Key
	return [9]string{string(k.Book), string(k.Account), k.Sub, k.Project, k.Contract, k.Payee, k.Unit, k.Pool, l.Note}
}

// lineTable numbers the distinct texts and lots of an entry from 1; 0 is none.
// Short tables are searched, long ones indexed.
type lineTable struct {
	texts   []string
	lots    []LotID
	textNo  map[string]uint64
	lotNo   map[LotID]uint64
	textBuf [24]string
	lotBuf  [4]LotID
}

const tableSearch = 24

func tabulate(lines []Line) *lineTable {
	t := &lineTable{}
	t.texts, t.lots = t.textBuf[:0], t.lotBuf[:0]
	for i := range lines {
		for _, s := range lineTexts(&lines[i]) {
			t.text(s)
		}
		t.lot(lines[i].Key.Lot)
		t.lot(lines[i].Key.Peer)
	}
	return t
}

func (t *lineTable) text(s string) uint64 {
	if s == "" {
		return 0
	}
	if t.textNo == nil {
		for i, x := range t.texts {
			if x == s {
				return uint64(i) + 1
			}
		}
	} else if no, ok := t.textNo[s]; ok {
		return no
	}
	t.texts = append(t.texts, s)
	if t.textNo != nil {
		t.textNo[s] = uint64(len(t.texts))
	} else if len(t.texts) > tableSearch {
		t.textNo = map[string]uint64{}
		for i, x := range t.texts {
			t.textNo[x] = uint64(i) + 1
		}
	}
	return uint64(len(t.texts))
}

func (t *lineTable) lot(id LotID) uint64 {
	if id.IsZero() {
		return 0
	}
	if t.lotNo == nil {
		for i, x := range t.lots {
			if x == id {
				return uint64(i) + 1
			}
		}
	} else if no, ok := t.lotNo[id]; ok {
		return no
	}
	t.lots = append(t.lots, id)
	if t.lotNo != nil {
		t.lotNo[id] = uint64(len(t.lots))
	} else if len(t.lots) > tableSearch {
		t.lotNo = map[LotID]uint64{}
		for i, x := range t.lots {
			t.lotNo[x] = uint64(i) + 1
		}
	}
	return uint64(len(t.lots))
}

// decodeHead reads what an entry record has before its lines.
func decodeHead(d *translog.Decoder) Head {
	var h Head
	h.Event = EventCode(d.Text())
	h.Step = d.Text()
	h.Date = Date(d.Day())
	h.Business = Date(d.Day())
	h.Period13 = d.Bool()
	h.Memo, h.Decision, h.Waiver = d.Text(), d.Text(), d.Text()
	for range d.Count(maxLeafAttachments) {
		h.Attachments = append(h.Attachments, d.Digest())
	}
	h.Reverses = d.Varint()
	h.Draw = DrawMode(d.Text())
	h.Maker, h.Checker, h.Poster = d.ID(), d.ID(), d.ID()
	for range d.Count(maxLeafVouchers) {
		h.Vouchers = append(h.Vouchers, VoucherNo{Book(d.Text()), Period(d.Varint()), d.Text(), d.Varint()})
	}
	return h
}

// DecodeEntry reads the fields of an entry record after its header. It refuses
// what NewEntry refuses, and any encoding but the canonical one.
func DecodeEntry(d *translog.Decoder) (Entry, error) {
	h := decodeHead(d)
	var t lineTable
	for range d.Count(maxLeafTexts) {
		t.texts = append(t.texts, d.Text())
	}
	for range d.Count(2 * MaxLines) {
		t.lots = append(t.lots, d.ID())
	}
	t.refuseTwice(d)
	n := d.Count(MaxLines)
	lines := make([]Line, 0, n)
	seen := tableCheck{}
	for range n {
		lines = append(lines, decodeLine(d, &t, &seen))
	}
	if d.Err() == nil && (seen.texts != len(t.texts) || seen.lots != len(t.lots)) {
		d.Fail("文字或批次表有未用的项")
	}
	if err := d.Finish(); err != nil {
		return Entry{}, err
	}
	return NewEntry(h, lines)
}

// refuseTwice refuses an empty or repeated item of a table: an entry would have
// several encodings.
func (t *lineTable) refuseTwice(d *translog.Decoder) {
	texts, lots := t.texts, t.lots
	again := lineTable{}
	again.texts, again.lots = again.textBuf[:0], again.lotBuf[:0]
	for i, s := range texts {
		if again.text(s) != uint64(i)+1 {
			d.Fail("文字表第 %d 项为空或重复", i+1)
			return
		}
	}
	for i, id := range lots {
		if again.lot(id) != uint64(i)+1 {
			d.Fail("批次表第 %d 项为空或重复", i+1)
			return
		}
	}
}

// tableCheck sees to it that the tables are numbered in order of first use and
// hold nothing else, so that an entry has one encoding.
type tableCheck struct{ texts, lots int }

func (c *tableCheck) use(d *translog.Decoder, no uint64, used *int) bool {
	if no > uint64(*used)+1 {
		d.Fail("表项 %d 先于 %d 使用", no, *used+1)
		return false
	}
	if no == uint64(*used)+1 {
		*used++
	}
	return true
}

func decodeLine(d *translog.Decoder, t *lineTable, seen *tableCheck) Line {
	var l Line
	flags := d.Uvarint()
	if flags > 3 {
		d.Fail("分录标志 %d", flags)
		return l
	}
	l.Side = Debit
	if flags&1 != 0 {
		l.Side = Credit
	}
	l.Inferred = flags&2 != 0
	l.Amount = Amount(d.Varint())
	var s [9]string
	for i := range s {
		no := d.Uvarint()
		if d.Err() != nil || no > uint64(len(t.texts)) {
			d.Fail("文字 %d 不在表中", no)
			return l
		}
		if no == 0 {
			continue
		}
		if !seen.use(d, no, &seen.texts) {
			return l
		}
		s[i] = t.texts[no-1]
	}
	k := &l.Key
	k.Book, k.Account, k.Sub = Book(s[0]), Code(s[1]), s[2]
	k.Project, k.Contract, k.Payee, k.Unit, k.Pool, l.Note = s[3], s[4], s[5], s[6], s[7], s[8]
	for _, id := range []*LotID{&k.Lot, &k.Peer} {
		no := d.Uvarint()
		if d.Err() != nil || no > uint64(len(t.lots)) {
			d.Fail("批次 %d 不在表中", no)
			return l
		}
		if no != 0 && seen.use(d, no, &seen.lots) {
			*id = t.lots[no-1]
		}
	}
	return l
}

// encode writes the fields of a lot record, version 1.
func (l *Lot) encode() ([]byte, error) {
	var e translog.Encoder
	e.ID(l.ID)
	for _, s := range []string{
		l.Code, string(l.Tier), string(l.Class), l.Document, l.Name, string(l.DocNo), l.Printed,
		l.FuncCode, l.GovEcon, l.DeptEcon, l.Nature, l.Purpose, l.IntegrationItem, l.NegativeList, l.InterestPolicy, l.Remark,
	} {
		e.Text(s)
	}
	e.Varint(int64(l.Line))
	e.Varint(int64(l.Year))
	e.Day(int32(l.DocDate))
	e.Day(int32(l.Received))
	e.Day(int32(l.Deadline))
	e.Bool(l.Direct)
	e.Bool(l.Integrable)
	e.Varint(int64(l.Amount))
	e.ID(l.Reissues)
	return e.Finish()
}

// DecodeLot reads the fields of a lot record after its header.
func DecodeLot(d *translog.Decoder) (Lot, error) {
	var l Lot
	l.ID = d.ID()
	var tier, class, docNo string
	for _, s := range []*string{
		&l.Code, &tier, &class, &l.Document, &l.Name, &docNo, &l.Printed,
		&l.FuncCode, &l.GovEcon, &l.DeptEcon, &l.Nature, &l.Purpose, &l.IntegrationItem, &l.NegativeList, &l.InterestPolicy, &l.Remark,
	} {
		*s = d.Text()
	}
	l.Tier, l.Class, l.DocNo = Tier(tier), Class(class), DocNumber(docNo)
	l.Line, l.Year = int(d.Varint()), int(d.Varint())
	l.DocDate, l.Received, l.Deadline = Date(d.Day()), Date(d.Day()), Date(d.Day())
	l.Direct, l.Integrable = d.Bool(), d.Bool()
	l.Amount = Amount(d.Varint())
	l.Reissues = d.ID()
	if err := d.Finish(); err != nil {
		return Lot{}, err
	}
	return l, nil
}

// PeriodClose (结账) is the record that closes one period of one book for ever.
type PeriodClose struct {
	Book   Book   `json:"book" validate:"required,max=64"`
	Period Period `json:"period" validate:"required"`
	// Decision is the document or minute that orders the close; it may be empty.
	Decision string `json:"decision,omitempty" validate:"max=80"`
}

func (p PeriodClose) encode() ([]byte, error) {
	var e translog.Encoder
	e.Text(string(p.Book))
	e.Varint(int64(p.Period))
	e.Text(p.Decision)
	return e.Finish()
}

// DecodePeriodClose reads the fields of a period record after its header.
func DecodePeriodClose(d *translog.Decoder) (PeriodClose, error) {
	p := PeriodClose{Book: Book(d.Text()), Period: Period(d.Varint()), Decision: d.Text()}
	return p, d.Finish()
}

// Policy (政策参数) is one dated value with its legal basis.
type Policy struct {
	Name      string `json:"name" validate:"required,max=64"`
	Value     string `json:"value" validate:"required,max=200"`
	ValidFrom Date   `json:"valid_from,omitzero"`
	Basis     string `json:"basis,omitempty" validate:"max=200"`
}

func (p Policy) encode() ([]byte, error) {
	var e translog.Encoder
	e.Text(p.Name)
	e.Text(p.Value)
	e.Day(int32(p.ValidFrom))
	e.Text(p.Basis)
	return e.Finish()
}

// DecodePolicy reads the fields of a policy record after its header.
func DecodePolicy(d *translog.Decoder) (Policy, error) {
	p := Policy{Name: d.Text(), Value: d.Text(), ValidFrom: Date(d.Day()), Basis: d.Text()}
	return p, d.Finish()
}
