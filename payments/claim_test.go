package payments

import (
	"errors"
	"testing"

	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/projects"
)

// TestEveryStateAndEventOfAClaim tries every pair, in both modes, against the
// matrix below: one row per state, one letter per event.
func TestEveryStateAndEventOfAClaim(t *testing.T) {
	t.Parallel()
	events := []claimEvent{evReview, evAccept, evReturn, evWithdraw, evRequest, evPay, evVoid, evUnpay, evDisallow, evApprove, evPaidBack, evRevoke}
	for mode, rows := range map[string]map[ClaimState]string{
		ModeCounty: {
			ClaimSubmitted: "x.xx........", ClaimReviewed: ".xxx........", ClaimAccepted: "....x......x", ClaimReturned: "............",
			ClaimWithdrawn: "............", ClaimRequested: "....xxx.....", ClaimPartPaid: "....xxxx....", ClaimPaid: ".......x....", ClaimApproved: "............",
		},
		ModeTownship: {
			ClaimSubmitted: "x.xx........", ClaimReviewed: "..xxx.......", ClaimAccepted: "............", ClaimReturned: "............",
			ClaimWithdrawn: "............", ClaimRequested: "....xxx.....", ClaimPartPaid: "....xxxx....", ClaimPaid: ".......xxxx.", ClaimApproved: "..........xx",
		},
	} {
		for state, row := range rows {
			for i, e := range events {
				c := Claim{Code: "B1", Mode: mode, State: state}
				err := c.may(e)
				if allowed := row[i] == 'x'; allowed != (err == nil) || !allowed && !errors.Is(err, ErrClaimState) {
					t.Errorf("%s, %s × %s: %v, want allowed %v", mode, state, e, err, allowed)
				}
			}
		}
	}
}

func contractH1() projects.Contract {
	return projects.Contract{
		Code: "H1", Kind: "works", State: projects.ContractStarted, Payee: "甲公司", Unit: "水利局", SignedOn: testDay("2026-03-01"), Amount: yuan("1000.00"),
		Projects: []projects.ProjectPart{{Project: "J1", Amount: yuan("600.00")}, {Project: "J2", Amount: yuan("400.00")}},
		Terms:    projects.Terms{AdvanceBP: 4000, RetentionBP: 500, WageBP: 2000},
	}
}

func submissionOf(k projects.Contract) submission {
	return submission{contract: k, today: today, standing: standing{
		committed: map[string]ledger.Amount{"J1": yuan("500.00"), "J2": yuan("400.00")}, advanced: map[string]ledger.Amount{"J1": yuan("100.00")},
		retained: map[string]ledger.Amount{"J1": yuan("3.00")},
	}}
}

func progressOf(amount, offset string) ClaimCmd {
	return ClaimCmd{
		Code: "B1", Kind: ClaimProgress, Mode: ModeCounty, Contract: "H1", Date: testDay("2026-05-01"),
		Parts: []ClaimPart{{Project: "J1", Amount: yuan(amount), Offset: yuan(offset)}},
	}
}

func TestAClaimKeepsBackWhatPolicyPermits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(k *projects.Contract, c *ClaimCmd)
		want   string
	}{
		"policy caps the terms":        {func(*projects.Contract, *ClaimCmd) {}, "6.00"},
		"older contracts may keep 10%": {func(k *projects.Contract, _ *ClaimCmd) { k.SignedOn = testDay("2017-06-30") }, "10.00"},
		"a guarantee instead":          {func(k *projects.Contract, _ *ClaimCmd) { k.Guarantee = yuan("30.00") }, "0.00"},
		"cut to whole fen":             {func(_ *projects.Contract, c *ClaimCmd) { c.Parts[0].Amount = yuan("0.99") }, "0.02"},
		"nothing of an advance":        {func(_ *projects.Contract, c *ClaimCmd) { c.Kind = ClaimAdvance }, "0.00"},
	} {
		k, cmd := contractH1(), progressOf("200.00", "0.00")
		c.change(&k, &cmd)
		s := submissionOf(k)
		got, err := cmd.decide(&s)
		if err != nil || got.Retention != yuan(c.want) {
			t.Errorf("%s: kept back %s, %v, want %s", name, got.Retention, err, c.want)
		}
	}
}

