package ledger

// EventCode (业务事项) names a business event of DOMAIN 4.3: E00 to E28 with
// its letters, as the table there prints them.
type EventCode string

// Posting is what an officer asks for: one business event with the amounts and
// the dimensions that its row of the event table needs. The rule of the event
// turns it into entries; fields that the event does not take are refused.
type Posting struct {
	Event    EventCode `json:"event" validate:"required,max=8"`
	Step     string    `json:"step,omitempty" validate:"max=16"`
	Date     Date      `json:"date" validate:"required"`
	Business Date      `json:"business,omitzero"`
	Period13 bool      `json:"period13,omitempty"`
	Memo     string    `json:"memo,omitempty" validate:"max=200"`
	Decision string    `json:"decision,omitempty" validate:"max=80"`
	Waiver   string    `json:"waiver,omitempty" validate:"max=80"`

	Attachments []Digest `json:"attachments,omitempty" validate:"max=100"`

	// Parts are the amounts per lot. Draw, when set, computes them instead.
	Parts []Part `json:"parts,omitempty" validate:"max=2000,dive"`
	Draw  *Draw  `json:"draw,omitempty"`
	// Drawn is the rule by which Parts were computed before the posting came here,
	// as for an imported notice; it stands on the entry like the mode of Draw.
	Drawn DrawMode `json:"drawn,omitempty" validate:"omitempty,oneof=PRO_RATA FIFO_BY_DEADLINE RESTRICTED_FIRST"`

	Project  string `json:"project,omitempty" validate:"max=64"`
	Contract string `json:"contract,omitempty" validate:"max=64"`
	Payee    string `json:"payee,omitempty" validate:"max=64"`
	Unit     string `json:"unit,omitempty" validate:"max=64"`
	Pool     string `json:"pool,omitempty" validate:"max=64"`
	// Township is the book that pays or receives, where the event has a township
	// mode; empty means county mode.
	Township Book `json:"township,omitempty" validate:"max=64"`
	// Cash is 1001 (treasury, the default of the county) or 1002 (special account).
	Cash Code `json:"cash,omitempty" validate:"omitempty,oneof=1001 1002"`
	// From and Into name the pot that authority leaves or enters where the row
	// offers several: one of the accounts 7101 7102 7103 7104 7105 7106 7201 7202.
	From Code `json:"from,omitempty" validate:"omitempty,len=4"`
	Into Code `json:"into,omitempty" validate:"omitempty,len=4"`
	// To is the second party of events that move something from one to another:
	// lot (E02u match, E03, E26, E27), project (E23p), contract, payee, unit.
	To *Target `json:"to,omitempty"`
	// Cost is the expenditure account an event reds or charges where the row
	// offers several: 1301, 5001, 5003, 5004, 5005.
	Cost Code `json:"cost,omitempty" validate:"omitempty,len=4"`
	// OriginYear is the fiscal year of the executed amount that the event undoes
	// (rule Y); 0 means the year of the voucher date.
	OriginYear int `json:"origin_year,omitempty" validate:"omitempty,min=1990,max=2199"`
	// Prepared is who made what the actor approves by this posting, named by the
	// command that owns it, never from outside: maker beside checker where the
	// policy four_eyes asks for both (law 8).
	Prepared ID `json:"-"`
	// Reverses is the sequence number of the entry to reverse (E23).
	Reverses int64 `json:"reverses,omitempty"`
	// Counterparty says who takes money back in E19: upper, county or donor.
	Counterparty string `json:"counterparty,omitempty" validate:"omitempty,oneof=upper county donor"`
	// Due is the day by which money lent between lots returns (E03).
	Due Date `json:"due,omitzero"`
	// Base is the whole of which the part is a share (E27): the authority that
	// the documents still leave in the merged lot. It may be left out in the
	// fiscal year of issue, when the ledger knows it.
	Base Amount `json:"base,omitempty"`
	// Opening are the balances taken over (E00), in any order, without the
	// balancing lines.
	Opening []OpeningLine `json:"opening,omitempty" validate:"max=5000,dive"`
}

// Part is what one lot contributes.
type Part struct {
	Lot    LotID  `json:"lot"`
	Amount Amount `json:"amount"`
	// Offset is the advance set off (E11), Retention what is kept back (E11, E25).
	Offset    Amount `json:"offset,omitempty"`
	Retention Amount `json:"retention,omitempty"`
	Unit      string `json:"unit,omitempty" validate:"max=64"`  // overrides Posting.Unit
	Note      string `json:"note,omitempty" validate:"max=400"` // label of the line
	Inferred  bool   `json:"inferred,omitempty"`                // 推定
}

// Draw asks for a split over the lots that hold the pot named by the event.
type Draw struct {
	Mode   DrawMode `json:"mode" validate:"oneof=PRO_RATA FIFO_BY_DEADLINE RESTRICTED_FIRST"`
	Amount Amount   `json:"amount"`
	// Lots limits the draw; empty means every lot in the pot.
	Lots []LotID `json:"lots,omitempty" validate:"max=200"`
}

// Target is the second party of an event.
type Target struct {
	Lot      LotID  `json:"lot,omitzero"`
	Project  string `json:"project,omitempty" validate:"max=64"`
	Contract string `json:"contract,omitempty" validate:"max=64"`
	Payee    string `json:"payee,omitempty" validate:"max=64"`
	Unit     string `json:"unit,omitempty" validate:"max=64"`
}

// OpeningLine is one balance taken over by E00, on its normal side.
type OpeningLine struct {
	Key    Key    `json:"key"`
	Amount Amount `json:"amount"`
	Note   string `json:"note,omitempty" validate:"max=400"`
}

// Facts are what a rule may know of the ledger; they are loaded before the rule
// runs, and only what the event's row asks for.
type Facts struct {
	// Lots are the lots of the posting.
	Lots map[LotID]LotFacts
	// Balances are the balances of every key of the lots (E13, E24, E27), of the
	// unit (E28) or of the pot drawn on, at the end of the voucher date, zero ones
	// left out.
	Balances []Balance
	// Later are the same sets at the end of all days, for E28 alone.
	Later []Balance
	// Original is the entry to reverse (E23), its fiscal year, and whether it has
	// been reversed already.
	Original *Entry
	Reversed bool
	// Merger is, when the original is an entry of E28, every entry of its merger in
	// order, the original among them: they are turned red together or not at all.
	Merger []MergerEntry
}

// MergerEntry is one of the entries that a merger of units (E28) was cut into.
type MergerEntry struct {
	Seq   int64
	Entry *Entry
}

// LotFacts is a lot with what the ledger knows of it.
type LotFacts struct {
	Lot
	// IssueYear is the fiscal year of the lot's first movement of authority, or 0.
	// From the next year on its authority is 6201 (rule Y).
	IssueYear int
	// Moved says, to E00 alone, that the lot has entries already.
	Moved bool
}

// Balance is a key with its net balance, debit positive.
type Balance struct {
	Key Key
	Net Amount
}
