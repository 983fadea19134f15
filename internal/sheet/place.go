package sheet

import (
	"fmt"
	"strconv"

	"fundbook/internal/fault"
)

// Place (位置) is a cell, a row or a file that a fault or a finding speaks of.
// Rows count from 1 at the header, as a spreadsheet shows them; a row of 0 means
// the whole file, an empty column the whole row.
type Place struct {
	File   string
	Row    int
	Column string // name in the header, or the number of the cell where it has none
}

// String prints the place for people: sources.csv 第 3 行 amount_wan 列.
func (p Place) String() string { return p.In(fault.Chinese) }

// In prints the place in a language: sources.csv row 3 column amount_wan.
func (p Place) In(lang string) string {
	row, column := " 第 %d 行", " %s 列"
	if lang != fault.Chinese {
		row, column = " row %d", " column %s"
	}
	s := p.File
	if p.Row > 0 {
		s += fmt.Sprintf(row, p.Row)
	}
	if p.Column != "" {
		s += fmt.Sprintf(column, p.Column)
	}
	return s
}

// Location prints the place for programs: sources.csv[3].amount_wan.
func (p Place) Location() string {
	s := p.File
	if p.Row > 0 {
		s += "[" + strconv.Itoa(p.Row) + "]"
	}
	if p.Column != "" {
		s += "." + p.Column
	}
	return s
}

// Fault returns a copy of rule that says where it was broken, and how.
func (p Place) Fault(rule *fault.Error, format string, args ...any) *fault.Error {
	how := fault.Say(format, args...)
	return rule.With("%s：%s", p, how).AtText(p.Location(), how, "")
}
