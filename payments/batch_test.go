package payments

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"fundbook/internal/dbtest"
	"fundbook/internal/fault"
	"fundbook/internal/sheet"
	"fundbook/ledger"
	"fundbook/projects"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func sampleBatch() (*Batch, []projects.Payee) {
	b := &Batch{Code: "B1", Roster: "R1", State: BatchPaidOut}
	var payees []projects.Payee
	for i, name := range []string{"张三", "李四", "王五"} {
		b.Rows = append(b.Rows, BatchRow{N: 2*i + 1, Rev: 1, Amount: ledger.Amount(10_000 + i)})
		payees = append(payees, projects.Payee{N: 2*i + 1, Rev: 1, Amount: ledger.Amount(10_000 + i), Person: projects.Person{Name: name, Card: fmt.Sprintf("62220212345678901%02d", i)}})
	}
	return b, payees
}

const resultTop = "批次,序号,账号,金额,结果,原因\n"

func TestResultsAreRead(t *testing.T) {
	t.Parallel()
	b, payees := sampleBatch()
	got, err := readResults("r.csv", []byte(resultTop+
		"B1,1,6222021234567890100,100.00,成功,\nB1,5,6222021234567890102,\"100.02元\",失败,户名不符：王五\n合计,2,,200.02,,\n"), b, payees)
	if err != nil {
		t.Fatal(err)
	}
	want := results{
		paid: []failedLine{{N: 1}}, failed: []failedLine{{5, "name_mismatch"}}, sumPaid: 10_000, sumFailed: 10_002,
		refused: []projects.RowFinding{{
			Row: 3, Column: "原因", Value: "****0102", Code: "name_mismatch", Severity: "warning",
			Why: "名册第 5 行退票：户名不符", Remedy: "与持卡人核对户名和账号，更正（roster.correct）后重发",
		}},
	}
	if !cmp.Equal(got, want, cmp.AllowUnexported(results{}), cmpopts.IgnoreUnexported(projects.RowFinding{})) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestHostileResultsAreRefusedByPlace gives each kind of bad row once. Nothing is
// taken, nobody is shown.
func TestHostileResultsAreRefusedByPlace(t *testing.T) {
	t.Parallel()
	good := "B1,1,6222021234567890100,100.00,成功,\n"
	for _, c := range []struct{ name, body, place, code string }{
		{"another batch", "B2,1,6222021234567890100,100.00,成功,\n", "r.csv[2].批次", "batch "},
		{"an unknown row", "B1,2,6222021234567890100,100.00,成功,\n", "r.csv[2].序号", "row_unknown "},
		{"no row number", "B1,6222021234567890100,6222021234567890100,100.00,成功,\n", "r.csv[2].序号", "row_unknown "},
		{"a row twice", good + good, "r.csv[3].序号", "row_twice "},
		{"another account", "B1,1,6222021234567890101,100.00,成功,\n", "r.csv[2].账号", "account "},
		{"another amount", "B1,1,6222021234567890100,100.01,成功,\n", "r.csv[2].金额", "amount "},
		{"no amount", "B1,1,6222021234567890100,,成功,\n", "r.csv[2].金额", "amount "},
		{"in progress", "B1,1,6222021234567890100,100.00,处理中,\n", "r.csv[2].结果", "result "},
		{"a row with a result", "B1,3,6222021234567890101,100.01,成功,\n", "r.csv[2].序号", "row_settled "},
		{"a wrong count", good + "合计,2,,100.00,,\n", "r.csv[3].序号", "total_rows "},
		{"a wrong total", good + "合计,1,,100.01,,\n", "r.csv[3].金额", "total_amount "},
		{"a total in the middle", "合计,0,,0,,\n" + good, "r.csv[2].批次", "total_place "},
	} {
		b, payees := sampleBatch()
		b.Rows[1].Result = ResultFailed
		got, err := readResults("r.csv", []byte(resultTop+c.body), b, payees)
		f := fault.From(err)
		if !errors.Is(err, ErrResultRows) || len(f.Fields) != 1 || f.Fields[0].Location != c.place || !strings.HasPrefix(f.Fields[0].Message, c.code) {
			t.Errorf("%s: %v %+v, want %s at %s", c.name, err, f, c.code, c.place)
			continue
		}
		if len(got.paid) != 0 || strings.Contains(f.Error()+f.Fields[0].Message+f.Fields[0].Value, "62220212345678901") {
			t.Errorf("%s: takes %v, says %+v", c.name, got, f.Fields)
		}
	}
	for name, c := range map[string]struct {
		body string
		want *fault.Error
	}{
		"a formula":   {resultTop + "B1,1,=1+1(,100.00,成功,\n", sheet.ErrFormula},
		"a long cell": {resultTop + "B1,1,6222021234567890100,100.00,成功," + strings.Repeat("长", 10_001) + "\n", sheet.ErrTooLarge},
		"no account":  {"批次,序号,金额,结果\nB1,1,100.00,成功\n", sheet.ErrHeader},
		"no rows":     {resultTop, ErrResultNothing},
		"total only":  {resultTop + "合计,0,,0,,\n", ErrResultNothing},
	} {
		b, payees := sampleBatch()
		if _, err := readResults("r.csv", []byte(c.body), b, payees); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want.Code)
		}
	}
}

