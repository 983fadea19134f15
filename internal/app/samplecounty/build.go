package samplecounty

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// The county that is built, and its year.
const (
	County     = "360726"
	countyName = "安远县（样例数据）"
	Year       = 2025
)

// ErrInUse says that the county's log is open and goes beyond the sample's last day:
// its year cannot be built behind it.
var ErrInUse = fault.New(fault.Conflict, "demo.county_in_use", "该县账簿已启用，样例年度不能补建", "the county's log is in use; the sample's year cannot be built behind it")

// Options say where the county is built.
type Options struct {
	DB   *db.DB
	Data string // directory of keys, as of app.Options
	Log  *slog.Logger
	// SigningKeyFile is that of app.Options.
	SigningKeyFile string
}

// Result is what was built.
type Result struct {
	County   string
	Projects int
	Trace    string // code of a project whose whole way is worth following
	Commands int
}

// Build opens the county in a store that does not have it and builds its year. It
// uses a clock of its own, which ends in the spring after the year. Run again on a
// county that was left half built it goes on, because every command has a key of
// its own that is the same each time.
func Build(ctx context.Context, o Options) (Result, error) {
	b := &builder{
		ctx: ctx, random: rand.New(rand.NewPCG(Year, 360726)), lots: map[string]*lot{}, books: map[string]map[string]ledger.Amount{}, goes: map[*item]trouble{},
	}
	b.setClock(date(Year-1, 11, 10))
	row, err := db.FindCounty(ctx, o.DB.Read, County)
	if err == nil && row.LastAt > noon(lastDay.AddDays(1)) {
		return Result{}, ErrInUse.With("%s", County)
	}
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return Result{}, err
	}
	b.app = app.Open(app.Options{DB: o.DB, Data: o.Data, Log: o.Log, Clock: b.clock.Load, SigningKeyFile: o.SigningKeyFile})
	defer b.app.Close()
	if err := b.open(); err != nil {
		return Result{}, err
	}
	b.design()
	b.library()
	b.money()
	b.plans()
	b.choose()
	for _, it := range b.items {
		it.flow(b, it)
	}
	b.supervise()
	b.townInterest()
	b.clearing()
	b.yearEnd()
	if err := b.play(); err != nil {
		return Result{}, err
	}
	if err := b.holidays(); err != nil {
		return Result{}, err
	}
	return Result{County: County, Projects: len(b.items), Trace: b.showcase().code, Commands: b.serial}, nil
}

// holidays loads the tables of holidays of the sample's year and the next, so that every
// deadline counted in working days has a day.
func (b *builder) holidays() error {
	for year, table := range map[int]string{
		Year:     "off 0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008; on 0126 0208 0427 0928 1011",
		Year + 1: "off 0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007; on 0104 0214 0228 0509 0920 1010",
	} {
		p := ledger.Policy{Name: fmt.Sprintf("workdays.%d", year), Value: table, ValidFrom: date(year, 1, 1), Basis: "国务院办公厅节假日安排（样例）"}
		key := fmt.Sprintf("sample-workdays-%d", year)
		if _, err := b.app.Do(b.ctx, app.Request{County: County, Who: auth.LocalOperator, Key: key, Raw: []byte(key)}, app.PolicyCmd{Policy: p}); err != nil {
			return fmt.Errorf("sample county, holidays of %d: %w", year, err)
		}
	}
	return nil
}

// builder is the county being built.
type builder struct {
	ctx    context.Context
	app    *app.App
	clock  atomic.Int64
	today  ledger.Date
	random *rand.Rand
	err    error // the first; nothing runs after it

	steps  []step
	queue  []app.Order
	serial int

	towns []town
	items []*item
	lots  map[string]*lot
	// books is what each township is sent, per lot: township, lot.
	books map[string]map[string]ledger.Amount
	order []string // of books
	cards int      // people made so far
	goes  map[*item]trouble
}

// step is something that happens on a day.
type step struct {
	on ledger.Date
	do func()
}