func TestClaimsThatAreRefused(t *testing.T) {
	t.Parallel()
	acceptance := Evidence{Type: DocAcceptance, Title: "验收表", Date: testDay("2026-04-30"), Quantity: "3 公里", Passed: true, Amount: yuan("200.00")}
	for name, c := range map[string]struct {
		change func(c *ClaimCmd, s *submission)
		want   *fault.Error
	}{
		"dated after today":          {func(c *ClaimCmd, _ *submission) { c.Date = today + 1 }, ErrClaim},
		"before the contract":        {func(c *ClaimCmd, _ *submission) { c.Date = testDay("2026-02-28") }, ErrClaimSequence},
		"a terminated contract":      {func(_ *ClaimCmd, s *submission) { s.contract.State = projects.ContractTerminated }, ErrClaim},
		"a project not of it":        {func(c *ClaimCmd, _ *submission) { c.Parts[0].Project = "J3" }, ErrClaim},
		"a project twice":            {func(c *ClaimCmd, _ *submission) { c.Parts = append(c.Parts, c.Parts[0]) }, ErrClaim},
		"nothing":                    {func(c *ClaimCmd, _ *submission) { c.Parts[0].Amount = 0 }, ErrClaim},
		"negative":                   {func(c *ClaimCmd, _ *submission) { c.Parts[0].Amount = -1 }, ErrClaim},
		"retention given":            {func(c *ClaimCmd, _ *submission) { c.Parts[0].Retention = 1 }, ErrClaim},
		"set-off of an advance":      {func(c *ClaimCmd, _ *submission) { c.Kind, c.Parts[0].Offset = ClaimAdvance, 1 }, ErrClaim},
		"more set off than advanced": {func(c *ClaimCmd, _ *submission) { c.Parts[0].Offset = yuan("100.01") }, ErrClaim},
		"set-off eats the retention": {func(c *ClaimCmd, _ *submission) {
			c.Parts[0].Amount = yuan("100.00")
			c.Parts[0].Offset = yuan("97.01")
		}, ErrClaim},
		"a fen beyond the contract": {func(c *ClaimCmd, _ *submission) { c.Parts[0].Amount = yuan("500.01") }, ErrClaimBeyond},
		"beyond with what waits": {func(c *ClaimCmd, s *submission) {
			s.standing.claims = []Claim{{Code: "B0", Kind: ClaimProgress, Mode: ModeCounty, State: ClaimSubmitted, Parts: []ClaimPart{{Project: "J1", Amount: yuan("300.01")}}}}
		}, ErrClaimBeyond},
		"after the final claim": {func(_ *ClaimCmd, s *submission) {
			s.standing.claims = []Claim{{Code: "B0", Kind: ClaimFinal, State: ClaimPaid}}
		}, ErrClaim},
		"final leaves an advance":           {func(c *ClaimCmd, _ *submission) { c.Kind = ClaimFinal }, ErrClaim},
		"a fee outside its contract":        {func(c *ClaimCmd, _ *submission) { c.Kind = ClaimFee }, ErrClaim},
		"a county's contract by a township": {func(c *ClaimCmd, _ *submission) { c.Mode = ModeTownship }, ErrClaim},
		"another township's":                {func(_ *ClaimCmd, s *submission) { s.unit = "长沙乡" }, ErrNotOwn},
		"more retention than kept":          {func(c *ClaimCmd, _ *submission) { c.Kind, c.Parts[0].Amount = ClaimRetention, yuan("3.01") }, ErrClaimBeyond},
		"advance beyond policy":             {func(c *ClaimCmd, _ *submission) { c.Kind, c.Parts[0].Amount = ClaimAdvance, yuan("300.01") }, ErrAdvance},
		"advance beyond the terms":          {func(c *ClaimCmd, s *submission) { c.Kind, s.contract.Terms.AdvanceBP = ClaimAdvance, 1999 }, ErrAdvance},
		"advances together": {func(c *ClaimCmd, s *submission) {
			c.Kind = ClaimAdvance
			s.standing.claims = []Claim{{Code: "B0", Kind: ClaimAdvance, State: ClaimPaid, Amount: yuan("100.01"), Lots: []ClaimLot{{Project: "J1", Requested: yuan("100.01")}}}}
		}, ErrAdvance},
		"wages below the terms":       {func(c *ClaimCmd, _ *submission) { c.Wage = yuan("38.79") }, ErrClaim},
		"wages beyond the claim":      {func(c *ClaimCmd, _ *submission) { c.Wage = yuan("194.01") }, ErrClaim},
		"acceptance after it":         {func(_ *ClaimCmd, s *submission) { s.docs[0].Date = testDay("2026-05-02") }, ErrClaimSequence},
		"acceptance says no quantity": {func(_ *ClaimCmd, s *submission) { s.docs[0].Quantity = "" }, ErrClaimSequence},
		"acceptance failed":           {func(_ *ClaimCmd, s *submission) { s.docs[0].Passed = false }, ErrClaimSequence},
		"invoices above acceptance": {func(c *ClaimCmd, s *submission) {
			s.docs[0].Amount = yuan("199.99")
			c.Invoices = []InvoiceUse{{Draw: yuan("200.00")}}
		}, ErrClaimSequence},
		"invoices above the claim":  {func(c *ClaimCmd, _ *submission) { c.Invoices = []InvoiceUse{{Draw: yuan("200.01")}} }, ErrClaimSequence},
		"paper of another contract": {func(_ *ClaimCmd, s *submission) { s.docs[0].Contract = "H9" }, ErrClaim},
	} {
		cmd, s := progressOf("200.00", "0.00"), submissionOf(contractH1())
		s.docs = []Evidence{acceptance}
		if _, err := cmd.decide(&s); err != nil {
			t.Fatalf("the good claim: %v", err)
		}
		c.change(&cmd, &s)
		if _, err := cmd.decide(&s); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want.Code)
		}
	}
}

