package ledger

import (
	"strings"

	"fundbook/internal/fault"
)

// EventSpec is one row of the event table (业务事项表): what DOMAIN 4.3 says of one
// business event, in the form that the rules run. docs/events.md is made from it.
type EventSpec struct {
	Code   EventCode
	ZH, EN string
	Steps  []EventStep
	// Internal events move project money. They are reachable only through the
	// commands that own the gates (DESIGN 3a). E23 of an internal event is
	// internal, whatever its own row says.
	Internal bool
	// Decision is set when any step needs a decision number (决定文号).
	Decision bool
	// Permission is what an actor needs to post the event directly: "post.E12".
	Permission string
}

// EventStep (步骤) is one posting of an event that takes several: a payment is
// reserved, then confirmed. An event of one step has the empty name.
type EventStep struct {
	Name, ZH, EN string
	// Required and Optional are the fields of a Posting that the step takes;
	// every other one is refused by name.
	Required, Optional Field
	// From, Into and Cost are the accounts offered where the row offers several.
	// Where Cost is optional the first one is the default.
	From, Into, Cost []Code
	// Cash is the account used when the posting names none: 1001 unless set.
	Cash Code
	// Class is the one class of lots that the step takes. Empty means every
	// class but BZ and DQ, which hold other people's money.
	Class Class
	// Decision: the step needs a decision number; Basis says why.
	Decision bool
	Basis    string
	// Signed: amounts may be negative (the row says ±).
	Signed bool
	// Note is what rows cannot say, for docs/events.md.
	Note string

	rows eventRows // county mode
	town eventRows // township mode (乡镇账套)
	cut  eventRows // when From is 7202: the contract is reduced in the same entry (E17)
	rule special
	// arrived: a draw takes only lots whose money has come (DOMAIN 4.4).
	arrived bool
	anyLot  bool // lots of every class
}

// special names the rules that rows cannot express.
type special uint8

const (
	byRows special = iota
	byOpening
	bySaving    // rows, then the saving of E13
	byArrival   // rows, after the check that the money has come (E19)
	byReversal  // E23
	byPriorYear // E23p reverse
	byClose     // E24
	byDivision  // E27
	byMerger    // E28
)

// Events returns the event table in the order of DOMAIN 4.3. The caller must not
// change it.
func Events() []EventSpec { return events }

// EventOf returns the row of an event.
func EventOf(c EventCode) (EventSpec, bool) {
	e, ok := eventIndex[c]
	if !ok {
		return EventSpec{}, false
	}
	return *e, true
}

var events = completed(eventTable())

var eventIndex = func() map[EventCode]*EventSpec {
	m := make(map[EventCode]*EventSpec, len(events))
	for i := range events {
		m[events[i].Code] = &events[i]
	}
	return m
}()

func eventTable() []EventSpec {
	var out []EventSpec
	for _, part := range [][]EventSpec{
		sourceEvents(), planEvents(), paymentEvents(), settlementEvents(),
		householdEvents(), recoveryEvents(), balanceEvents(), correctionEvents(), changeEvents(),
	} {
		out = append(out, part...)
	}
	return out
}

// directEvents are those an officer may post without a command that owns gates.
const directEvents = " E00 E01 E01r E02 E02b E02u E03 E04 E04r E05 E05r E20 E20f E23 E24 "

// completed fills in what follows from the rest of a row.
func completed(list []EventSpec) []EventSpec {
	for i := range list {
		e := &list[i]
		e.Permission = "post." + string(e.Code)
		e.Internal = !strings.Contains(directEvents, " "+string(e.Code)+" ")
		for j := range e.Steps {
			s := &e.Steps[j]
			e.Decision = e.Decision || s.Decision
			if s.Cash == "" {
				s.Cash = "1001"
			}
			if s.rows.pot() != nil {
				s.Optional |= FieldDraw
			}
		}
	}
	return list
}

// step finds the row and the step that a posting names.
func (p *Posting) step() (*EventStep, error) {
	e, ok := eventIndex[p.Event]
	if !ok {
		return nil, ErrEvent.With("%q", string(p.Event))
	}
	for i := range e.Steps {
		if e.Steps[i].Name == p.Step {
			return &e.Steps[i], nil
		}
	}
	names := make([]string, len(e.Steps))
	for i := range e.Steps {
		names[i] = `"` + e.Steps[i].Name + `"`
	}
	return nil, ErrPosting.With("%s %s 没有步骤 %q，可用步骤：%s", e.Code, fault.Word{ZH: e.ZH, EN: e.EN}, p.Step, strings.Join(names, "、")).
		At("step", "unknown step", p.Step)
}

