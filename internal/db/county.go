package db

import (
	"fundbook/internal/daysum"
	"fundbook/internal/translog"
)

// How many entries each cache of a county keeps between batches. A vector
// takes about 200 bytes, so a county stays within a few ten megabytes.
const (
	maxKeys    = 60_000
	maxVectors = 60_000
	maxReplies = 50_000
	maxThings  = 20_000
	maxLotKeys = 2_000 // accounts of a lot that are loaded at once
)

// head is the county's row of that name.
type head struct {
	Code       string
	Name       string
	NextSeq    int64
	NextKey    int64
	NextSeries int64
	LastAt     int64
	Epoch      int64
	Frontier   []byte
}

// SumID names a guard that sums over several accounts.
type SumID struct {
	Kind uint8
	Lot  [16]byte
	Unit string
}

// reply is what a used idempotency key stands for.
type reply struct {
	mac   [16]byte
	seq   int64
	count int32
}

// County is what a process remembers of a county between batches. Only the
// county's writer touches it. It is authoritative exactly while the head's
// compare-and-set succeeds; when the head has moved, everything is dropped.
type County struct {
	No   int32
	head head
	edge *translog.Edge

	keys    map[KeyRow]int64
	whole   map[[16]byte]bool // lots by whether keys holds every account; absent: not tried
	vectors map[int64]*daysum.Vector
	sums    map[SumID]*daysum.Vector
	series  map[SeriesRow]*series
	replies map[[16]byte]reply // by slot
	things  map[any]any
}

type series struct {
	id   int32
	next int64
}

// NewCounty returns an empty memory of county no; the first batch loads it.
func NewCounty(no int32) *County {
	c := &County{No: no}
	c.Drop()
	return c
}

// Drop forgets everything that is remembered of the county, after a batch
// failed.
func (c *County) Drop() {
	c.head = head{}
	c.edge = nil
	c.keys = map[KeyRow]int64{}
	c.whole = map[[16]byte]bool{}
	c.vectors = map[int64]*daysum.Vector{}
	c.sums = map[SumID]*daysum.Vector{}
	c.series = map[SeriesRow]*series{}
	c.replies = map[[16]byte]reply{}
	c.things = map[any]any{}
}

func (c *County) loaded() bool { return c.edge != nil }

// trim bounds the caches by count; it runs between batches, when nothing in
// them is uncommitted.
func (c *County) trim() {
	if len(c.keys) > maxKeys {
		clear(c.whole) // some of the accounts of any lot will be gone
	}
	trimMap(c.keys, maxKeys)
	trimMap(c.whole, maxThings)
	trimMap(c.vectors, maxVectors)
	trimMap(c.sums, maxVectors)
	trimMap(c.replies, maxReplies)
	trimMap(c.things, maxThings)
	trimMap(c.series, maxThings)
}

// trimMap drops a quarter of an overfull map, whichever the runtime yields
// first: random eviction, without bookkeeping on the hot path.
func trimMap[K comparable, V any](m map[K]V, limit int) {
	if len(m) <= limit {
		return
	}
	drop := len(m) - limit*3/4
	for k := range m {
		if drop == 0 {
			return
		}
		delete(m, k)
		drop--
	}
}
