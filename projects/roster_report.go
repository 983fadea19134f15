package projects

import (
	"strings"

	"fundbook/internal/fault"
	"fundbook/internal/sheet"
	"fundbook/ledger"
)

// RowFinding (行发现) is one thing about one cell of an imported roster: where,
// what it says, the rule, and how to mend it. Value is masked: a resident number
// is never shown, a card by its last four digits.
type RowFinding struct {
	File     string `json:"file,omitempty"` // where an import has several
	Row      int    `json:"row"`            // of the file, the header being 1
	Column   string `json:"column"`
	Value    string `json:"value,omitempty"`
	Code     string `json:"code"`     // stable
	Severity string `json:"severity"` // error or warning
	Why      string `json:"why"`
	Remedy   string `json:"remedy"`

	reason fault.Speaker // what Why was taken from, where that is no text of the program's own
}

// In returns the finding in a language.
func (f RowFinding) In(lang string) RowFinding {
	if lang == fault.Chinese {
		return f
	}
	if f.reason != nil {
		f.Why = f.reason.In(lang)
	} else {
		f.Why = fault.Words(f.Why)
	}
	f.Remedy = fault.Words(f.Remedy)
	return f
}

// Said returns the finding with its reason taken from a text or a fault.
func (f RowFinding) Said(reason fault.Speaker) RowFinding {
	f.Why, f.reason = reason.In(fault.Chinese), reason
	return f
}

// field is the finding as a place of a refusal.
func (f *RowFinding) field(location string) fault.Field {
	var why fault.Speaker = fault.Say("%s", f.Why)
	if f.reason != nil {
		why = f.reason
	}
	return fault.FieldOf(location, fault.Say("%s %s；%s", f.Code, why, f.Remedy), f.Value)
}

// FindingsIn returns findings in a language.
func FindingsIn(lang string, list []RowFinding) []RowFinding {
	out := make([]RowFinding, len(list))
	for i := range list {
		out[i] = list[i].In(lang)
	}
	return out
}

// RosterReport (名册导入报告) is what was found in a file of persons, row by row.
type RosterReport struct {
	File     string        `json:"file"`
	Rows     int           `json:"rows"`
	Total    ledger.Amount `json:"total"` // of the rows without an error
	Errors   int           `json:"errors"`
	Warnings int           `json:"warnings"`
	Findings []RowFinding  `json:"findings"`
}

func (r *RosterReport) add(f RowFinding) {
	if f.Severity == "error" {
		r.Errors++
	} else {
		r.Warnings++
	}
	r.Findings = append(r.Findings, f)
}

func (r *RosterReport) err(at cell, x flaw) {
	r.add(RowFinding{Row: at.row, Column: at.column, Value: at.shown(), Code: x.code, Severity: "error", Why: x.why, Remedy: x.remedy})
}

func (r *RosterReport) warn(at cell, x flaw) {
	r.add(RowFinding{Row: at.row, Column: at.column, Value: at.shown(), Code: x.code, Severity: "warning", Why: x.why, Remedy: x.remedy})
}

// cell is a cell of the file, with what it holds.
type cell struct {
	row    int
	column string
	text   string
}

// shown masks what the cell holds by its column.
func (c cell) shown() string {
	switch c.column {
	case colID, colPhone:
		return ""
	case colCard:
		return MaskCard(c.text)
	case colName:
		return MaskName(c.text)
	case colVillage:
		if len(c.text) == villageLength {
			return c.text
		}
	}
	return Masked(c.text)
}

// Fault returns the refusal that the errors of the report are, each of them a
// field; nil when there is none.
func (r *RosterReport) Fault() error {
	if r.Errors == 0 {
		return nil
	}
	return RowsFault(ErrRosterRows, r.File, r.Rows, r.Findings)
}

// RowsFault makes one fault of the errors in a file's findings, each of them a
// field with its place.
func RowsFault(rule *fault.Error, file string, rows int, found []RowFinding) error {
	var fields []fault.Field
	for i := range found {
		x := &found[i]
		if x.Severity != "error" {
			continue
		}
		at := sheet.Place{File: file, Row: x.Row, Column: x.Column}
		fields = append(fields, x.field(at.Location()))
	}
	return rule.With("%s：%d 行中 %d 处错误", file, rows, len(fields)).AtFields(fields...)
}

// PrivateFault keeps of a fault of a table the rule and the place: the table holds
// persons, and the fault may quote a cell.
func PrivateFault(err error) error {
	f := fault.From(err)
	if len(f.Fields) == 0 {
		return err
	}
	rule := *f
	rule.Fields, rule.Err = nil, nil
	places := make([]string, len(f.Fields))
	for i, x := range f.Fields {
		places[i] = x.Location
		rule.Fields = append(rule.Fields, fault.FieldOf(x.Location, fault.Word{ZH: f.ZH, EN: f.EN}, ""))
	}
	return rule.With("%s（含个人信息，不显示内容）", strings.Join(places, "、"))
}