// rowsFor returns the rows that apply to a posting.
func (s *EventStep) rowsFor(p *Posting) eventRows {
	switch {
	case p.From == "7202" && s.cut != nil:
		return s.cut
	case p.Township != "" && s.town != nil:
		return s.town
	default:
		return s.rows
	}
}

// eventRow is one line of an event: side, account, which amount of the part, and
// which party, book and lot it stands with.
type eventRow struct {
	side    Side
	account Code // of the chart, unless symbol is set
	sub     string
	symbol  symbol
	share   share
	red     bool // negative amount on the same side; opposite side when rule Y speaks
	town    bool // stands in the township book
	to      bool // with the dimensions of Posting.To where it names any
	other   bool // in the lot of Posting.To
	isPot   bool // the pot that a draw takes from
}

type eventRows []eventRow

// symbol stands for an account that depends on the posting or on the lot.
type symbol uint8

const (
	symFixed    symbol = iota
	symCash            // 1001 or 1002
	symFrom            // Posting.From
	symInto            // Posting.Into
	symCost            // Posting.Cost
	symRevenue         // the lot's own 4xxx
	symRefund          // the same when money goes back: 3001 for closed years (E19)
	symNotCome         // authority whose money has not come: 61xx.N, or 6201.N from the next year on
	symCome            // authority whose money has come: 61xx.Y, or 6201.Y
	symTakeBack        // 7403, or 7404 when the county itself takes the money back
)

var symbols = map[string]struct {
	symbol symbol
	text   string // in docs
}{
	"cash": {symCash, "1001|1002"}, "from": {symFrom, "转出"}, "into": {symInto, "转入"}, "cost": {symCost, "支出"},
	"revenue": {symRevenue, "4001–4005"}, "refund": {symRefund, "4001–4005|3001"}, "source.N": {symNotCome, "61xx.N|6201.N"},
	"source.Y": {symCome, "61xx.Y|6201.Y"}, "takeback": {symTakeBack, "7403|7404"},
}

// share says which amount of a Part a row takes.
type share uint8

const (
	shareWhole         share = iota
	shareOffset              // a
	shareRetention           // r
	shareLessOffset          // M − a
	shareLessRetention       // M − r
	shareLessBoth            // M − a − r
)

func (s share) of(p *Part) Amount {
	switch s {
	case shareOffset:
		return p.Offset
	case shareRetention:
		return p.Retention
	case shareLessOffset:
		return p.Amount - p.Offset
	case shareLessRetention:
		return p.Amount - p.Retention
	case shareLessBoth:
		return p.Amount - p.Offset - p.Retention
	default:
		return p.Amount
	}
}

// debit and credit make a row of a code, of "7204.A" with its sub-account, or of
// a symbol's name.
func debit(account string) eventRow  { return newRow(Debit, account) }
func credit(account string) eventRow { return newRow(Credit, account) }

func newRow(side Side, account string) eventRow {
	if s, ok := symbols[account]; ok {
		return eventRow{side: side, symbol: s.symbol}
	}
	code, sub, _ := strings.Cut(account, ".")
	return eventRow{side: side, account: Code(code), sub: sub}
}

func (r eventRow) of(s share) eventRow { r.share = s; return r }
func (r eventRow) asRed() eventRow     { r.red = true; return r }
func (r eventRow) inTown() eventRow    { r.town = true; return r }
func (r eventRow) toParty() eventRow   { r.to = true; return r }
func (r eventRow) inOther() eventRow   { r.other = true; return r }
func (r eventRow) asPot() eventRow     { r.isPot = true; return r }
func (r eventRow) group() Group        { return GroupOf(r.docCode()) }
func (rs eventRows) pot() *eventRow    { return rs.find(func(r *eventRow) bool { return r.isPot }) }
func (rs eventRows) ownCash() bool     { return rs.find((*eventRow).isOwnCash) != nil }

func (r *eventRow) isOwnCash() bool { return r.symbol == symCash && !r.town }

// ownAccount reports whether the account depends on the lot.
func (r *eventRow) ownAccount() bool {
	return r.symbol == symRevenue || r.symbol == symRefund || r.symbol == symNotCome || r.symbol == symCome
}

func (rs eventRows) find(match func(*eventRow) bool) *eventRow {
	for i := range rs {
		if match(&rs[i]) {
			return &rs[i]
		}
	}
	return nil
}

// docCode is a code that stands for the row's account: its own, or one of those
// that its symbol may mean.
func (r eventRow) docCode() Code {
	switch r.symbol {
	case symCash:
		return "1001"
	case symCost, symRevenue, symRefund:
		return "5001"
	case symFrom, symInto, symTakeBack:
		return "7101"
	case symNotCome, symCome:
		return "6101"
	default:
		return r.account
	}
}
