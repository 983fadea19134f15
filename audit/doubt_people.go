package audit

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"fundbook/ledger"
	"fundbook/projects"
)

// opaque names a group of rows without naming a person: a digest of keyed digests.
func opaque(rule string, parts ...string) string {
	h := sha256.New()
	h.Write([]byte(rule))
	for _, p := range parts {
		h.Write([]byte{0})
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil)[:10])
}

// live are the rows of rosters that stand: the newest version, not struck off.
func (f *doubtFacts) live() []personRow {
	var out []personRow
	for _, p := range f.persons {
		r := f.roster(p.Roster)
		if r == nil || p.N < 1 || p.N > len(r.Lines) {
			continue
		}
		if l := &r.Lines[p.N-1]; l.Rev == p.Rev && l.State != projects.LineStruck {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b personRow) int {
		return cmp.Or(cmp.Compare(a.Roster, b.Roster), cmp.Compare(a.N, b.N))
	})
	return out
}

// people puts rows together by a key, in the order of the first of each.
func people(rows []personRow, key func(*personRow) string) [][]personRow {
	index := map[string]int{}
	var out [][]personRow
	for i := range rows {
		k := key(&rows[i])
		at, ok := index[k]
		if !ok {
			at = len(out)
			index[k] = at
			out = append(out, nil)
		}
		out[at] = append(out[at], rows[i])
	}
	return out
}

func (p *personRow) row(text string) DoubtRow {
	return DoubtRow{Kind: "roster", Code: p.Roster, Seq: p.Seq, N: p.N, Amount: p.Amount, Text: text}
}

// findA01 finds a person, or a card, more than once in one programme and year. The
// same card of the same person is one doubt, not two.
func findA01(f *doubtFacts) ([]Doubt, error) {
	var g gather
	live := f.live()
	scope := func(p *personRow) string { return fmt.Sprintf("%s\x00%d\x00", p.Programme, p.Year) }
	same := people(live, func(p *personRow) string { return scope(p) + string(p.ID[:]) })
	for _, rows := range same {
		if len(rows) < 2 {
			continue
		}
		p := &rows[0]
		d := g.of(fmt.Sprintf("%d/%s", p.Year, opaque("A01", p.Programme, string(p.ID[:]))))
		d.say(fmt.Sprintf("同一身份证号在 %s %d 年度出现 %d 次", p.Programme, p.Year, len(rows)))
		for i := range rows {
			d.add(rows[i].row("同一身份证号"))
		}
	}
	for _, rows := range people(live, func(p *personRow) string { return scope(p) + string(p.Card[:]) }) {
		ids := map[ledger.Digest]bool{}
		for i := range rows {
			ids[rows[i].ID] = true
		}
		if len(ids) < 2 {
			continue
		}
		p := &rows[0]
		d := g.of(fmt.Sprintf("%d/card/%s", p.Year, opaque("A01 card", p.Programme, string(p.Card[:]))))
		d.say(fmt.Sprintf("同一卡号在 %s %d 年度出现 %d 次", p.Programme, p.Year, len(rows)))
		for i := range rows {
			d.add(rows[i].row("同一卡号"))
		}
	}
	return g.list, nil
}

// findA02 finds one card for several people, whatever the programme.
func findA02(f *doubtFacts) ([]Doubt, error) {
	var g gather
	for _, rows := range people(f.live(), func(p *personRow) string { return string(p.Card[:]) }) {
		ids := map[ledger.Digest]bool{}
		for i := range rows {
			ids[rows[i].ID] = true
		}
		if len(ids) < 2 {
			continue
		}
		d := g.of(opaque("A02", string(rows[0].Card[:])))
		d.say(fmt.Sprintf("一张卡对应 %d 个身份证号", len(ids)))
		for i := range rows {
			d.add(rows[i].row("同一卡号"))
		}
	}
	return g.list, nil
}
