package load

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"fundbook/ledger"
)

// The size of the county under load.
const (
	Lots     = 200
	Projects = 5 // of each lot, each with one contract
)

// Work is a county that pays its contracts: 200 lots with five projects each.
// Every lot is funded, planned, contracted, claimed and requested beforehand in
// such amounts that a payment is never refused.
type Work struct {
	County string
	Today  ledger.Date
	// Funded is the day on which the county got its money: the first of last
	// month, so that the calendar of two open months takes every day since.
	Funded   ledger.Date
	Lots     int
	Projects int
}

// NewWork returns the work of a county today.
func NewWork(county string, now time.Time) (Work, error) {
	today := ledger.DateOf(now)
	last := today.AddDays(-today.Day())
	funded, err := ledger.NewDate(last.Year(), last.Month(), 1)
	if err != nil {
		return Work{}, fmt.Errorf("the first of last month: %w", err)
	}
	return Work{County: county, Today: today, Funded: funded, Lots: Lots, Projects: Projects}, nil
}

// FirstPeriod is the period in which the county's books must begin.
func (w *Work) FirstPeriod() string { return ledger.PeriodOf(w.Funded, false).String() }

// Pick chooses what a payment is about.
type Pick struct {
	Lot, Project int
	Date         ledger.Date
}

// Recent picks any contract and one of the last three days.
func (w *Work) Recent(r *rand.Rand) Pick {
	return Pick{r.IntN(w.Lots), r.IntN(w.Projects), w.Today.AddDays(-r.IntN(3))}
}

// Hot picks contracts of one lot only.
func (w *Work) Hot(r *rand.Rand) Pick {
	p := w.Recent(r)
	p.Lot = 0
	return p
}

// Current picks today, Back a day of the first week after the funding: before
// nearly everything that was ever posted.
func (w *Work) Current(r *rand.Rand) Pick {
	return Pick{r.IntN(w.Lots), r.IntN(w.Projects), w.Today}
}

// Back picks a day of the first week after the funding.
func (w *Work) Back(r *rand.Rand) Pick {
	return Pick{r.IntN(w.Lots), r.IntN(w.Projects), w.Funded.AddDays(1 + r.IntN(7))}
}

// Spread picks any day since the funding.
func (w *Work) Spread(r *rand.Rand) Pick {
	return Pick{r.IntN(w.Lots), r.IntN(w.Projects), w.Funded.AddDays(1 + r.IntN(int(w.Today-w.Funded)))}
}

// Project is the code of the project that a pick means.
func (w *Work) Project(p Pick) string { return string(w.appendContract(nil, 'J', p)) }

// AppendPayment appends the JSON of one payment confirmed by the bank (E12): an
// entry of four lines in two groups, Dr 2001 / Cr 1001, Dr 7302 / Cr 7204.P.
func (w *Work) AppendPayment(b []byte, p Pick, fen int64, memo string) []byte {
	b = append(b, `{"event":"E12","step":"confirm","date":"`...)
	b = append(b, p.Date.String()...)
	b = append(append(append(b, `","memo":"`...), memo...), `","project":"`...)
	b = w.appendContract(b, 'J', p)
	b = w.appendContract(append(b, `","contract":"`...), 'H', p)
	b = appendPayee(append(b, `","payee":"`...), p.Lot*w.Projects+p.Project)
	b = append(b, `","unit":"`+unit+`","parts":[{"lot":"`...)
	b = appendLotID(b, p.Lot)
	b = appendYuan(append(b, `","amount":"`...), fen)
	return append(b, `"}]}`...)
}

// Payees are the contractors: the i-th contract is with the i-th of them, in turn.
const Payees = 100

// Payee is the name of the i-th contractor.
func Payee(i int) string { return string(appendPayee(nil, i)) }

func appendPayee(b []byte, i int) []byte {
	return append(appendDigits(append(b, "安远县样例建筑公司"...), int64(i%Payees), 2), "号"...)
}

const (
	unit = "欣山镇"
	memo = "支付工程进度款"
)

func (w *Work) appendContract(b []byte, letter byte, p Pick) []byte {
	return appendDigits(append(b, letter), int64(p.Lot*w.Projects+p.Project), 4)
}

// code is a letter and four digits.
func code(letter byte, n int) string { return string(appendDigits([]byte{letter}, int64(n), 4)) }

// LotCode is the code of the i-th lot.
func LotCode(i int) string { return code('L', i) }

// DocumentCode is the document of the i-th lot.
func DocumentCode(i int) string { return code('D', i) }

func appendLotID(b []byte, i int) []byte {
	return appendDigits(append(b, "0190f3f0-1111-7000-8000-"...), int64(i), 12)
}

func appendYuan(b []byte, fen int64) []byte {
	return appendDigits(append(strconv.AppendInt(b, fen/100, 10), '.'), fen%100, 2)
}

// appendDigits appends n with leading zeros.
func appendDigits(b []byte, n int64, width int) []byte {
	for range width {
		b = append(b, '0')
	}
	for i := len(b) - 1; n > 0 && i >= len(b)-width; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return b
}

func randomFen(r *rand.Rand) int64 { return 1 + r.Int64N(99_999) }

// Posts returns the path of single posts, Batches that of batches.
func (w *Work) Posts() string { return "/api/v1/counties/" + w.County + "/postings" }

// Batches returns the path of batches.
func (w *Work) Batches() string { return w.Posts() + "/batch" }

// Singles makes one payment a request.
func (w *Work) Singles(pick func(*rand.Rand) Pick) func(*rand.Rand, *Request) {
	path := w.Posts()
	return func(r *rand.Rand, q *Request) {
		q.Path, q.Key = path, NewKey(r)
		q.Body = w.AppendPayment(q.Body[:0], pick(r), randomFen(r), memo)
	}
}

// Many makes n payments a request.
func (w *Work) Many(n int, pick func(*rand.Rand) Pick) func(*rand.Rand, *Request) {
	path := w.Batches()
	return func(r *rand.Rand, q *Request) {
		q.Path, q.Key = path, NewKey(r)
		b := append(q.Body[:0], `{"items":[`...)
		for i := range n {
			if i > 0 {
				b = append(b, ',')
			}
			b = w.AppendPayment(b, pick(r), randomFen(r), memo)
		}
		q.Body = append(b, `]}`...)
	}
}