func TestReasonsOfBanks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"户名不符": "name_mismatch", "账户已销户": "closed", "账户冻结": "frozen", "久悬户": "dormant", "账号不存在": "unknown", "二类户限额": "limit", "": "other", "张三的问题": "other",
	} {
		if got := reasonOf(text); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

func FuzzReadResults(f *testing.F) {
	f.Add([]byte(resultTop + "B1,1,6222021234567890100,100.00,成功,\n合计,1,,100.00,,\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		b, payees := sampleBatch()
		got, err := readResults("r.csv", file, b, payees)
		if err != nil {
			return
		}
		if n := len(got.paid) + len(got.failed); n == 0 || n > len(b.Rows) || got.sumPaid+got.sumFailed > b.Amount() {
			t.Errorf("takes %+v", got)
		}
	})
}

func TestBankFile(t *testing.T) {
	t.Parallel()
	b, payees := sampleBatch()
	payees[1].Person.Name = "𠮷田" // beyond the Basic Multilingual Plane
	plain, err := bankFile(b, payees, encodingUTF8, "abc")
	if err != nil {
		t.Fatal(err)
	}
	want := "\uFEFF批次,序号,户名,账号,金额,摘要\r\nB1,1,张三,6222021234567890100,100.00,R1\r\nB1,3,𠮷田,6222021234567890101,100.01,R1\r\n" +
		"B1,5,王五,6222021234567890102,100.02,R1\r\n合计,3,abc,,300.03,\r\n"
	if string(plain) != want {
		t.Errorf("%q, want %q", plain, want)
	}
	gb, err := bankFile(b, payees, encodingGB18030, "abc")
	if err != nil {
		t.Fatal(err)
	}
	back, err := sheet.Read("b.csv", bytes.NewReader(gb))
	if err != nil || back.Encoding != sheet.GB18030 || back.Rows[1].Cells[2] != "𠮷田" {
		t.Errorf("GB18030 reads back %+v, %v", back, err)
	}
}

func TestWhoMayApprove(t *testing.T) {
	t.Parallel()
	maker, other := ledger.ID{15: 1}, ledger.ID{15: 2}
	b := &Batch{Code: "B1", Maker: maker}
	for _, c := range []struct {
		who  ledger.ID
		four bool
		ok   bool
	}{{maker, false, true}, {maker, true, false}, {other, true, true}, {other, false, true}} {
		if err := b.mayApprove(c.who, c.four); (err == nil) != c.ok || err != nil && !errors.Is(err, ErrBatchMaker) {
			t.Errorf("%v, four eyes %v: %v", c.who == maker, c.four, err)
		}
	}
	day := func(y int) ledger.Date {
		d, err := ledger.NewDate(y, 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	ps := []ledger.Policy{{Name: "four_eyes", Value: "none"}, {Name: "four_eyes", Value: "maker_checker", ValidFrom: day(2026)}}
	if ledger.FourEyes(nil, day(2026)) || ledger.FourEyes(ps, day(2025)) || !ledger.FourEyes(ps, day(2026)) {
		t.Error("the policy in force on the day is not the one that counts")
	}
}

// batchStates are all states, and where each step may start.
var batchStates = []BatchState{
	BatchDraft, BatchChecked, BatchFrozen, BatchReview, BatchApproved, BatchExported, BatchPaidOut, BatchDone, BatchCancelled,
}

func TestStepsOfABatch(t *testing.T) {
	t.Parallel()
	for _, s := range batchStates {
		b := &Batch{Code: "B1", State: s}
		for _, from := range batchStates {
			err := b.in("试", from)
			if (err == nil) != (s == from) || err != nil && !errors.Is(err, ErrBatchState) {
				t.Errorf("in %s, wanted %s: %v", s, from, err)
			}
		}
	}
}

func TestWhatABatchPays(t *testing.T) {
	t.Parallel()
	roster := func() *projects.Roster {
		r := &projects.Roster{Code: "R1", Unit: "甲镇", Town: "甲镇", State: projects.RosterConfirmed}
		for i := range 4 {
			r.Lines = append(r.Lines, projects.RosterLine{N: i + 1, Rev: 1, Amount: 100, State: projects.LineOwed})
		}
		r.Lines[0].State, r.Lines[0].Batch = projects.LinePaid, "B0"
		r.Lines[3].Blocked = "异议1号"
		return r
	}
	before := &Batch{Code: "B0", Roster: "R1", Rows: []BatchRow{{N: 1, Result: ResultPaid}, {N: 2, Result: ResultFailed}, {N: 4, Result: ResultFailed}}}
	for _, c := range []struct {
		name     string
		cmd      BatchCmd
		township string
		lines    []int
		want     *fault.Error
	}{
		{"all that may be paid", BatchCmd{}, "", []int{2, 3}, nil},
		{"some", BatchCmd{Lines: []int{3}}, "甲镇", []int{3}, nil},
		{"a paid one", BatchCmd{Lines: []int{1, 3}}, "", nil, projects.ErrRosterLine},
		{"a blocked one", BatchCmd{Lines: []int{4}}, "", nil, projects.ErrRosterLine},
		{"no such row", BatchCmd{Lines: []int{9}}, "", nil, projects.ErrRosterLineNo},
		{"from the township's book", BatchCmd{Book: "甲镇"}, "甲镇", []int{2, 3}, nil},
		{"from another book", BatchCmd{Book: "乙乡"}, "", nil, ErrBatchBook},
		{"from the county's book by name", BatchCmd{Book: "C"}, "", nil, ErrBatchBook},
		{"township and 1001", BatchCmd{Book: "甲镇", Cash: "1001"}, "", nil, ErrBatchBook},
		{"by another township", BatchCmd{}, "乙乡", nil, ErrBatchForeign},
		{"again what was refused", BatchCmd{Reissues: "B0"}, "", []int{2}, nil}, // row 4 is blocked
		{"again what was paid", BatchCmd{Reissues: "B0", Lines: []int{1}}, "", nil, ErrBatchReissue},
		{"again what was not in it", BatchCmd{Reissues: "B0", Lines: []int{3}}, "", nil, ErrBatchReissue},
	} {
		f, err := makeBatch(roster(), before, &c.cmd, c.township)
		if (c.want == nil) != (err == nil) || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
			continue
		}
		var got []int
		for _, x := range f.Rows {
			got = append(got, x.N)
		}
		if err == nil && !slices.Equal(got, c.lines) {
			t.Errorf("%s: rows %v, want %v", c.name, got, c.lines)
		}
	}
	if _, err := makeBatch(roster(), &Batch{Code: "B9", Roster: "R2"}, &BatchCmd{Reissues: "B9"}, ""); !errors.Is(err, ErrBatchReissue) {
		t.Errorf("a batch of another roster: %v", err)
	}
	if _, err := makeBatch(roster(), &Batch{Code: "B9", Roster: "R1"}, &BatchCmd{Reissues: "B9"}, ""); !errors.Is(err, ErrBatchReissue) {
		t.Errorf("a batch without refusals: %v", err)
	}
	stopped := &Batch{Code: "B9", Roster: "R1", Rows: []BatchRow{{N: 4, Result: ResultFailed}}}
	if f, err := makeBatch(roster(), stopped, &BatchCmd{Reissues: "B9"}, ""); !errors.Is(err, ErrBatchReissue) {
		t.Errorf("every refused row is blocked: %v, pays %v", err, f.Rows)
	}
	b, _ := sampleBatch()
	if sum, err := b.exclude([]int{1, 5}); err != nil || sum != 20_002 {
		t.Errorf("exclude: %s, %v", sum, err)
	}
	for lines, want := range map[*[]int]*fault.Error{{1, 3, 5}: ErrBatchEmpty, {2}: ErrBatchLine, {1, 1}: ErrBatchLine} {
		if _, err := b.exclude(*lines); !errors.Is(err, want) {
			t.Errorf("exclude %v: %v, want %s", *lines, err, want.Code)
		}
	}
}

// fillFact gives every field of a struct a value of its own.
func fillFact(v reflect.Value, next *int) {
	*next++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("t%d", *next))
	case reflect.Struct:
		for i := range v.NumField() {
			fillFact(v.Field(i), next)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fillFact(v.Index(i), next)
		}
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).SetUint(uint64(*next % 251))
		}
	default:
		v.SetInt(int64(*next))
	}
}

// TestBytesOfBatchFacts holds the bytes of each fact and of the state: another order
// or another field is another version.
func TestBytesOfBatchFacts(t *testing.T) {
	t.Parallel()
	fill := func(v reflect.Value) {
		var n int
		fillFact(v, &n)
	}
	dbtest.FactBytes(t, dbtest.FactFile{Name: "batch_facts.golden", Format: "%s %x\n"}, fill,
		&batchMade{}, &batchChecked{}, &batchFrozen{}, &batchSent{}, &batchReturned{}, &batchApproved{}, &batchExcluded{}, &batchExported{},
		&batchPaidOut{}, &batchResulted{}, &batchCancelled{}, &batchCameBack{}, &Batch{},
		&CardReopening{}, &reopeningApproved{}, &batchCardReopened{},
	)
}
