package intake

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fundbook/internal/region"
	"fundbook/internal/translog"
	"fundbook/ledger"
)

// Plan (入账方案) is what a notice will do to the ledger of its county.
type Plan struct {
	// County is the division code of the publishing unit, or its local code X-….
	County, CountyName string
	// Document is what the log will keep; its findings are those of the plan.
	Document Document
	// Lots are the lots in order of the sources, without identifiers.
	Lots     []ledger.Lot
	Moves    []Move
	Controls []Control
}

// Move (拟记凭证) is one business event of the plan: E01 for a source, E04 for a line.
type Move struct {
	Event ledger.EventCode
	Into  ledger.Code // E04: 7103, 7104, 7105 or 7106
	Unit  string      // "" for 7106
	Memo  string
	Row   int // of the source or the line in its file
	Parts []Share
	Draw  ledger.DrawMode // the rule by which the parts were computed, or ""
}

// Share is what one lot of the plan contributes to a move.
type Share struct {
	Lot      int // index in Plan.Lots
	Amount   ledger.Amount
	Note     string
	Inferred bool // 推定: no document states this split
}

// Refused reports whether the notice is not posted: whether any finding is an
// error.
func (p *Plan) Refused() bool {
	for i := range p.Document.Findings {
		if p.Document.Findings[i].Severity == Error {
			return true
		}
	}
	return false
}

// Reason returns the first finding that refuses the notice, and whether there is
// one.
func (p *Plan) Reason() (Finding, bool) {
	for _, f := range p.Document.Findings {
		if f.Severity == Error {
			return f, true
		}
	}
	return Finding{}, false
}

// NewPlan plans a notice. places are the divisions of its county, nil when they
// are not known: townships then go by their printed names.
func NewPlan(n *Notice, places *region.Set) Plan {
	p := planner{n: n, places: places}
	p.plan.County, p.plan.CountyName = n.county(), n.Unit
	p.checkNotice()
	p.checkBlanks()
	p.plan.Controls = n.controls()
	p.checkControls()
	tiers := p.readTiers()
	p.checkSources()
	p.checkLines()
	if !p.refused {
		p.plan.Lots = p.lots(tiers)
		p.postSources()
		p.postLines()
	}
	if p.refused {
		p.plan.Lots, p.plan.Moves = nil, nil
	}
	p.checkNumbers()
	p.addRest()
	p.plan.Document.Notice = n.content()
	return p.plan
}

// planner collects the plan of one notice.
type planner struct {
	n       *Notice
	places  *region.Set
	plan    Plan
	refused bool
	tiers   []ledger.Tier
	// lotOf is the index of the lot that each source became, -1 for none; rest is
	// what of each lot no line has taken yet.
	lotOf []int
	rest  []ledger.Amount
	same  map[FindingCode]int
	drawn int // shares drawn so far
}

// maxSame is how many findings of one code a notice keeps; the rest are counted.
const maxSame = 500

func (p *planner) add(fs ...Finding) {
	for _, f := range fs {
		p.refused = p.refused || f.Severity == Error
		if p.same == nil {
			p.same = map[FindingCode]int{}
		}
		if p.same[f.Code]++; p.same[f.Code] <= maxSame {
			p.plan.Document.Findings = append(p.plan.Document.Findings, f)
		}
	}
}

// addRest says how many findings were not listed.
func (p *planner) addRest() {
	codes := slices.Sorted(maps.Keys(p.same))
	for _, c := range codes {
		if n := p.same[c]; n > maxSame {
			p.plan.Document.Findings = append(p.plan.Document.Findings,
				find(c, Info, p.n.at("")).say("此类共 %d 处，只列出前 %d 处", n, maxSame))
		}
	}
}

// content is the notice as the log keeps it: without what is the transcriber's.
func (n *Notice) content() Notice {
	c := *n
	c.Use, c.Layout, c.Oddities, c.Checks = "", "", "", nil
	return c
}

var sixDigits = regexp.MustCompile(`^[0-9]{6}$`)

// county is whose book the notice goes into: the division code of the publishing unit
// (of its county, where the code is that of a township or village), or a local
// code made of its province and name.
func (n *Notice) county() string {
	code := squash(n.Division)
	if code == "" {
		return localCounty(n.Province, n.Unit)
	}
	if l := region.Code(code).Level(); l > region.County {
		code = code[:6]
	}
	return code
}

