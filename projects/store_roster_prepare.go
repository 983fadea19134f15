package projects

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"

	"fundbook/internal/fault"
	"fundbook/internal/region"
	"fundbook/internal/seal"
	"fundbook/ledger"

	"github.com/uptrace/bun"
	"golang.org/x/text/unicode/norm"
)

// Desk (办理现场) is where persons are read and sealed before a command runs: the
// county, the township to which the account is confined, the day, and the key.
// Nothing of it is recorded.
type Desk struct {
	County string // code
	No     int32
	Unit   string
	Today  ledger.Date
	Box    *seal.Box
	// Closed answers which of some cards, by their keyed index, a bank has sent back as
	// closed, and in which batch; nil where nobody knows.
	Closed func(ctx context.Context, q bun.IDB, county int32, cards []ledger.Digest) (map[ledger.Digest]string, error)
}

// PreparedRoster is a roster read, judged and sealed, ready to be recorded. Running
// it twice records the same bytes.
type PreparedRoster struct {
	Report        RosterReport
	code, project string
	town          string
	fact          rosterCreated
	sealed        []SealedRow
}

// PreparedAmend is a change of a roster, ready to be recorded.
type PreparedAmend struct {
	Report RosterReport
	code   string
	date   ledger.Date
	base   int // rows that the roster had
	fact   rosterAmended
	sealed []SealedRow
}

// PreparedCorrect are new cards, ready to be recorded.
type PreparedCorrect struct {
	code   string
	closed map[ledger.Digest]string
	fact   rosterCorrected
	sealed []SealedRow
}

// PrepareRoster reads the file of a new roster, judges every row, looks for its
// people in other rosters of the programme and year, and seals them. The report is
// filled in whether or not the rows are acceptable; ErrRosterRows says that they
// are not, with every error as a field.
func PrepareRoster(ctx context.Context, q bun.IDB, at Desk, c RosterCmd) (PreparedRoster, error) {
	item, err := projectFile.Find(ctx, q, at.No, c.Project, at.Unit)
	if err != nil {
		return PreparedRoster{}, err
	}
	p := &item.State
	if err := mayHaveRoster(p, at.Unit); err != nil {
		return PreparedRoster{}, err
	}
	r := Roster{Code: c.Code, Programme: c.Programme, Year: c.Year, Measure: c.Measure}
	t, doubts, err := at.readTable(ctx, q, &r, source{c.FileName, c.File, p.Town})
	if err != nil {
		return PreparedRoster{}, err
	}
	out := PreparedRoster{Report: t.report, code: c.Code, project: c.Project, town: p.Town}
	if err := t.report.Fault(); err != nil {
		return out, err
	}
	out.fact = rosterCreated{
		Code: c.Code, Name: c.Name, Kind: c.Kind, Project: c.Project, Programme: c.Programme, Year: c.Year, Measure: c.Measure, Policy: c.Policy,
		On: at.Today, File: at.Fingerprint(c.File), Doubts: doubts,
	}
	out.sealed, out.fact.Rows, err = at.seal(&r, t)
	return out, err
}

// PrepareAmend reads the file of a change, if it has one, and seals its people.
func PrepareAmend(ctx context.Context, q bun.IDB, at Desk, c AmendCmd) (PreparedAmend, error) {
	r, err := FindRoster(ctx, q, at.No, c.Code, at.Unit)
	if err != nil {
		return PreparedAmend{}, err
	}
	out := PreparedAmend{code: c.Code, date: c.Date, base: len(r.Lines)}
	out.fact = rosterAmended{On: at.Today, Struck: c.Strike, Document: c.Document}
	if len(c.File) == 0 {
		if len(c.Strike) == 0 {
			return out, ErrRosterEmpty.With("名册 %s：既无增加也无核减", c.Code)
		}
		return out, nil
	}
	item, err := projectFile.Find(ctx, q, at.No, r.Project, at.Unit)
	if err != nil {
		return out, err
	}
	t, doubts, err := at.readTable(ctx, q, &r, source{c.FileName, c.File, item.State.Town})
	if err != nil {
		return out, err
	}
	if err := at.repeatsOf(ctx, q, &r, t, c.Strike); err != nil {
		return out, err
	}
	out.Report = t.report
	if err := t.report.Fault(); err != nil {
		return out, err
	}
	out.fact.File, out.fact.Doubts = at.Fingerprint(c.File), doubts
	out.sealed, out.fact.Added, err = at.seal(&r, t)
	return out, err
}

// source is a file of persons and the township they must live in.
type source struct {
	name string
	body []byte
	town string
}

