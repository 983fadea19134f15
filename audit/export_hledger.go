package audit

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"fundbook/ledger"
)

// hledgerWriter writes entries as transactions and remembers the balances for the
// assertions at the end.
type hledgerWriter struct {
	w        *bufio.Writer
	names    *accountNames
	balances map[string]ledger.Amount
	last     ledger.Date
}

// begin declares the commodity and every account, so that hledger's strict mode
// knows a mistyped one.
func (h *hledgerWriter) begin(county string, keys []ledger.Key) {
	h.put("; fundbook 县级专账 %s：管理专账，不是法定总预算会计账\n\ncommodity CNY 1000.00\n\n", plain(county))
	slices.SortFunc(keys, func(a, b ledger.Key) int { return ledger.CompareKeys(&a, &b) })
	for _, k := range keys {
		h.put("account %s  ; type:%s\n", h.names.of(k), accountType(k.Account))
	}
	h.put("\n")
}

// accountType is the letter by which hledger sorts accounts into its statements.
func accountType(c ledger.Code) string {
	switch c[0] {
	case '1', '7', '9':
		return "A"
	case '2', '6':
		return "L"
	case '3':
		return "E"
	case '4':
		return "R"
	}
	return "X"
}

// put writes; the buffer keeps the first error for its Flush.
func (h *hledgerWriter) put(format string, args ...any) { _, _ = fmt.Fprintf(h.w, format, args...) }

// entry writes one transaction.
func (h *hledgerWriter) entry(seq int64, e *ledger.Entry) {
	h.last = max(h.last, e.Date)
	var numbers []string
	for _, v := range e.Vouchers {
		numbers = append(numbers, plain(v.String()))
	}
	memo := plain(e.Memo)
	if row, ok := ledger.EventOf(e.Event); ok && memo == "" {
		memo = plain(row.ZH)
	}
	h.put("%s * %s  ; seq:%d, event:%s", e.Date, memo, seq, plain(string(e.Event)+strings.TrimRight("."+e.Step, ".")))
	for _, n := range numbers {
		h.put(", voucher:%s", n)
	}
	if e.Reverses != 0 {
		h.put(", reverses:%d", e.Reverses)
	}
	if e.Decision != "" {
		h.put(", decision:%s", plain(e.Decision))
	}
	h.put("\n")
	for _, l := range e.Lines() {
		name := h.names.of(l.Key)
		h.balances[name] += l.Net()
		h.put("    %s  CNY %s  ; lot:%s", name, l.Net(), plain(h.names.lot(l.Key.Lot)))
		if l.Key.Project != "" {
			h.put(", project:%s", plain(l.Key.Project))
		}
		if l.Amount < 0 {
			h.put(", red:%s", l.Side)
		}
		if l.Note != "" {
			h.put(", note:%s", plain(l.Note))
		}
		h.put("\n")
	}
	h.put("\n")
}

// end asserts the balance of every account.
func (h *hledgerWriter) end() error {
	if len(h.balances) > 0 {
		names := make([]string, 0, len(h.balances))
		for n := range h.balances {
			names = append(names, n)
		}
		slices.Sort(names)
		h.put("%s * 期末余额核对\n", h.last)
		for _, n := range names {
			h.put("    %s  CNY 0.00 = CNY %s\n", n, h.balances[n])
		}
	}
	return h.w.Flush()
}

// buffered collects small writes; its Flush reports the first error.
func buffered(w io.Writer) *bufio.Writer { return bufio.NewWriterSize(w, 1<<16) }
