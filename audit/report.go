package audit

import (
	"cmp"
	"fmt"
	"slices"
)

// Report (核验报告) is what Verify found; its JSON is that of DESIGN 6.
type Report struct {
	OK       bool           `json:"ok"`
	Full     bool           `json:"full"`
	Counties []CountyReport `json:"counties"`
	// NotChecked is what was left out: nothing with Full.
	NotChecked []Unchecked `json:"not_checked,omitempty"`
	// Bad names the first record of each kind of breakage, in order of county and
	// sequence, what has no record last; More counts the others.
	Bad  []Bad `json:"bad"`
	More int64 `json:"more"`
}

// CountyReport (县核验结果) is what was read of one county.
type CountyReport struct {
	County  string `json:"county"`
	Entries int64  `json:"entries"` // entries read; without Full only those of the tail
	Lines   int64  `json:"lines"`
	Leaves  int64  `json:"leaves"` // records that the head counts
	Root    string `json:"root"`   // of the leaves read, in base64; without Full that of the stored edge
	Head    string `json:"head"`   // the newest signed head that agrees, as a note; empty when none
	// Unknown counts records of kinds that nobody registered a decoder for.
	Unknown map[string]int64 `json:"unknown,omitempty"`
}

// Bad (不符之处) is one record that breaks a law. Seq 0 means that the breakage
// has no record, such as a head that is missing.
type Bad struct {
	County string `json:"county"`
	Seq    int64  `json:"seq"`
	Law    int    `json:"law"`
	// Code is the kind of breakage, such as line.changed or tree.tile.
	Code string `json:"code"`
	// ZH and EN say what that kind is; Detail names the place and the figures.
	ZH     string `json:"zh"`
	EN     string `json:"en"`
	Detail string `json:"detail"`
}

// maxBad bounds the list of a report.
const maxBad = 200

// finder keeps the first breakage of each kind and counts the rest.
type finder struct {
	county string
	first  map[string]Bad
	more   int64
}

func newFinder(county string) *finder { return &finder{county: county, first: map[string]Bad{}} }

// finding is a breakage before its county is known.
type finding struct {
	seq          int64
	code, detail string
}

func (f *finder) add(x finding) {
	old, dup := f.first[x.code]
	if dup {
		f.more++
		if old.Seq <= x.seq {
			return
		}
	}
	f.first[x.code] = badOf(f.county, x)
}

func (f *finder) addf(seq int64, code, format string, args ...any) {
	f.add(finding{seq, code, fmt.Sprintf(format, args...)})
}

// take moves the breakages into a report.
func (f *finder) take(r *Report) {
	list := make([]Bad, 0, len(f.first))
	for _, b := range f.first {
		list = append(list, b)
	}
	slices.SortFunc(list, func(a, b Bad) int { return cmp.Or(compareSeq(a.Seq, b.Seq), cmp.Compare(a.Code, b.Code)) })
	room := max(0, maxBad-len(r.Bad))
	if len(list) > room {
		f.more += int64(len(list) - room)
		list = list[:room]
	}
	r.Bad = append(r.Bad, list...)
	r.More += f.more
}

// add notes a breakage unless the list is full; then it is counted.
func (r *Report) add(b Bad) {
	if len(r.Bad) >= maxBad {
		r.More++
		return
	}
	r.Bad = append(r.Bad, b)
}

// compareSeq puts what has no record last.
func compareSeq(a, b int64) int {
	switch {
	case a == b:
		return 0
	case a == 0:
		return 1
	case b == 0:
		return -1
	}
	return cmp.Compare(a, b)
}