// readTable reads and judges a file for a roster, and finds its people elsewhere.
func (at *Desk) readTable(ctx context.Context, q bun.IDB, r *Roster, from source) (*rosterTable, []RosterDoubt, error) {
	places, err := region.Load(ctx, q, at.No)
	if err != nil {
		return nil, nil, err
	}
	if from.name == "" {
		from.name = "roster.csv"
	}
	t, err := readRoster(from.name, from.body, &rosterRules{
		town: from.town, measure: r.Measure, today: at.Today, county: at.County, places: places,
	})
	if err != nil {
		return nil, nil, err
	}
	if len(r.Lines)+len(t.rows) > maxRosterRows {
		return nil, nil, ErrRosterTooMany.With("%d 行", len(r.Lines)+len(t.rows))
	}
	base := len(r.Lines)
	var doubts []RosterDoubt
	for _, x := range t.shared {
		doubts = append(doubts, RosterDoubt{Rule: "A02", N: base + x[0] + 1, With: base + x[1] + 1})
	}
	if err := at.closed(ctx, q, t); err != nil {
		return nil, nil, err
	}
	more, err := at.elsewhere(ctx, q, r, t)
	return t, append(doubts, more...), err
}

// maxRosterRows is what a state of a roster may hold.
const maxRosterRows = 50_000

// elsewhere finds the file's people (A01) and their cards with other people (A02) in
// other rosters of the programme and year, and says so in the report.
func (at *Desk) elsewhere(ctx context.Context, q bun.IDB, r *Roster, t *rosterTable) ([]RosterDoubt, error) {
	ids, cards := make([]ledger.Digest, len(t.people)), make([]ledger.Digest, len(t.people))
	byID, byCard := map[ledger.Digest]int{}, map[ledger.Digest][]int{}
	for i := range t.people {
		ids[i], cards[i] = at.Box.Index(indexID, t.people[i].ID), at.Box.Index(indexCard, t.people[i].Card)
		byID[ids[i]], byCard[cards[i]] = i, append(byCard[cards[i]], i)
	}
	same, err := meetings(ctx, q, search{r, at.No, "id_index"}, ids)
	if err != nil {
		return nil, err
	}
	var out []RosterDoubt
	for _, m := range same {
		i := byID[ledger.Digest(m.IDIndex)]
		out = append(out, RosterDoubt{Rule: "A01", N: len(r.Lines) + i + 1, Other: m.Code, With: int(m.N)})
		t.report.warn(cell{t.files[i], colID, ""}, flaw{
			"A01", fmt.Sprintf("同一项目政策 %s、%d 年度的名册 %s 第 %d 行已有此人（A01）", r.Programme, r.Year, m.Code, m.N),
			"核实是否重复享受；按期发放的补助可保留",
		})
	}
	shared, err := meetings(ctx, q, search{r, at.No, "card_index"}, cards)
	if err != nil {
		return nil, err
	}
	said := map[int]bool{}
	for _, m := range shared {
		for _, i := range byCard[ledger.Digest(m.CardIndex)] {
			if said[i] || ids[i] == ledger.Digest(m.IDIndex) {
				continue // once is enough; of the same person A01 has told
			}
			said[i] = true
			out = append(out, RosterDoubt{Rule: "A02", N: len(r.Lines) + i + 1, Other: m.Code, With: int(m.N)})
			t.report.warn(cell{t.files[i], colCard, t.people[i].Card}, flaw{
				"A02", fmt.Sprintf("名册 %s 第 %d 行的另一人使用同一银行账号（A02）", m.Code, m.N), "核实是否同户共用一卡；不是则改正",
			})
		}
	}
	return out, nil
}

// repeatsOf refuses people of a file who stand in the roster already.
func (at *Desk) repeatsOf(ctx context.Context, q bun.IDB, r *Roster, t *rosterTable, strike []int) error {
	stay := r.Lines[:0:0]
	leaving := map[int]bool{}
	for _, n := range strike {
		leaving[n] = true
	}
	for _, l := range r.Lines {
		if l.State != LineStruck && !leaving[l.N] {
			stay = append(stay, l)
		}
	}
	rows, err := loadSealed(ctx, q, at.No, r.Code, stay)
	if err != nil {
		return err
	}
	known := make(map[ledger.Digest]int, len(rows))
	for i := range rows {
		known[rows[i].IDIndex] = rows[i].N
	}
	for i := range t.people {
		if n, twice := known[at.Box.Index(indexID, t.people[i].ID)]; twice {
			t.report.err(cell{t.files[i], colID, ""}, flaw{"id_repeated", fmt.Sprintf("名册第 %d 行已有此人", n), "一人一行；改数量的，先核减原行"})
		}
	}
	return nil
}

// seal seals the rows of a table, numbered after those that the roster has.
func (at *Desk) seal(r *Roster, t *rosterTable) ([]SealedRow, []rosterRow, error) {
	sealed, rows := make([]SealedRow, len(t.rows)), make([]rosterRow, len(t.rows))
	for i := range t.rows {
		x := t.rows[i]
		x.N = len(r.Lines) + i + 1
		s := SealedRow{N: x.N, Rev: x.Rev, Quantity: x.Quantity, Standard: x.Standard, Amount: x.Amount}
		if err := s.sealPerson(at.Box, at.place(r.Code, x.N, x.Rev), &t.people[i]); err != nil {
			return nil, nil, err
		}
		x.Commitment = s.Commitment
		sealed[i], rows[i] = s, x
	}
	return sealed, rows, nil
}

