package translog

import (
	"bytes"
	"cmp"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Expect is what the leaves of a county must agree with. Only County is
// necessary; every other field is evidence that makes more tampering visible,
// and heads from outside the store (printed notices, an auditor's mail) make all
// of it visible.
type Expect struct {
	County   string
	Heads    []Checkpoint // opened signed heads, in any order
	Tiles    TileSource   // the stored tiles, which name the very record that differs
	Frontier *Frontier    // the stored edge
}

// Replay folds the leaves of one county in order from the first, and refuses the
// first that does not belong where it stands: a gap, a swap, an alien record, a
// clock going back, a command cut in two, a hash that is not the stored one, a
// root that is not the signed one. It is the part of verify that belongs to the
// log, online and in an offline bundle alike.
type Replay struct {
	want  Expect
	edge  Edge
	at    int64 // of the last record
	open  int64 // records that the command under way still owes
	good  int64 // size of the last head that agreed
	tiles []Tile
}

// NewReplay begins a replay.
func NewReplay(want Expect) (*Replay, error) {
	want.Heads = slices.SortedFunc(slices.Values(want.Heads), func(a, b Checkpoint) int {
		return cmp.Compare(a.Size, b.Size)
	})
	for _, c := range want.Heads {
		if why := c.wrong(); why != "" {
			return nil, ErrHead.With("%s", why)
		}
		if c.Origin != Origin(want.County) {
			return nil, ErrForeign.With("日志头属于 %s", c.Origin)
		}
	}
	r := &Replay{want: want}
	return r, r.heads()
}

// Add takes the next leaf and returns its header. After an error the replay is
// over.
func (r *Replay) Add(leaf []byte) (Header, error) {
	d := NewDecoder(leaf)
	h := DecodeHeader(d)
	if err := d.Err(); err != nil {
		return Header{}, err
	}
	if err := r.order(h); err != nil {
		return Header{}, err
	}
	r.tiles = r.edge.Append(LeafHash(leaf), r.tiles[:0])
	for _, t := range r.tiles {
		if err := r.stored(t); err != nil {
			return Header{}, err
		}
	}
	return h, r.heads()
}

// Close ends the replay and returns the head that the leaves have. Heads and a
// frontier beyond the last leaf mean that the tail is missing.
func (r *Replay) Close() (Checkpoint, error) {
	got := r.Head()
	if r.open > 0 {
		return got, ErrTruncated.With("第 %d 条之后，所属命令还缺 %d 条记录", got.Size, r.open)
	}
	if len(r.want.Heads) > 0 {
		return got, ErrTruncated.With("签名的日志头有 %d 条记录，现在只有 %d 条", r.want.Heads[0].Size, got.Size)
	}
	if f := r.want.Frontier; f != nil {
		if f.size > got.Size {
			return got, ErrTruncated.With("日志右缘有 %d 条记录，现在只有 %d 条", f.size, got.Size)
		}
		if *f != r.edge.front {
			return got, ErrTree.With("第 %d 条之后的记录与日志右缘不符", got.Size&^(TileWidth-1))
		}
	}
	return got, nil
}

// Head returns the head of the leaves so far.
func (r *Replay) Head() Checkpoint {
	return Checkpoint{Origin(r.want.County), r.edge.Size(), r.edge.Root()}
}

// order checks what a header says of its place.
func (r *Replay) order(h Header) error {
	seq := r.edge.Size() + 1
	switch {
	case h.County != r.want.County:
		return ErrForeign.With("第 %d 条记录属于 %s", seq, h.County)
	case h.Seq != seq:
		return ErrSequence.With("第 %d 条记录自称第 %d 条", seq, h.Seq)
	case h.At < r.at:
		return ErrSequence.With("第 %d 条记录的时间早于前一条", seq)
	case h.First() && r.open > 0:
		return ErrSequence.With("第 %d 条记录另起命令，前一命令还缺 %d 条", seq, r.open)
	case !h.First() && r.open == 0:
		return ErrSequence.With("第 %d 条记录不属于任何命令", seq)
	case h.First():
		r.open = h.Count
	}
	r.open--
	r.at = h.At
	return nil
}

// stored compares a full tile with the stored one and names the first record
// that differs.
func (r *Replay) stored(t Tile) error {
	if r.want.Tiles == nil {
		return nil
	}
	data, err := r.want.Tiles(t.Level, t.N)
	if err != nil {
		return err
	}
	if bytes.Equal(data, t.Data) {
		return nil
	}
	if t.Level > 0 || len(data) != TileBytes {
		return ErrTree.With("散列块 %d/%d", t.Level, t.N)
	}
	i := 0
	for data[i] == t.Data[i] {
		i++
	}
	return ErrTree.With("第 %d 条记录", t.N*TileWidth+int64(i/tlog.HashSize)+1)
}

// heads compares the heads that have the size reached.
func (r *Replay) heads() error {
	for len(r.want.Heads) > 0 && r.want.Heads[0].Size == r.edge.Size() {
		if got := r.Head(); got != r.want.Heads[0] {
			return ErrFork.With("第 %d 至 %d 条记录之中", r.good+1, got.Size)
		}
		r.good = r.edge.Size()
		r.want.Heads = r.want.Heads[1:]
	}
	return nil
}
