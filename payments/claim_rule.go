package payments

import (
	"fundbook/ledger"
	"fundbook/projects"
)

// ClaimCmd submits a claim with its whole content. Retention is computed from the
// contract and policy, never given.
type ClaimCmd struct {
	Code      string          `json:"code" validate:"required,max=64"`
	Kind      ClaimKind       `json:"kind" validate:"required,oneof=advance progress final retention fee emergency other repair released opening"`
	Mode      string          `json:"mode" validate:"required,oneof=county township"`
	Contract  string          `json:"contract" validate:"required,max=64"`
	Payee     string          `json:"payee,omitempty" validate:"max=64"` // of a repair: who made it; else the contract's
	Date      ledger.Date     `json:"date" validate:"required"`
	Parts     []ClaimPart     `json:"parts" validate:"required,min=1,max=50,dive"`
	Wage      ledger.Amount   `json:"wage,omitempty"`
	Documents []ledger.Digest `json:"documents" validate:"max=100"`
	Invoices  []InvoiceUse    `json:"invoices,omitempty" validate:"max=100,dive"`
	Decision  string          `json:"decision,omitempty" validate:"max=80"`
	Memo      string          `json:"memo,omitempty" validate:"max=120"`
}

// standing is what payments know of a contract when a claim comes: its other
// claims, and what the ledger holds per project.
type standing struct {
	claims    []Claim
	committed map[string]ledger.Amount // 7202
	advanced  map[string]ledger.Amount // 1201
	retained  map[string]ledger.Amount // 2003
}

// submission is all that decides about a claim.
type submission struct {
	contract projects.Contract
	docs     []Evidence
	standing standing
	due      map[dueAt]ledger.Amount // of claims for what stands due
	policies paySet
	today    ledger.Date
	unit     string // township of the account
}

// decide refuses a claim or returns it as submitted (DOMAIN 2.2, 2.3).
func (c *ClaimCmd) decide(s *submission) (Claim, error) {
	k := &s.contract
	payee, err := c.payeeOf(k)
	if err != nil {
		return Claim{}, err
	}
	out := Claim{
		Code: c.Code, Kind: c.Kind, Mode: c.Mode, State: ClaimSubmitted, Contract: c.Contract, Payee: payee, Unit: k.Unit, Town: k.Town,
		Date: c.Date, Wage: c.Wage, Documents: c.Documents, Decision: c.Decision, Memo: c.Memo,
	}
	if err := c.checkScope(s); err != nil {
		return Claim{}, err
	}
	if err := c.measure(&out, s); err != nil {
		return Claim{}, err
	}
	if err := s.standing.check(&out); err != nil {
		return Claim{}, err
	}
	switch {
	case c.Kind == ClaimAdvance:
		err = s.checkAdvance(&out)
	case c.Kind.standsDue():
		err = s.checkDue(&out)
	}
	if err != nil {
		return Claim{}, err
	}
	if err := out.checkWage(k.Terms.WageBP); err != nil {
		return Claim{}, err
	}
	out.readPapers(k.Kind, s.docs)
	return out, out.checkSequence(s.docs, c.Invoices)
}

// checkOwner holds a township's claim to its own contracts.
func (c *ClaimCmd) checkOwner(s *submission) error {
	if k := &s.contract; s.unit != "" && k.Town != s.unit {
		return ErrNotOwn.With("合同 %s 属 %s，账户属 %s", k.Code, orCounty(k.Town), s.unit)
	}
	return nil
}

// checkScope holds a claim to the township's own contracts, to contracts that
// can still be paid, and to today.
func (c *ClaimCmd) checkScope(s *submission) error {
	if err := c.checkOwner(s); err != nil {
		return err
	}
	k := &s.contract
	switch {
	case c.Mode == ModeTownship && k.Town == "":
		return ErrClaim.With("合同 %s 由县级实施，不能按乡级报账；请改按县级报账", k.Code)
	case c.Mode == ModeTownship && (c.Kind == ClaimFee || c.Kind == ClaimEmergency):
		return ErrClaim.With("%s 只按县级报账", c.Kind)
	case c.Date > s.today:
		return ErrClaim.With("报账日期 %s 晚于今天 %s", c.Date, s.today)
	case c.Date < k.SignedOn:
		return ErrClaimSequence.With("报账日期 %s 早于合同 %s 的签订日期 %s", c.Date, k.Code, k.SignedOn)
	case k.State == projects.ContractTerminated || k.State == projects.ContractClosed:
		return ErrClaim.With("合同 %s 已为 %s，不再报账", k.Code, k.State)
	case c.Kind != ClaimOpening && (c.Kind == ClaimFee) != (k.Kind == "fee"):
		return ErrClaim.With("合同 %s 的类别是 %s，报账类别是 %s；管理费只在管理费合同下报账", k.Code, k.Kind, c.Kind)
	}
	return nil
}

