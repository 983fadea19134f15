package publicity

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"fundbook/intake"
	"fundbook/ledger"
)

// allocation is what the ledger says of a funding document, for notice N1.
type allocation struct {
	doc     intake.Document
	sources []source
	rows    []allocated
}

// source is a lot of the document with the authority it brought (E01 and its
// corrections).
type source struct {
	lot ledger.Lot
	fen ledger.Amount
}

// recorded is an entry with its record's number.
type recorded struct {
	seq int64
	ledger.Entry
}

// allocated is what one recipient got for one project.
type allocated struct {
	recipient, project, place, content, tier string
	fen                                      ledger.Amount
	inferred                                 bool // the document does not state the tier (推定)
}

// sheet sets notice N1 (资金分配结果公告): where the money came from, to whom it was
// allocated, and what is left.
func (a *allocation) sheet() (Sheet, error) {
	doc := &a.doc
	title := doc.Title
	if !strings.Contains(title, "公告") && !strings.Contains(title, "公示") {
		title += "分配结果公告"
	}
	s := Sheet{
		Title: title, Number: doc.ID, Publisher: cmp.Or(doc.Issuer, doc.Unit),
		Lead: []string{fmt.Sprintf("根据扶贫资金、衔接资金公告公示的规定，现将%s《%s》的资金来源和分配结果予以公告。", doc.Unit, doc.Title)},
	}
	if doc.URL != "" {
		s.Contacts = []Fact{{"数据出处", doc.URL}}
	}
	from, total, err := a.sourcePart()
	if err != nil {
		return s, err
	}
	to, err := a.rowPart(total)
	if err != nil {
		return s, err
	}
	s.Parts = []Part{from, to}
	if remarks := a.remarks(); len(remarks) > 0 {
		s.Parts = append(s.Parts, Part{Name: "说明", Text: remarks})
	}
	return s, nil
}

func (a *allocation) sourcePart() (Part, ledger.Amount, error) {
	p := Part{Name: "资金来源", Table: Grid{Columns: []GridColumn{
		{"资金层级", CellShort}, {"资金名称", CellText}, {"文件依据", CellText}, {"金额", CellMoney},
	}}}
	var tiers []string
	sums := map[string]ledger.Amount{}
	for i := range a.sources {
		l := &a.sources[i].lot
		document := string(l.DocNo)
		if document == "" && l.Printed != "" {
			document = "原文印作“" + l.Printed + "”"
		}
		tier := l.Tier.Chinese()
		if _, known := sums[tier]; !known {
			tiers = append(tiers, tier)
		}
		sums[tier] += a.sources[i].fen
		p.Table.Rows = append(p.Table.Rows, GridRow{Cells: []Cell{text(tier), text(l.Name), text(cmp.Or(document, "未列明文号")), money(a.sources[i].fen)}})
	}
	if err := p.Table.sum(); err != nil {
		return p, 0, err
	}
	total := ledger.Amount(p.Table.Total[3].N)
	words := fmt.Sprintf("合计%s元（大写：%s）", total.Grouped(), total.Words())
	if len(tiers) > 1 {
		parts := make([]string, len(tiers))
		for i, t := range tiers {
			parts[i] = t + sums[t].Grouped() + "元"
		}
		words += "，其中" + strings.Join(parts, "，")
	}
	p.Text = []string{words + "。"}
	return p, total, nil
}