func TestAnOpinionNeedsItsSignature(t *testing.T) {
	t.Parallel()
	c := Claim{Code: "B1", Mode: ModeCounty, State: ClaimSubmitted, Date: testDay("2026-05-01")}
	good := ReviewCmd{Claim: "B1", Opinion: "同意", Signer: "张某", On: c.Date}
	if err := c.review(&good, today); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(r *ReviewCmd){
		"no opinion":       func(r *ReviewCmd) { r.Opinion = "" },
		"no signature":     func(r *ReviewCmd) { r.Signer = "" },
		"before the claim": func(r *ReviewCmd) { r.On-- },
		"after today":      func(r *ReviewCmd) { r.On = today + 1 },
	} {
		bad := good
		if change(&bad); !errors.Is(c.review(&bad, today), ErrClaimSequence) {
			t.Errorf("%s: %v", name, c.review(&bad, today))
		}
	}
}

func TestPayByDates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		due       string
		days      int
		pay, wage string
	}{
		{"2026-05-01", 0, "2026-05-31", "2026-05-31"},
		{"2026-05-01", 20, "2026-05-21", "2026-05-21"},
		{"2026-05-01", 90, "2026-06-30", "2026-05-31"},
		{"2025-05-31", 90, "2025-08-29", "2025-06-30"},
	} {
		k := projects.Contract{Terms: projects.Terms{PayDays: c.days}}
		pay, wage, err := payBy(testDay(c.due), &k, nil)
		if err != nil || pay != testDay(c.pay) || wage != testDay(c.wage) {
			t.Errorf("due %s, %d days: %s, wages %s, %v", c.due, c.days, pay, wage, err)
		}
	}
	c := Claim{State: ClaimAccepted, Amount: 100, PayBy: testDay("2026-05-31"), WageBy: testDay("2026-05-20"), Wage: 10}
	if c.Overdue(testDay("2026-05-20")) || !c.Overdue(testDay("2026-05-21")) || !c.Overdue(testDay("2026-06-01")) {
		t.Error("wages are overdue from the day after their date")
	}
	if c.WagePaid = 10; c.Overdue(testDay("2026-05-31")) || !c.Overdue(testDay("2026-06-01")) {
		t.Error("the rest is overdue from the day after its date")
	}
	if c.Paid = 100; c.Overdue(testDay("2026-06-01")) {
		t.Error("what is paid is not overdue")
	}
}