func orCounty(town string) string {
	if town == "" {
		return "县级"
	}
	return town
}

// measure adds up the claim and computes what is kept back.
func (c *ClaimCmd) measure(out *Claim, s *submission) error {
	bp, err := s.retentionBP(c.Kind)
	if err != nil {
		return err
	}
	plain := c.Kind == ClaimAdvance || c.Kind == ClaimRetention || c.Kind == ClaimFee || c.Kind.standsDue()
	seen := map[string]bool{}
	for _, p := range c.Parts {
		switch {
		case seen[p.Project]:
			return ErrClaim.With("项目 %s 列了两次", p.Project)
		case !covers(&s.contract, p.Project):
			return ErrClaim.With("合同 %s 不含项目 %s", c.Contract, p.Project)
		case p.Amount <= 0 || p.Amount > ledger.MaxLine:
			return ErrClaim.With("项目 %s：金额 %s 须大于零", p.Project, p.Amount)
		case p.Retention != 0:
			return ErrClaim.With("项目 %s：质保金按合同与政策计算，不填", p.Project)
		case p.Offset < 0 || plain && p.Offset != 0:
			return ErrClaim.With("项目 %s：冲抵预付 %s 不能填列", p.Project, p.Offset)
		}
		seen[p.Project] = true
		p.Retention = share(p.Amount, bp)
		if p.Offset > p.Amount-p.Retention {
			return ErrClaim.With("项目 %s：冲抵 %s 超过计量 %s 减质保金 %s；请减少冲抵", p.Project, p.Offset, p.Amount, p.Retention)
		}
		out.Parts = append(out.Parts, p)
		out.Amount += p.Amount
		out.Offset += p.Offset
		out.Retention += p.Retention
	}
	return nil
}

// retentionBP is the rate kept back: what the parties agreed, not above policy of
// the day of signing, nothing where a guarantee stands in its place (DOMAIN 2.3).
func (s *submission) retentionBP(kind ClaimKind) (int, error) {
	if kind != ClaimProgress && kind != ClaimFinal || s.contract.Guarantee > 0 {
		return 0, nil
	}
	limit, _, err := s.policies.on(policyRetentionMax, s.contract.SignedOn)
	return min(s.contract.Terms.RetentionBP, limit), err
}

func covers(k *projects.Contract, project string) bool {
	for i := range k.Projects {
		if k.Projects[i].Project == project {
			return true
		}
	}
	return false
}

// check refuses what the ledger cannot bear or another claim already asks for.
func (st *standing) check(c *Claim) error {
	for i := range st.claims {
		o := &st.claims[i]
		switch {
		case o.dead():
		case o.Kind == ClaimFinal && (c.Kind == ClaimProgress || c.Kind == ClaimFinal || c.Kind == ClaimAdvance):
			return ErrClaim.With("合同 %s 已有末次付款的报账单 %s；如有误请先退回或撤回", c.Contract, o.Code)
		case o.Kind == ClaimRetention && c.Kind == ClaimRetention && o.State != ClaimPaid:
			return ErrClaim.With("合同 %s 的质保金报账单 %s 尚未办结", c.Contract, o.Code)
		}
	}
	for _, p := range c.Parts {
		if err := st.checkPart(c, p); err != nil {
			return err
		}
	}
	return nil
}

