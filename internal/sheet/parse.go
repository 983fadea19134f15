package sheet

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"fundbook/internal/fault"
)

// parser reads records of RFC 4180 one by one: cells parted by commas, records by
// line ends, cells with either in quotation marks, a mark inside doubled. It is
// stricter than encoding/csv, and it stops at the limits before it allocates.
type parser struct {
	name string
	rest string
	row  int // of the record last read
}

// cellError is a fault whose column is known by number only.
type cellError struct {
	rule      *fault.Error
	name      string
	row, cell int
	how       string
}

// Error implements error, for the header itself.
func (e *cellError) Error() string {
	return Place{e.name, e.row, cellNumber(e.cell)}.Fault(e.rule, "%s", e.how).Error()
}

// Unwrap makes a fault of the error wherever it was not named.
func (e *cellError) Unwrap() error {
	return Place{e.name, e.row, cellNumber(e.cell)}.Fault(e.rule, "%s", e.how)
}

// record returns the cells of the next record, or io.EOF.
func (p *parser) record() ([]string, error) {
	if p.rest == "" {
		return nil, io.EOF
	}
	p.row++
	var cells []string
	for {
		if len(cells) == MaxColumns {
			return nil, Place{p.name, p.row, ""}.Fault(ErrTooLarge, "超过 %d 列", MaxColumns)
		}
		text, rule, how := p.cell()
		if rule == nil {
			rule, how = checkCell(text)
		}
		if rule != nil {
			return nil, &cellError{rule, p.name, p.row, len(cells) + 1, how}
		}
		cells = append(cells, text)
		switch {
		case strings.HasPrefix(p.rest, ","):
			p.rest = p.rest[1:]
			continue // a comma at the very end begins one more, empty cell
		case strings.HasPrefix(p.rest, "\r\n"):
			p.rest = p.rest[2:]
		case strings.HasPrefix(p.rest, "\n"):
			p.rest = p.rest[1:]
		}
		return cells, nil
	}
}

// cell reads one cell and leaves the mark that ends it.
func (p *parser) cell() (text string, rule *fault.Error, how string) {
	if strings.HasPrefix(p.rest, `"`) {
		return p.quoted()
	}
	end := strings.IndexAny(p.rest, ",\n")
	if end < 0 {
		end = len(p.rest)
	}
	text = p.rest[:end]
	if strings.HasPrefix(p.rest[end:], "\n") {
		text = strings.TrimSuffix(text, "\r")
		end = len(text)
	}
	if strings.Contains(text, `"`) {
		return "", ErrQuote, "引号在文字中间：" + clip(text)
	}
	if strings.Contains(text, "\r") {
		return "", ErrControl, "单独的回车符"
	}
	p.rest = p.rest[end:]
	return text, nil, ""
}

func (p *parser) quoted() (text string, rule *fault.Error, how string) {
	var b strings.Builder
	s := p.rest[1:]
	for {
		end := strings.IndexByte(s, '"')
		if end < 0 {
			return "", ErrQuote, "引号没有结束"
		}
		b.WriteString(s[:end])
		s = s[end+1:]
		if !strings.HasPrefix(s, `"`) {
			break
		}
		b.WriteByte('"')
		s = s[1:]
	}
	if s != "" && s[0] != ',' && s[0] != '\n' && !strings.HasPrefix(s, "\r\n") {
		return "", ErrQuote, "引号之后还有文字：" + clip(s)
	}
	p.rest = s
	return b.String(), nil, ""
}

// checkCell refuses control characters and texts beyond the limit. Line ends and
// tabs may stand in a quoted cell.
func checkCell(s string) (rule *fault.Error, how string) {
	if len(s) > MaxCell && utf8.RuneCountInString(s) > MaxCell {
		return ErrTooLarge, fmt.Sprintf("超过 %d 字", MaxCell)
	}
	for _, r := range s {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r < 0xa0 {
			return ErrControl, fmt.Sprintf("U+%04X", r)
		}
	}
	return nil, ""
}