func TestPolicyValuesAreHeldToTheirRange(t *testing.T) {
	t.Parallel()
	for _, v := range []string{"", "x", "-1", "10001", "3.5"} {
		set := paySet{{Name: policyAdvanceMax, Value: v, ValidFrom: testDay("2026-01-01")}}
		if _, _, err := set.on(policyAdvanceMax, today); !errors.Is(err, ErrPolicyValue) {
			t.Errorf("%q: %v", v, err)
		}
	}
	set := paySet{{Name: policyAdvanceMax, Value: "4000", ValidFrom: testDay("2026-06-15"), Basis: "县办法"}}
	if v, basis, err := set.on(policyAdvanceMax, today); v != 4000 || basis != "县办法" || err != nil {
		t.Errorf("on its day: %d %s %v", v, basis, err)
	}
	if v, _, err := set.on(policyAdvanceMax, today-1); v != 3000 || err != nil {
		t.Errorf("the day before: %d %v", v, err)
	}
}

func TestChecklistSaysWhatIsThereAndWhatLacks(t *testing.T) {
	t.Parallel()
	have := []Evidence{{Type: DocClaimForm, Digest: ledger.Digest{1}}, {Type: DocInvoice, Digest: ledger.Digest{2}}, {Type: DocInvoice, Digest: ledger.Digest{3}}}
	for _, c := range []struct {
		ask  Ask
		lack []DocType
	}{
		{Ask{ModeCounty, "works", "progress", today}, []DocType{DocExpense, DocMeasurement}},
		{Ask{ModeCounty, "goods", "progress", today}, []DocType{DocExpense, DocDelivery}},
		{Ask{ModeTownship, "works", "progress", today}, []DocType{DocExpense, DocMeasurement, DocApproval}},
		{Ask{ModeCounty, "works", "retention", today}, []DocType{DocDefectCheck}},
		{Ask{ModeCounty, "works", StageAfter, today}, []DocType{DocHandover, DocUpkeep}},
	} {
		items := Checklist(c.ask, have)
		if got := lacking(items); docList(got) != docList(c.lack) {
			t.Errorf("%+v lacks %v, want %v", c.ask, got, c.lack)
		}
	}
	text := ChecklistText(Checklist(Ask{ModeCounty, "works", "progress", today}, have))
	want := "有　报账单（1 份）\n缺　费用明细表（必备）\n有　发票（收据）（2 份）\n缺　计量单（必备）\n无　工资表（可选）\n无　前中后照片（可选）\n无　验收表（可选）\n"
	if text != want {
		t.Errorf("text\n%swant\n%s", text, want)
	}
	for i := range requirements {
		if r := &requirements[i]; r.Doc.Chinese() == "" || r.Basis == "" {
			t.Errorf("row %+v has no name or basis", *r)
		}
	}
}

func TestEvidenceThatIsRefused(t *testing.T) {
	t.Parallel()
	good := EvidenceCmd{Type: DocInvoice, Title: "发票", Date: today, Pages: 1, Size: MaxEvidence}
	if _, err := good.evidence(today, ""); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(c *EvidenceCmd)
		want   *fault.Error
	}{
		"no such kind":   {func(c *EvidenceCmd) { c.Type = "letter" }, ErrEvidence},
		"a byte too big": {func(c *EvidenceCmd) { c.Size++ }, ErrEvidenceSize},
		"of tomorrow":    {func(c *EvidenceCmd) { c.Date++ }, ErrEvidence},
		"below zero":     {func(c *EvidenceCmd) { c.Amount = -1 }, ErrEvidence},
	} {
		bad := good
		c.change(&bad)
		if _, err := bad.evidence(today, ""); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
