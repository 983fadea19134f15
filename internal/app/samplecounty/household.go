package samplecounty

import (
	"fmt"
	"slices"
	"strings"

	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// household is who is paid by an item: people, what each counts, the standard.
type household struct {
	people   []person
	kind     projects.RosterKind
	standard ledger.Amount
	rounds   int // rosters in the year: wages are paid twice
	trouble  int // which row the bank refuses, 0 for none
	struck   bool
	objected bool
}

// kinds are the categories of households with the kind of their roster.
var kinds = map[string]projects.RosterKind{
	"010501": projects.RosterSubsidy, "0201": projects.RosterWage, "0502": projects.RosterMinor, "0503": projects.RosterHealth,
}

// household makes the people of an item, of its township's villages or of several
// townships'.
func (b *builder) household(it *item, place *town, n int) *household {
	h := &household{kind: projects.RosterHousehold, standard: ledger.Amount(60_000 + 5_000*(it.no%9)), rounds: 1}
	if k, ok := kinds[it.category]; ok {
		h.kind = k
	}
	rows := 40 + b.random.IntN(70)
	switch it.category {
	case "0201":
		h.standard, h.rounds, rows = 60_000, 2, 18+n*3
	case "0501":
		h.standard, rows = 1_000_000, 8+n
	case "0502":
		h.standard, rows = 150_000, 90
	case "010501":
		h.standard, rows = 45_000, 64
	default:
	}
	for i := range rows {
		t := place
		if !it.own {
			t = &b.towns[(it.no+i)%len(b.towns)]
		}
		h.people = append(h.people, b.someone(string(t.villages[i%len(t.villages)].Code)))
	}
	if n%2 == 0 {
		h.trouble = 3 + it.no%(rows-3)
		h.struck = it.category == "0104" && n == 2
	}
	h.objected = it.category == "0104" && n == 4
	return h
}

// counts is the quantity of a row.
func (h *household) counts(i int) int64 {
	if h.kind == projects.RosterHousehold && h.standard < 1_000_000 {
		return int64(1 + i%4)
	}
	return 1
}

// once is what one roster comes to, total what all of the year's do.
func (h *household) once() ledger.Amount {
	var sum ledger.Amount
	for i := range h.people {
		sum += h.standard * ledger.Amount(h.counts(i))
	}
	return sum
}

func (h *household) total() ledger.Amount { return h.once() * ledger.Amount(h.rounds) }

// file is the roster's file as a township hands it in.
func (h *household) file(measure string) []byte {
	var out strings.Builder
	out.WriteString("姓名,身份证号,一卡通账号,村代码,村民小组,户号,数量,计量单位,补助标准\n")
	for i, p := range h.people {
		fmt.Fprintf(&out, "%s,%s,%s,%s,第%c组,%d,%d,%s,%s\n", p.name, p.id, p.card, p.village, []rune(digitsZH)[1+i%9], i+1, h.counts(i), measure, h.standard)
	}
	return []byte(out.String())
}

// payHouseholds is the way of what is paid by card: notice before, roster, notice
// N8, batches, results, refused rows corrected and issued again.
func (b *builder) payHouseholds(it *item) {
	b.on(date(Year, 2, 24).AddDays(it.shift), func() { b.step(it, projects.EventPrePost, true) })
	if it.house.kind == projects.RosterSubsidy {
		b.loans(it)
	}
	for round := range it.house.rounds {
		b.payRoster(it, round, date(Year, 3, 24+4*(it.no%2)).AddDays(it.shift+200*round))
	}
}

// payRoster is one roster from its file to the last card.
func (b *builder) payRoster(it *item, round int, on ledger.Date) {
	h, code := it.house, fmt.Sprintf("MC-%03d-%d", it.no+1, round+1)
	owner := b.ownerOf(it)
	b.on(on, func() {
		b.as(owner, "roster.create", projects.RosterCmd{
			Code: code, Name: it.title + "名册", Kind: h.kind, Project: it.code, Programme: fmt.Sprintf("%s-%d", it.title, round+1), Year: Year, Measure: it.measure,
			Policy: "样例补助办法〔2025〕1号", FileName: code + ".csv", File: h.file(it.measure),
		})
		b.run("roster.commit", projects.CommitCmd{Code: code, Date: b.today})
		b.as(owner, "project.post_notice", projects.PostNoticeCmd{
			Project: it.code, Type: "N8", Subject: code, From: b.today, To: b.today.AddDays(10), Evidence: paper("%s N8", code),
		})
	})
	b.on(on.AddDays(12), func() {
		b.run("roster.confirm", projects.ConfirmCmd{Code: code, Date: b.today})
		if h.objected {
			b.run("roster.block_row", projects.LineCmd{Code: code, Line: 2, Decision: "样例异议受理1号"})
		}
	})
	first, renewed := on.AddDays(15), bankCard(500_000+1000*it.no+round)
	b.batch(it, payments.BatchCmd{Code: "YK" + code[2:], Roster: code}, first, h.trouble)
	switch {
	case h.struck:
		b.on(first.AddDays(8), func() {
			b.run("roster.strike", projects.StrikeCmd{Code: code, Lines: []int{h.trouble}, Date: b.today, Decision: "样例取消资格1号"})
			h.people[h.trouble-1].card = renewed // the bank has closed the old one
		})
	case h.trouble > 0:
		b.on(first.AddDays(7), func() {
			b.as(owner, "roster.correct", projects.CorrectCmd{Code: code, Document: "样例更正1号", Rows: []projects.CardFix{
				{Line: h.trouble, ID: h.people[h.trouble-1].id, Card: renewed},
			}})
			h.people[h.trouble-1].card = renewed // for the rounds that follow
		})
		b.batch(it, payments.BatchCmd{Code: "YK" + code[2:] + "-R", Roster: code, Reissues: "YK" + code[2:]}, first.AddDays(8), 0)
	}
	if h.objected {
		b.on(first.AddDays(14), func() {
			b.run("roster.release_row", projects.LineCmd{Code: code, Line: 2, Decision: "样例异议答复1号"})
		})
		b.batch(it, payments.BatchCmd{Code: "YK" + code[2:] + "-Y", Roster: code, Lines: []int{2}}, first.AddDays(16), 0)
	}
}

// batch pays rows by card: made, checked, frozen, sent, approved on one day, paid out
// on the next, answered two days later. refused is the row that the bank sends back.
func (b *builder) batch(it *item, c payments.BatchCmd, on ledger.Date, refused int) {
	owner := b.ownerOf(it)
	if it.inTown {
		c.Book = ledger.Book(it.unit)
	}
	b.on(on, func() {
		b.as(owner, "batch.create", c)
		b.as(owner, "batch.check", payments.BatchStepCmd{Code: c.Code})
		b.as(owner, "batch.freeze", payments.BatchStepCmd{Code: c.Code})
		b.as(owner, "batch.send", payments.BatchStepCmd{Code: c.Code, Note: "样例"})
		b.run("batch.approve", payments.BatchDateCmd{Code: c.Code, Date: b.today})
	})
	b.on(on.AddDays(1), func() {
		b.as(owner, "batch.export", payments.ExportCmd{Code: c.Code})
		b.as(owner, "batch.pay_out", payments.BatchDateCmd{Code: c.Code, Date: b.today})
	})
	b.on(on.AddDays(3), func() {
		file, err := b.bankAnswer(c.Code, refused)
		if err != nil {
			b.err = err
			return
		}
		b.as(owner, "batch.result", payments.ResultCmd{Code: c.Code, Date: b.today, FileName: c.Code + "-result.csv", File: file})
	})
}

// bankAnswer is what a bank would answer to a batch's file.
func (b *builder) bankAnswer(batch string, refused int) ([]byte, error) {
	file, err := b.app.BankFile(b.ctx, finance, County, batch)
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	out.WriteString("批次,序号,账号,金额,结果,原因\n")
	lines := strings.Split(strings.TrimSpace(string(file)), "\r\n")
	for _, line := range lines[1:] {
		f := strings.Split(line, ",")
		switch {
		case f[0] == "合计":
			fmt.Fprintf(&out, "合计,%s,,%s,,\n", f[1], f[4])
		case f[1] == fmt.Sprint(refused):
			fmt.Fprintf(&out, "%s,%s,%s,%s,失败,该账户已销户\n", f[0], f[1], f[3], f[4])
		default:
			fmt.Fprintf(&out, "%s,%s,%s,%s,成功,\n", f[0], f[1], f[3], f[4])
		}
	}
	return []byte(out.String()), nil
}

// loans registers the small loans of a subsidy's people, a few of them.
func (b *builder) loans(it *item) {
	b.on(date(Year, 3, 3), func() {
		for i := range min(20, len(it.house.people)) {
			b.run("loan.register", projects.LoanRegisterCmd{
				Code: fmt.Sprintf("DK-%03d", i+1), Borrower: paper("借款人 %d", i), Bank: "样例农商行", Village: it.house.people[i].village,
				Purpose: "脐橙种植（样例）", Principal: wan(3 + i%3), From: date(Year-1, 4, 1), Due: date(Year+1, 4, 1), Rate: 43_500, Base: 43_500,
				Document: fmt.Sprintf("样例借款合同%03d", i+1),
			})
		}
		b.run("loan.renew", projects.LoanRenewCmd{
			Code: "DK-001", Kind: "extension", Due: date(Year+1, 10, 1), Rate: 43_500, Base: 43_500, Subsidy: false, Document: "样例展期协议001",
		})
	})
	b.on(date(Year, 9, 2), func() {
		b.run("loan.repay", projects.LoanRepayCmd{Code: "DK-002", On: b.today, Amount: wan(1)})
	})
}

// householdsOf lists the items that are paid by card.
func (b *builder) householdsOf() []*item {
	return slices.DeleteFunc(slices.Clone(b.items), func(it *item) bool { return it.house == nil })
}
