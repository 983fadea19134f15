package dossier

import (
	"slices"

	"fundbook/internal/translog"
)

// kindEntry and factEntry are what verify and the readers of histories know of
// kinds and facts, without their types.
type kindEntry struct {
	index func(state any) Index
	blank func() any
}

type factEntry struct {
	kind   string
	decode func(d *translog.Decoder, state any, at Stamp) (fact any, err error)
}

var (
	kinds = map[string]kindEntry{}
	facts = map[string]factEntry{}
)

// register runs while packages are initialised, so nothing reads the maps yet. A
// name declared twice breaks the invariant that a record has one reader.
func register(name string, index func(any) Index, blank func() any) {
	if _, twice := kinds[name]; twice {
		panic("invariant: dossier kind declared twice: " + name)
	}
	kinds[name] = kindEntry{index, blank}
}

// registerFact is register for a fact; the same invariant.
func registerFact(record, kind string, decode func(*translog.Decoder, any, Stamp) (any, error)) {
	if _, twice := facts[record]; twice {
		panic("invariant: fact declared twice: " + record)
	}
	facts[record] = factEntry{kind, decode}
}

// RecordKinds lists the kinds of records that facts are, in order of name.
func RecordKinds() []string {
	out := make([]string, 0, len(facts))
	for k := range facts {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