// checkNotice reports what is odd about the notice as a whole.
func (p *planner) checkNotice() {
	n := p.n
	if strings.Contains(n.Kind, "项目库") || strings.Contains(n.Title, "项目库") {
		p.add(find(LibraryTotals, Error, n.at("kind")).of(n.statedTotal()).
			say("%s：项目库是储备，不是到位资金；库内合计从不入账", n.Kind))
	}
	code := p.plan.County
	switch {
	case squash(n.Unit) == "":
		p.add(find(UnitMissing, Error, n.at("unit_name")).say("没有发布单位，不知入谁的账"))
	case n.Division == "":
		p.add(find(LocalCode, Info, n.at("division_code")).say("%s 没有区划代码，用本地代码 %s", n.Unit, code))
	case !sixDigits.MatchString(code) || code == "000000" || !translog.ValidCounty(code):
		p.add(find(DivisionInvalid, Error, n.at("division_code")).say("%s 不是区划代码", quoted(n.Division)))
	case len(n.Division) != 6:
		p.add(find(LocalCode, Info, n.at("division_code")).say("%s 不是县级代码，记入县 %s", n.Division, code))
	}
	if n.FundYear == "" {
		p.add(find(FundYearMissing, Error, n.at("fund_year")).say("批次须有预算年度，不由发布日期推断"))
	}
	p.checkDate()
	if c := n.Complete; c != "" && !strings.HasPrefix(c, "yes") {
		p.add(find(RowsIncomplete, Warning, n.at("rows_complete")).say("%s", clip(c)))
	}
	if strings.Contains(n.Kind, "累计") {
		p.add(find(Cumulative, Warning, n.at("kind")).of(n.statedTotal()).
			say("%s：截至某日的累计数，可能与同一单位的分批公告重复", n.Kind))
	}
	if n.Grade == "D" || strings.Contains(n.Issuer, "媒体") || strings.Contains(n.Kind, "报道") {
		p.add(find(NotOfficial, Warning, n.at("provenance_grade")).say("来源等级 %s，发布者 %s，请核对原件", n.Grade, n.Issuer))
	}
	if n.Oddities != "" {
		p.add(find(Remark, Info, n.at("oddities")).say("%s", clipTo(n.Oddities, maxNote)))
	}
	p.checkTexts()
	p.checkSize()
}

// maxText is the most bytes of text that one notice may bring, so that its record
// stays within the limits of the log.
const maxText = 8 << 20

func (p *planner) checkSize() {
	size := 0
	count := func(cells []cell) {
		for _, c := range cells {
			size += len(*c.text)
		}
	}
	count(p.n.cells())
	for i := range p.n.Sources {
		count(p.n.Sources[i].cells())
	}
	for i := range p.n.Lines {
		count(p.n.Lines[i].cells())
	}
	if size > maxText {
		p.add(find(TooLarge, Error, p.n.at("")).say("文字共 %d 字节，上限 %d；请拆成几份公告", size, maxText))
	}
}

// statedTotal is the total that the notice states, 0 when it states none.
func (n *Notice) statedTotal() ledger.Amount {
	a, err := readWan(n.StatedTotal)
	if err != nil { // ReadDir has refused it
		return 0
	}
	return a
}

// checkDate reads the published date, which becomes the business date.
func (p *planner) checkDate() {
	n := p.n
	at := n.at("published")
	if n.Published == "" {
		p.add(find(DateMissing, Warning, at).say("业务日期按未列明登记"))
		return
	}
	day, err := ledger.ParseDateText(n.Published)
	if err != nil {
		p.add(find(DateIncomplete, Warning, at).say("%s；业务日期按未列明登记", err))
		return
	}
	p.plan.Document.PublishedOn = day
	fund := yearOf(n.FundYear)
	switch year := day.Year(); {
	case fund == 0 || year == fund:
	case year == fund-1:
		p.add(find(DateYear, Info, at).say("%s 发布，资金年度 %d（提前下达）", day, fund))
	default:
		p.add(find(DateYear, Warning, at).say("%s 发布，资金年度 %d", day, fund))
	}
}

