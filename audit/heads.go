package audit

import (
	"fmt"
	"runtime"
	"strings"
	"sync"

	"fundbook/internal/db"
	"fundbook/internal/translog"
)

// signedNote is a signed head with where it came from.
type signedNote struct {
	note  string
	size  int64 // of the row that keeps it; -1 for a head from outside
	head  translog.Checkpoint
	parse error
}

// readNotes reads stored and outside heads without verifying them, so that the
// fold knows at which sizes it must remember the root.
func readNotes(county string, stored []headNote, outside []string) []signedNote {
	var out []signedNote
	for _, n := range stored {
		out = append(out, readNote(n.Note, n.Size))
	}
	for _, n := range outside {
		if x := readNote(n, -1); x.parse == nil && x.head.County() == county {
			out = append(out, x)
		}
	}
	return out
}

// lostHead is a head from outside that no county of the store can answer for.
type lostHead struct {
	county string
	finding
}

// lostHeads finds the heads from outside that are none, and those of counties that
// are not in the store: whoever takes a county away whole leaves no other trace.
func lostHeads(outside []string, rows []db.CountyRow) (lost []lostHead) {
	kept := map[string]bool{}
	for _, r := range rows {
		kept[r.Code] = true
	}
	for i, n := range outside {
		x := readNote(n, -1)
		switch {
		case x.parse != nil:
			lost = append(lost, lostHead{"", finding{0, "head.malformed", fmt.Sprintf("第 %d 份外部日志头格式不正确：%v", i+1, x.parse)}})
		case !kept[x.head.County()]:
			lost = append(lost, lostHead{x.head.County(), finding{1, "county.missing", fmt.Sprintf(
				"外部日志头有 %d 条记录（根 %s），账簿中没有县 %s：第 1 条起全部缺失；公钥随之缺失，签名未能核对", x.head.Size, x.head.Root, x.head.County())}})
		}
	}
	return lost
}

func readNote(note string, size int64) signedNote {
	x := signedNote{note: note, size: size}
	end := strings.LastIndex(note, "\n\n")
	x.head, x.parse = translog.ParseCheckpoint(note[:max(0, end+1)])
	return x
}

func sizesOf(notes []signedNote) []int64 {
	out := make([]int64, 0, len(notes))
	for i := range notes {
		if notes[i].parse == nil {
			out = append(out, notes[i].head.Size)
		}
	}
	return out
}

// checkNotes verifies every signature with the county's public keys and compares
// the roots. It returns the newest head that agrees.
func checkNotes(f *finder, t *tree, notes []signedNote, keys []translog.PublicKey) (newest string) {
	trusted, err := translog.NewVerifiers(keys...)
	if err != nil {
		f.addf(1, "head.keys", "公钥不能使用：%v", err)
		return ""
	}
	errs := openAll(notes, trusted)
	good, best := int64(0), int64(-1)
	for i := range notes {
		n := &notes[i]
		size := n.head.Size
		switch {
		case n.parse != nil:
			f.addf(max(n.size, 0), "head.malformed", "签名的日志头格式不正确：%v", n.parse)
		case errs[i] != nil:
			f.addf(max(n.size, 0), "head.signature", "第 %d 条处的日志头验签不成立：%v", size, errs[i])
		case n.head.Origin != translog.Origin(f.county):
			f.addf(size, "head.foreign", "日志头属于 %s", n.head.Origin)
		case n.size >= 0 && n.size != size:
			f.addf(size, "head.size", "日志头写明 %d 条记录，存于 %d", size, n.size)
		case size > t.edge.Size() && t.broken:
			// A missing record is named already.
		case size > t.edge.Size():
			f.addf(t.edge.Size()+1, "head.truncated", "签名的日志头有 %d 条记录，现在只有 %d 条：尾部缺失", size, t.edge.Size())
		case t.roots[size] != n.head.Root:
			place := good + 1
			if t.suspect > 0 && t.suspect <= size {
				place = t.suspect
			}
			f.addf(place, "head.root", "第 %d 至 %d 条记录与签名的日志头（%d 条）不符", good+1, size, size)
		default:
			good = max(good, size)
			if size > best {
				best, newest = size, n.note
			}
		}
	}
	return newest
}

// openAll verifies signatures on all processors: a store that was used for years
// has a head for every second with changes.
func openAll(notes []signedNote, trusted *translog.Verifiers) []error {
	errs := make([]error, len(notes))
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), len(notes))
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := w; i < len(notes); i += workers {
				if notes[i].parse == nil {
					_, errs[i] = translog.Open([]byte(notes[i].note), trusted)
				}
			}
		}()
	}
	wg.Wait()
	return errs
}