func (at *Desk) place(roster string, n, rev int) place { return place{at.County, roster, n, rev} }

// Fingerprint is what the log says of a file of persons, its keyed digest: a plain digest of a short
// file could be found by trying.
func (at *Desk) Fingerprint(file []byte) ledger.Digest {
	sum := sha256.Sum256(file)
	return at.Box.Index(indexFile, string(sum[:]))
}

// PrepareCorrect checks that new cards are for the same people, and seals them.
func PrepareCorrect(ctx context.Context, q bun.IDB, at Desk, c CorrectCmd) (PreparedCorrect, error) {
	r, err := FindRoster(ctx, q, at.No, c.Code, at.Unit)
	if err != nil {
		return PreparedCorrect{}, err
	}
	numbers := make([]int, len(c.Rows))
	for i := range c.Rows {
		numbers[i] = c.Rows[i].Line
	}
	picked, err := r.pick(numbers)
	if err != nil {
		return PreparedCorrect{}, err
	}
	lines := make([]RosterLine, len(picked))
	for i, l := range picked {
		lines[i] = *l
	}
	people, err := at.open(ctx, q, r.Code, lines)
	if err != nil {
		return PreparedCorrect{}, err
	}
	fixes := map[int]*CardFix{}
	for i := range c.Rows {
		fixes[c.Rows[i].Line] = &c.Rows[i]
	}
	var cards []ledger.Digest
	for i := range c.Rows {
		cards = append(cards, at.Box.Index(indexCard, strings.TrimSpace(c.Rows[i].Card)))
	}
	closed, err := at.closedCards(ctx, q, cards)
	if err != nil {
		return PreparedCorrect{}, err
	}
	out := PreparedCorrect{code: c.Code, closed: closed, fact: rosterCorrected{Document: c.Document}}
	for i := range people {
		if err := out.fix(&at, &people[i], fixes[people[i].N]); err != nil {
			return PreparedCorrect{}, err
		}
	}
	return out, nil
}

// fix makes the next version of a row with another card.
func (c *PreparedCorrect) fix(at *Desk, row *openRow, fix *CardFix) error {
	where := fault.Say("名册 %s 第 %d 行", c.code, row.N)
	p := row.Person
	card, name := strings.TrimSpace(fix.Card), norm.NFC.String(strings.TrimSpace(fix.Name))
	if foldID(fix.ID) != p.ID {
		return ErrRosterIDCheck.With("%s；请核对行号", where)
	}
	if bad, ok := checkCard(card); !ok {
		return ErrRosterRows.With("%s：%s（%s）；%s", where, bad.why, MaskCard(card), bad.remedy).AtText("rows", fault.Say("%s", bad.code), MaskCard(card))
	}
	if batch, is := c.closed[at.Box.Index(indexCard, card)]; is {
		bad := closedCard(batch)
		return ErrRosterRows.With("%s：%s（%s）；%s", where, bad.why, MaskCard(card), bad.remedy).AtText("rows", fault.Say("%s", bad.code), MaskCard(card))
	}
	p.Card = card
	if name != "" && name != p.Name {
		if bad, ok := checkName(name); !ok {
			return ErrRosterRows.With("%s：%s", where, bad.why).AtText("rows", fault.Say("%s", bad.code), "")
		}
		p.Name = name
		c.fact.Doubts = append(c.fact.Doubts, RosterDoubt{Rule: "A23", N: row.N})
	}
	s := SealedRow{N: row.N, Rev: row.Rev + 1, Quantity: row.Quantity, Standard: row.Standard, Amount: row.Amount}
	if err := s.sealPerson(at.Box, at.place(c.code, s.N, s.Rev), &p); err != nil {
		return err
	}
	c.sealed = append(c.sealed, s)
	c.fact.Rows = append(c.fact.Rows, rosterRow{s.N, s.Rev, s.Quantity, s.Standard, s.Amount, s.Commitment})
	return nil
}

// openRow is a sealed row with its person.
type openRow struct {
	SealedRow
	Person
}

// open opens rows of a roster and compares each with what stands beside it and
// with its line.
func (at *Desk) open(ctx context.Context, q bun.IDB, code string, lines []RosterLine) ([]openRow, error) {
	rows, err := loadSealed(ctx, q, at.No, code, lines)
	if err != nil {
		return nil, err
	}
	out := make([]openRow, len(rows))
	for i := range rows {
		p, err := rows[i].open(at.Box, at.place(code, rows[i].N, rows[i].Rev))
		if err != nil {
			return nil, err
		}
		if rows[i].Amount != lines[i].Amount {
			return nil, ErrPersonRow.With("名册 %s 第 %d 行：金额 %s，记录为 %s", code, rows[i].N, rows[i].Amount, lines[i].Amount)
		}
		out[i] = openRow{rows[i], p}
	}
	return out, nil
}