// checkBlanks reports cells that are blank although the page fills the column in
// other rows. A blank may mean "as above", zero or forgotten: nothing is filled.
func (p *planner) checkBlanks() {
	n := p.n
	if n.Issuer == "" {
		p.add(find(Blank, Warning, n.at("issuer")).say("没有落款单位"))
	}
	for i := range n.Sources {
		s := &n.Sources[i]
		if s.Name == "" {
			p.add(find(Blank, Warning, s.at("source_name")).figured(s.Figure).say("来源第 %d 行没有资金名称", s.No))
		}
	}
	filled := map[string]bool{"project_name": true}
	for i := range n.Lines {
		for _, c := range n.Lines[i].cells() {
			filled[c.column] = filled[c.column] || *c.text != ""
		}
	}
	for _, column := range []string{
		"project_name", "group", "township", "village", "content", "fund_source_as_labelled", "responsible_unit",
	} {
		for i := range n.Lines {
			l := &n.Lines[i]
			for _, c := range l.cells() {
				if c.column == column && *c.text == "" && filled[column] {
					p.add(find(Blank, Warning, l.at(column)).figured(l.Figure).say("支出第 %d 行空白：同上、没有或漏填，未补", l.No))
				}
			}
		}
	}
}

// checkControls turns every total that does not hold into a finding.
func (p *planner) checkControls() {
	for i := range p.plan.Controls {
		k := &p.plan.Controls[i]
		if k.Result == Mismatch {
			p.add(find(ControlMismatch, Warning, p.n.Checks[i].at("stated")).say("%s：%s", k.Check, k.Detail))
		}
	}
}

// readTiers reads the label of every source.
func (p *planner) readTiers() []ledger.Tier {
	n := p.n
	p.tiers = make([]ledger.Tier, len(n.Sources))
	for i := range n.Sources {
		s := &n.Sources[i]
		t, known := n.readTier(s.Tier)
		p.tiers[i] = t
		at := s.at("tier_as_labelled")
		switch {
		case s.Tier == "":
			p.add(find(TierMissing, Warning, at).figured(s.Figure).say("来源第 %d 行没有层级，登记为未列明", s.No))
		case !known:
			p.add(find(TierUnknown, Warning, at).figured(s.Figure).say("%s 不在层级表内，登记为未列明，原文保留", quoted(s.Tier)))
		case t == ledger.TierCentralProvince:
			p.add(find(TierMerged, Info, at).figured(s.Figure).say("%s 合并列示，不拆分", quoted(s.Tier)))
		}
	}
	p.add(n.checkTiers(p.tiers)...)
	return p.tiers
}

// lots makes a lot of every source that states money.
func (p *planner) lots(tiers []ledger.Tier) []ledger.Lot {
	n := p.n
	p.lotOf = make([]int, len(n.Sources))
	var out []ledger.Lot
	for i := range n.Sources {
		s := &n.Sources[i]
		p.lotOf[i] = -1
		if s.Amount == 0 {
			continue
		}
		class, why := n.readClass(s, tiers[i])
		if why != "" {
			p.add(find(ClassUnclear, Warning, s.at("source_name")).figured(s.Figure).say("%s", why))
		}
		l := ledger.Lot{
			Code: n.ID + "/" + strconv.Itoa(s.No), Document: n.ID, Line: s.No, Tier: tiers[i], Class: class,
			Name: s.Name, DocNo: s.docNo(), Printed: s.DocNo, Year: yearOf(n.FundYear), Amount: s.Amount,
		}
		if s.Tier != "" && !plainLabel(s.Tier, tiers[i]) {
			l.Remark = "层级原文：" + s.Tier
		}
		if class == ledger.ClassZQ {
			l.Nature = "债券"
		}
		p.lotOf[i] = len(out)
		p.rest = append(p.rest, s.Amount)
		out = append(out, l)
	}
	return out
}

// postSources plans the authority of every lot, not arrived: a notice is no proof
// that money has come.
func (p *planner) postSources() {
	for i := range p.n.Sources {
		s := &p.n.Sources[i]
		at := p.lotOf[i]
		if at < 0 {
			continue
		}
		p.plan.Moves = append(p.plan.Moves, Move{
			Event: "E01", Memo: memo("指标下达 "+p.n.ID+" 来源第 "+strconv.Itoa(s.No)+" 行", s.Name), Row: s.Row,
			Parts: []Share{{Lot: at, Amount: s.Amount, Note: clipTo(s.Name, maxNote)}},
		})
	}
}

// memo is the 摘要 of an entry: what and where, then the name if there is one.
func memo(what, name string) string {
	if name != "" {
		what += "：" + name
	}
	return clipTo(what, maxMemo)
}

const maxMemo = 200 // characters, as ledger.Posting takes it
