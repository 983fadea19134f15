package payments

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fundbook/internal/dossier"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// entryCode begins the code by which the list of corrections calls an entry that no
// correction's dossier stands for: the number of its record follows, of one length so
// that their order is that of the records. No dossier has such a code (propose).
const entryCode = "seq-"

func codeOfEntry(seq int64) string { return fmt.Sprintf("%s%019d", entryCode, seq) }

// CorrectionEntry returns the record that a code of the list of corrections names, 0
// for the code of a dossier.
func CorrectionEntry(code string) int64 {
	digits, of := strings.CutPrefix(code, entryCode)
	seq, err := strconv.ParseInt(digits, 10, 64)
	if !of || err != nil || seq < 1 || codeOfEntry(seq) != code {
		return 0
	}
	return seq
}

// Corrections lists what corrects the books, in order of code: the corrections that
// were proposed, and the entries that correct without being proposed as one: cash lent
// between lots (E03), entries turned red by hand, and those that a claim's or payment's
// command reversed (E23, E23p).
func Corrections(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]dossier.Item[any], error) {
	proposed, err := correctionFile.List(ctx, q, county, dossier.Filter{})
	if err != nil {
		return nil, err
	}
	stands := map[int64]bool{} // entries of a dossier
	var out []dossier.Item[any]
	for i := range proposed {
		x := &proposed[i]
		for _, seq := range x.State.Entries {
			stands[seq] = true
		}
		out = append(out, dossier.Item[any]{Code: x.Code, Seq: x.Seq, Opened: x.Opened, Index: x.Index, State: &x.State})
	}
	entries, err := ledger.CorrectingEntries(ctx, q, county, CorrectionEntry(f.After))
	if err != nil {
		return nil, err
	}
	for i := range entries {
		if !stands[entries[i].Seq] {
			out = append(out, CorrectionOf(&entries[i]))
		}
	}
	return chosen(out, f), nil
}

// chosen keeps what a filter lets through, in order of code.
func chosen(list []dossier.Item[any], f dossier.Filter) []dossier.Item[any] {
	list = slices.DeleteFunc(list, func(it dossier.Item[any]) bool {
		x := &it.Index
		return it.Code <= f.After || f.Status != "" && f.Status != x.Status || f.Village != "" && f.Village != x.Village ||
			f.Parent != "" && f.Parent != x.Parent || f.Year != 0 && f.Year != x.Year
	})
	slices.SortFunc(list, func(a, b dossier.Item[any]) int { return strings.Compare(a.Code, b.Code) })
	if f.Limit > 0 && len(list) > f.Limit {
		list = list[:f.Limit]
	}
	return list
}

// CorrectionOf shows an entry that corrects as a correction that is done.
func CorrectionOf(e *ledger.EntryView) dossier.Item[any] {
	c := Correction{
		Code: codeOfEntry(e.Seq), Kind: CorrectReverse, State: CorrectionDone, Decision: e.Decision, Reason: e.Memo, Date: e.Date, Period13: e.Period13,
		Maker: e.Maker, Approver: e.Checker, Reverse: EntryReversal{e.Reverses}, Entries: []int64{e.Seq}, DoneAt: e.Seq,
	}
	if len(e.Attachments) > 0 {
		c.Document = e.Attachments[0]
	}
	x := dossier.Index{Status: string(c.State), Title: c.Decision, Year: c.Date.Year()}
	if e.Event == "E03" {
		c.Kind = CorrectLend
		for i := range e.Lines {
			if l := &e.Lines[i]; l.Code == "1102" && l.Sub == "L" {
				x.Amount += int64(l.Amount)
			}
		}
	}
	x.Parent = string(c.Kind)
	if x.Title == "" {
		x.Title = e.Memo
	}
	return dossier.Item[any]{Code: c.Code, Seq: e.Seq, Opened: e.Seq, Index: x, State: &c}
}