func (a *allocation) rowPart(sources ledger.Amount) (Part, error) {
	p := Part{Name: "分配结果"}
	if len(a.rows) == 0 {
		p.Text = []string{fmt.Sprintf("截至本公告，上述资金尚无分配到单位、乡镇或者项目的明细，未分配资金%s元。", sources.Grouped())}
		return p, nil
	}
	p.Table.Columns = []GridColumn{
		{"序号", CellCount}, {"单位/乡镇", CellShort}, {"项目名称", CellText}, {"实施地点", CellText}, {"建设内容", CellText}, {"资金来源", CellShort}, {"金额", CellMoney},
	}
	for i, r := range a.rows {
		tier := r.tier
		if r.inferred {
			p.Note = "注：标有“推定”的，资金层级在原文件中没有逐项列明，系推定。"
			if tier == "" {
				tier = "推定"
			} else {
				tier += "\n（推定）"
			}
		}
		p.Table.Rows = append(p.Table.Rows, GridRow{Cells: []Cell{
			count(i + 1), text(r.recipient), text(r.project), text(r.place), text(r.content), text(tier), money(r.fen),
		}})
	}
	if err := p.Table.sum(); err != nil {
		return p, err
	}
	total := ledger.Amount(p.Table.Total[6].N)
	words := fmt.Sprintf("共分配%s元，%d项", total.Grouped(), len(a.rows))
	if left := sources - total; left != 0 {
		words += "，未分配资金" + left.Grouped() + "元"
	}
	p.Text = []string{words + "。"}
	return p, nil
}

func (a *allocation) remarks() []string {
	var out []string
	for _, f := range a.doc.Findings {
		if f.Severity != intake.Info {
			out = append(out, findingText(f))
		}
	}
	if len(out) > 1 {
		for i := range out {
			out[i] = strconv.Itoa(i+1) + "．" + out[i]
		}
	}
	return out
}

func findingText(f intake.Finding) string {
	s := f.Code.Chinese() + "：" + f.Detail
	if f.Amount != nil {
		s += "（" + f.Amount.Grouped() + "元）"
	}
	return s
}

// addSources sums the authority issued per lot.
func (a *allocation) addSources(lots []ledger.Lot, entries []recorded) {
	sums := map[ledger.LotID]ledger.Amount{}
	for i := range entries {
		for _, l := range entries[i].Lines() {
			if l.Key.Account[0] == '6' {
				sums[l.Key.Lot] -= l.Net()
			}
		}
	}
	for i := range lots {
		a.sources = append(a.sources, source{lots[i], sums[lots[i].ID]})
	}
}

// addRows lists what was allocated (E04, and taken back E04r), one row per line, in order
// of recording. A red line cancels the row it corrects. What plans and later steps move on
// is no allocation.
func (a *allocation) addRows(entries []recorded) {
	tiers := map[ledger.LotID]string{}
	for i := range a.sources {
		tiers[a.sources[i].lot.ID] = a.sources[i].lot.Tier.Chinese()
	}
	allocates := map[int64]bool{}
	for i := range entries {
		e := &entries[i]
		if e.Event != "E04" && e.Event != "E04r" && !allocates[e.Reverses] {
			continue
		}
		allocates[e.seq] = true
		for _, l := range e.Lines() {
			switch l.Key.Account {
			case "7103", "7104", "7105", "7106":
			default:
				continue
			}
			if l.Net() == 0 {
				continue
			}
			r := allocated{recipient: cmp.Or(l.Key.Unit, "未列明单位"), tier: tiers[l.Key.Lot], fen: l.Net(), inferred: l.Inferred}
			parts := append(strings.SplitN(l.Note, "｜", 3), "", "")
			r.project, r.place, r.content = parts[0], parts[1], parts[2]
			a.rows = append(a.rows, r)
		}
	}
	a.cancel()
}

// cancel takes out pairs of a row and its opposite.
func (a *allocation) cancel() {
	type what struct {
		recipient, project, tier string
		fen                      ledger.Amount
	}
	open := map[what][]int{}
	drop := map[int]bool{}
	for i, r := range a.rows {
		opposite := what{r.recipient, r.project, r.tier, -r.fen}
		if at := open[opposite]; len(at) > 0 {
			drop[i], drop[at[len(at)-1]] = true, true
			open[opposite] = at[:len(at)-1]
			continue
		}
		k := what{r.recipient, r.project, r.tier, r.fen}
		open[k] = append(open[k], i)
	}
	var kept []allocated
	for i, r := range a.rows {
		if !drop[i] {
			kept = append(kept, r)
		}
	}
	a.rows = kept
}