func (st *standing) checkPart(c *Claim, p ClaimPart) error {
	committed, advanced, retained := st.committed[p.Project], st.advanced[p.Project], st.retained[p.Project]
	waiting := st.waiting(p.Project)
	where := "合同 " + c.Contract + " 项目 " + p.Project
	switch c.Kind {
	case ClaimRetention:
		if p.Amount > retained {
			return ErrClaimBeyond.With("%s：质保金余额 %s，报账 %s，超出 %s", where, retained, p.Amount, p.Amount-retained)
		}
		return nil
	case ClaimRepair, ClaimReleased, ClaimOpening:
		return nil // held to what stands due (checkDue)
	case ClaimAdvance, ClaimFee:
		advanced = 0
	case ClaimFinal:
		if due := min(advanced, p.Amount-p.Retention); p.Offset != due {
			return ErrClaim.With("%s：末次付款须冲清预付款，未冲 %s，本次应冲 %s，所填 %s", where, advanced, due, p.Offset)
		}
	default:
	}
	if p.Offset > advanced {
		return ErrClaim.With("%s：冲抵 %s 超过未冲预付 %s", where, p.Offset, advanced)
	}
	// The authority of what is set off was taken when the advance was paid.
	if need, have := p.Amount-p.Offset, committed-waiting; need > have {
		return ErrClaimBeyond.With("%s：本县资金承担的合同余额 %s，其中待办报账 %s，本次须 %s，超出 %s；自筹等其他资金不列入报账栏",
			where, committed, waiting, need, need-have)
	}
	return nil
}

// waiting is what claims that have not taken their authority yet ask of a project.
func (st *standing) waiting(project string) ledger.Amount {
	var sum ledger.Amount
	for i := range st.claims {
		if o := &st.claims[i]; !o.dead() && o.Kind != ClaimRetention && !o.Kind.standsDue() {
			sum += o.waiting(project)
		}
	}
	return sum
}

// waiting is what of the claim's part for a project still lies with the contract's
// commitment (7202).
func (c *Claim) waiting(project string) ledger.Amount {
	var asked, requested, kept ledger.Amount
	for _, p := range c.Parts {
		if p.Project == project {
			asked, kept = asked+p.Amount-p.Offset, kept+p.Retention
		}
	}
	for i := range c.Lots {
		if c.Lots[i].Project == project {
			requested += c.Lots[i].Requested
		}
	}
	switch {
	case c.Kind == ClaimAdvance:
		return max(asked-requested-c.Refunded, 0)
	case c.Mode == ModeCounty && len(c.Lots) > 0, c.State == ClaimApproved:
		return 0
	case c.Mode == ModeTownship && requested > 0: // what is kept back is taken on approval
		return kept
	default:
		return asked
	}
}

// checkAdvance holds all advances of a contract to its terms and to policy.
func (s *submission) checkAdvance(c *Claim) error {
	limit, basis, err := s.advanceLimit(c.Date)
	if err != nil {
		return err
	}
	before := s.standing.advances("")
	if total := before + c.Amount; total > limit {
		return ErrAdvance.With("合同 %s：约定 %s，上限 %s（%s），已报 %s，本次 %s，超出 %s",
			c.Contract, percent(s.contract.Terms.AdvanceBP), limit, basis, before, c.Amount, total-limit)
	}
	return nil
}

// advanceLimit is the greatest sum of advances under the contract.
func (s *submission) advanceLimit(day ledger.Date) (ledger.Amount, string, error) {
	most, basis, err := s.policies.on(policyAdvanceMax, day)
	return share(s.contract.Amount, min(s.contract.Terms.AdvanceBP, most)), basis, err
}

// advances adds up the advances claimed, but for one claim.
func (st *standing) advances(but string) ledger.Amount {
	var sum ledger.Amount
	for i := range st.claims {
		if o := &st.claims[i]; o.Kind == ClaimAdvance && !o.dead() && o.Code != but {
			sum += o.Amount - o.Refunded
		}
	}
	return sum
}

// checkWage holds the part for wages to the terms; what is not given is computed.
func (c *Claim) checkWage(bp int) error {
	least := share(c.Net(), bp)
	if c.Kind == ClaimRetention || c.Kind == ClaimFee || c.Kind.standsDue() {
		least = 0
	}
	switch {
	case c.Wage == 0:
		c.Wage = least
	case c.Wage < least:
		return ErrClaim.With("人工费 %s 低于约定的 %s（本次应付 %s 的 %s）", c.Wage, least, c.Net(), percent(bp))
	case c.Wage > c.Net():
		return ErrClaim.With("人工费 %s 超过本次应付 %s", c.Wage, c.Net())
	}
	return nil
}