// The accounts that act. They exist in the log only: nobody can sign in as one.
var (
	finance  = auth.Who{ID: [16]byte{0: 0x5A, 15: 1}, Name: "样例县财政局", Role: auth.Finance, County: County}
	approver = [2]auth.Who{
		{ID: [16]byte{0: 0x5A, 15: 2}, Name: "样例审批人甲", Role: auth.Finance, County: County},
		{ID: [16]byte{0: 0x5A, 15: 3}, Name: "样例审批人乙", Role: auth.Finance, County: County},
	}
)

// officeOf is the finance office of a township.
func (b *builder) officeOf(name string) auth.Who {
	i := slices.IndexFunc(b.towns, func(t town) bool { return t.name == name })
	return auth.Who{ID: [16]byte{0: 0x5A, 14: 1, 15: byte(i)}, Name: "样例" + name + "财政所", Role: auth.Township, County: County, Unit: name}
}

func date(year, month, day int) ledger.Date {
	d, err := ledger.NewDate(year, month, day)
	if err != nil { // invariant: the days below exist
		panic("invariant: " + err.Error())
	}
	return d
}

// lastDay is that of the sample.
var lastDay = date(Year+1, 4, 20)

// noon is a day's in microseconds of UTC.
func noon(d ledger.Date) int64 {
	return time.Date(d.Year(), time.Month(d.Month()), d.Day(), 12, 0, 0, 0, time.FixedZone("CST", 8*3600)).UnixMicro()
}

// setClock stops the clock at noon of a day.
func (b *builder) setClock(d ledger.Date) {
	b.today = d
	b.clock.Store(noon(d))
}

// on registers what happens on a day.
func (b *builder) on(d ledger.Date, do func()) { b.steps = append(b.steps, step{d, do}) }

// play runs the steps, day by day.
func (b *builder) play() error {
	slices.SortStableFunc(b.steps, func(x, y step) int { return int(x.on) - int(y.on) })
	for _, s := range b.steps {
		if s.on != b.today {
			b.flush()
			b.setClock(s.on)
		}
		if b.err != nil {
			return b.err
		}
		s.do()
	}
	b.flush()
	return b.err
}

// flush runs what the day has asked for.
func (b *builder) flush() {
	if b.err == nil && len(b.queue) > 0 {
		if err := b.app.RunAll(b.ctx, County, b.queue); err != nil {
			b.err = fmt.Errorf("sample county, %s: %w", b.today, err)
		}
	}
	b.queue = b.queue[:0]
}

func (b *builder) key() string {
	b.serial++
	return fmt.Sprintf("sample-county-%06d", b.serial)
}

// run asks for an operation of the county's finance office.
func (b *builder) run(name string, body any) { b.as(finance, name, body) }

func (b *builder) as(who auth.Who, name string, body any) {
	b.queue = append(b.queue, app.Order{Who: who, Key: b.key(), Name: name, Body: body})
}

// do asks for a command of the ledger.
func (b *builder) do(who auth.Who, c app.Command) {
	b.queue = append(b.queue, app.Order{Who: who, Key: b.key(), Command: c})
}

// post asks for direct events.
func (b *builder) post(ps ...ledger.Posting) { b.do(finance, app.PostCmd{Items: ps}) }

// read reads what is committed; what the day has asked for runs first.
func (b *builder) read(fn func(ctx context.Context, v app.View) error) {
	b.flush()
	if b.err == nil {
		b.err = b.app.Read(b.ctx, finance, County, "read.ledger", fn)
	}
}

// paper is the digest of a document that is cited and not stored.
func paper(format string, args ...any) ledger.Digest {
	return sha256.Sum256(fmt.Appendf(nil, "样例 "+format, args...))
}

// wan is a number of 万元.
func wan(n int) ledger.Amount { return ledger.Amount(n) * 1_000_000 }

// bp is a part of an amount in basis points, cut to whole yuan.
func bp(a ledger.Amount, points int) ledger.Amount {
	return a * ledger.Amount(points) / 10_000 / 100 * 100
}
