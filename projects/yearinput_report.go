package projects

import (
	"strconv"

	"fundbook/ledger"
)

// YearFigureTable (年度指标表) is the computed figures of a year with the rows behind
// each: what the county invests of its own, what it pooled, what was donated.
type YearFigureTable struct {
	Year int      `json:"year"`
	Rows []Figure `json:"rows"`
}

// Chinese returns the name of the verdict.
func (v Verdict) Chinese() string {
	switch v {
	case VerdictMet:
		return "达标"
	case VerdictUnmet:
		return "未达标"
	default:
		return "不能计算"
	}
}

// Items returns the figures.
func (t YearFigureTable) Items() any { return t.Rows }

// Table lays each figure out over the rows that it is made of.
func (t YearFigureTable) Table() ledger.Table {
	column := func(zh, key string, figures bool) ledger.Column {
		return ledger.Column{ZH: zh, Key: key, Figures: figures}
	}
	out := ledger.Table{
		Title: "年度投入与整合指标表 · figures of a year: investment and integration",
		Notes: []string{strconv.Itoa(t.Year) + " 年度    单位：元    依据行列于各指标之后"},
		Columns: []ledger.Column{
			{ZH: "指标", EN: "figure", Key: "name"},
			column("依据", "clause", false), column("公式", "formula", false), column("批次或文件", "document", false),
			column("分子", "numerator", true), column("分母", "denominator", true), column("比率", "rate", true), column("结论", "verdict", false),
		},
	}
	for i := range t.Rows {
		f := &t.Rows[i]
		rate, verdict := ledger.PercentBP(f.BP), f.Verdict.Chinese()
		if f.Missing != "" {
			verdict = verdict + "：未登记" + f.Missing + "（plan.year_input）"
		}
		if f.Verdict == VerdictUnknown {
			rate = ""
		}
		out.Rows = append(out.Rows, []string{f.Name, f.Clause, f.Formula, "", f.Numerator.String(), f.Denominator.String(), rate, verdict})
		for j := range f.Rows {
			r := &f.Rows[j]
			row := []string{"　" + r.Label, "", "", r.Document, "", "", "", ""}
			if r.Lot != "" {
				row[3] = r.Lot
			}
			switch r.Part {
			case "numerator":
				row[4] = r.Amount.String()
			case "denominator":
				row[5] = r.Amount.String()
			default: // a note stands beside the figure and is no part of it
				row[7] = "备查 " + r.Amount.String()
			}
			out.Rows = append(out.Rows, row)
		}
	}
	return out
}