// readPapers notes what the documents say: what lacks, what was measured,
// accepted and audited.
func (c *Claim) readPapers(category string, docs []Evidence) {
	items := Checklist(Ask{Mode: c.Mode, Category: category, Stage: string(c.Kind), Day: c.Date}, docs)
	c.Lacking = lacking(items)
	for i := range docs {
		switch docs[i].Type {
		case DocMeasurement, DocDelivery:
			c.Measured = true
		case DocAcceptance:
			c.Checked, c.Measured = max(c.Checked, docs[i].Date), true
		case DocAudit:
			c.Audited = true
		case DocSelfReport, DocSelfForm:
			c.SelfRated = true
		default:
		}
	}
}

// checkSequence holds the papers to their order (DOMAIN 2.2): an acceptance is not
// after the claim, states quantity and result, and bears the invoices.
func (c *Claim) checkSequence(docs []Evidence, uses []InvoiceUse) error {
	var accepted, drawn ledger.Amount
	for i := range uses {
		drawn += uses[i].Draw
	}
	for i := range docs {
		d := &docs[i]
		if d.Contract != "" && d.Contract != c.Contract {
			return ErrClaim.With("%s（%s）登记在合同 %s 名下", d.Title, d.Type.Chinese(), d.Contract)
		}
		if d.Type != DocAcceptance && d.Type != DocDelivery && d.Type != DocMeasurement {
			continue
		}
		if d.Date > c.Date {
			return ErrClaimSequence.With("%s日期 %s 晚于报账日期 %s；先验收（计量）后报账", d.Type.Chinese(), d.Date, c.Date)
		}
		if d.Type == DocMeasurement {
			continue
		}
		switch {
		case d.Quantity == "":
			return ErrClaimSequence.With("%s《%s》未载明数量", d.Type.Chinese(), d.Title)
		case !d.Passed:
			return ErrClaimSequence.With("%s《%s》未载明合格；不合格的须整改后再验收", d.Type.Chinese(), d.Title)
		}
		accepted += d.Amount
	}
	if drawn > c.Amount {
		return ErrClaimSequence.With("发票使用合计 %s 超过计量（报账）金额 %s", drawn, c.Amount)
	}
	if c.Kind == ClaimRepair && drawn < c.Amount {
		return ErrClaimSequence.With("第三方维修款 %s，发票使用合计 %s，差 %s；请附维修单位足额的发票", c.Amount, drawn, c.Amount-drawn)
	}
	if accepted > 0 && drawn > accepted {
		return ErrClaimSequence.With("验收金额 %s 小于发票使用合计 %s；验收与发票须相符", accepted, drawn)
	}
	return nil
}

// ReviewCmd signs the township's (department's) opinion on a claim.
type ReviewCmd struct {
	Claim   string      `json:"claim" validate:"required,max=80"`
	Opinion string      `json:"opinion" validate:"max=200"`
	Signer  string      `json:"signer" validate:"max=40"`
	On      ledger.Date `json:"on" validate:"required"`
}

// review decides about an opinion: opinion and signature both, not before the
// claim (DOMAIN 2.2).
func (c *Claim) review(r *ReviewCmd, today ledger.Date) error {
	if err := c.may(evReview); err != nil {
		return err
	}
	switch {
	case r.Opinion == "" || r.Signer == "":
		return ErrClaimSequence.With("报账单 %s：意见和签字缺一不可（意见 %q，签字 %q）", c.Code, r.Opinion, r.Signer)
	case r.On < c.Date:
		return ErrClaimSequence.With("报账单 %s：意见日期 %s 早于报账日期 %s", c.Code, r.On, c.Date)
	case r.On > today:
		return ErrClaimSequence.With("报账单 %s：意见日期 %s 晚于今天 %s", c.Code, r.On, today)
	}
	return nil
}

// payBy returns the days by which a claim that is due on a day must be paid, and
// its wages (DOMAIN 2.3).
func payBy(due ledger.Date, k *projects.Contract, ps paySet) (pay, wage ledger.Date, err error) {
	days, _, err := ps.on(policyPayDays, due)
	if err != nil {
		return 0, 0, err
	}
	if k.Terms.PayDays > 0 {
		days = k.Terms.PayDays
	}
	most, _, err := ps.on(policyPayDaysMax, due)
	if err != nil {
		return 0, 0, err
	}
	month, _, err := ps.on(policyWageDays, due)
	if err != nil {
		return 0, 0, err
	}
	days = min(days, most)
	return due.AddDays(days), due.AddDays(min(days, month)), nil
}
