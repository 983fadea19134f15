package audit

import (
	"context"
	"fmt"

	"fundbook/internal/translog"
	"fundbook/ledger"
)

// fold takes the records in order and keeps what the next ones are judged by.
type fold struct {
	c     *countyCheck
	f     *finder
	tree  *tree
	model *ledger.Model
	refs  []ledger.Ref // by account number, -1 while unknown
	moves []ledger.Move
	days  []accountDays // by account number
	rows  *rowSet
	keys  []translog.PublicKey

	at      int64 // of the last record
	open    int64 // records that the command under way still owes; -1 unknown
	openSeq int64
	last    int64              // of the records there are
	used    map[[16]byte]int64 // idempotency keys

	series   map[seriesKey]*seriesFold
	closed   map[ledger.Book]ledger.Period
	reversed map[int64]int64
	users    map[[16]byte]int64
	tokens   map[[16]byte][32]byte // the digest of each account's present token
	unit     []pending

	entries, lines int64
	unknown        map[string]int64
}

type seriesKey struct {
	book   ledger.Book
	period ledger.Period
	word   string
}

// seriesFold is a voucher series: entry i took number i+1.
type seriesFold struct{ seqs []int64 }

func newFold(c *countyCheck, t *tree) *fold {
	x := &fold{
		c: c, f: c.f, tree: t, model: ledger.NewModel(), rows: newRowSet(),
		refs: make([]ledger.Ref, len(c.keys.keys)), days: make([]accountDays, len(c.keys.keys)),
		used: map[[16]byte]int64{}, series: map[seriesKey]*seriesFold{}, closed: map[ledger.Book]ledger.Period{},
		reversed: map[int64]int64{}, users: map[[16]byte]int64{}, tokens: map[[16]byte][32]byte{}, unknown: map[string]int64{},
	}
	for i := range x.refs {
		x.refs[i] = -1
	}
	return x
}

// take folds a chunk.
func (x *fold) take(ctx context.Context, c *chunk) error {
	for _, b := range c.found {
		x.f.add(b)
	}
	for i := range c.items {
		it := &c.items[i]
		if !it.present {
			x.f.addf(it.seq, "order.missing", "缺第 %d 条记录", it.seq)
			if x.open > 0 {
				x.open--
			} else {
				x.open = -1
			}
			if err := x.tree.missing(it.seq); err != nil {
				return err
			}
			continue
		}
		x.last = it.seq
		if err := x.tree.add(it.hash); err != nil {
			return err
		}
		if !it.good {
			x.tree.doubt(it.seq)
			x.open = -1
			continue
		}
		x.order(it)
		if err := x.meaning(ctx, it); err != nil {
			return err
		}
	}
	return nil
}

// order checks the place of a record: clock, command, idempotency key.
func (x *fold) order(it *item) {
	h := &it.head
	if h.At < x.at {
		x.f.addf(it.seq, "order.clock", "时间早于前一条记录")
	}
	x.at = max(x.at, h.At)
	switch {
	case h.First() && x.open > 0:
		x.f.addf(it.seq, "order.command", "另起命令，而第 %d 条起的命令还缺 %d 条", x.openSeq, x.open)
	case !h.First() && x.open == 0:
		x.f.addf(it.seq, "order.command", "不属于任何命令")
	}
	if h.First() || (x.open == 0 && len(x.unit) > 0) {
		x.settle()
	}
	if !h.First() {
		if x.open > 0 {
			x.open--
		}
		return
	}
	x.open, x.openSeq = h.Count-1, it.seq
	id := h.Slot
	if other, dup := x.used[id]; dup {
		x.f.addf(it.seq, "idempotency.reused", "幂等键已用于第 %d 条记录", other)
	}
	x.used[id] = it.seq
}

// meaning folds what a record says.
func (x *fold) meaning(ctx context.Context, it *item) error {
	if it.head.Kind == ledger.KindEntry {
		if len(it.entry.Lines()) == 0 {
			return nil // named already
		}
		return x.entry(ctx, it)
	}
	x.settle()
	decode, ok := kinds[it.head.Kind]
	if !ok {
		other, ok := x.c.kinds[it.head.Kind]
		if !ok {
			x.unknown[it.head.Kind]++
			return nil
		}
		decode = func(_ *fold, h translog.Header, d *translog.Decoder) ([]Row, error) { return other(h, d) }
	}
	d := translog.NewDecoder(it.body)
	h := translog.DecodeHeader(d)
	if ok && h.Version > max(1, newest[h.Kind]) {
		x.f.addf(it.seq, "leaf.version", "%s 记录的版本 %d 不识", h.Kind, h.Version)
		return nil
	}
	rows, err := decode(x, h, d)
	if err == nil {
		err = d.Finish()
	}
	if err != nil {
		x.tree.doubt(it.seq)
		x.f.addf(it.seq, "leaf.malformed", "%s 记录的内容不能还原：%v", h.Kind, err)
		return nil
	}
	for _, r := range rows {
		x.rows.add(it.seq, r)
	}
	return nil
}

// close ends the fold.
func (x *fold) close() {
	x.settle()
	if x.open > 0 {
		x.f.addf(x.last+1, "order.command", "第 %d 条起的命令还缺 %d 条记录", x.openSeq, x.open)
	}
	if err := x.model.CheckAll(); err != nil {
		if _, named := x.f.first["guard.unit"]; !named {
			x.f.addf(0, "guard.balance", "按余额重算：%v", err)
		}
	}
}

// newest is the newest version of a kind's fields where it is not 1.
var newest = map[string]uint{translog.KindCounty: translog.CountyVersion}

// kinds are the records of the log itself, of the ledger and of the accounts.
var kinds = map[string]func(x *fold, h translog.Header, d *translog.Decoder) ([]Row, error){
	translog.KindCounty: foldCounty,
	translog.KindKey:    foldKey,
	ledger.KindLot:      foldLot,
	ledger.KindPeriod:   foldPeriod,
	ledger.KindPolicy:   foldPolicy,
	"user":              foldUser,
	"user_token":        foldToken,
	"user_revoked":      foldRevoked,
}

func foldCounty(x *fold, h translog.Header, d *translog.Decoder) ([]Row, error) {
	c := translog.DecodeCounty(d, h.Version)
	if err := d.Err(); err != nil {
		return nil, err
	}
	if h.Seq != 1 || c.Code != h.County {
		x.f.addf(h.Seq, "county.record", "建账记录须为第 1 条且属于本县（代码 %s）", c.Code)
	}
	if c.Name != x.c.head.Name {
		x.f.addf(h.Seq, "head.name", "县名为 %q，建账记录为 %q", x.c.head.Name, c.Name)
	}
	x.c.checkSecret(c)
	x.keys = c.Keys()
	return nil, nil
}

func foldKey(x *fold, h translog.Header, d *translog.Decoder) ([]Row, error) {
	k := translog.DecodeKeyChange(d)
	if err := d.Err(); err != nil {
		return nil, err
	}
	keys, err := k.Apply(x.keys, h.Seq)
	if err == nil {
		x.keys = keys
	}
	return nil, err
}

func foldLot(x *fold, h translog.Header, d *translog.Decoder) ([]Row, error) {
	l, err := ledger.DecodeLot(d)
	if err != nil {
		return nil, err
	}
	if err := x.model.AddLot(l); err != nil {
		x.f.addf(h.Seq, "lot.duplicate", "%v", err)
	}
	if !l.Reissues.IsZero() {
		if _, ok := x.model.Lot(l.Reissues); !ok {
			x.f.addf(h.Seq, "lot.reissues", "批次 %s 所替换的批次 %s 未登记", l.Code, l.Reissues)
		}
	}
	return []Row{{"lot", RowText(int64(l.Amount), l.Line, l.Year, l.ID[:], l.Code, l.Document, string(l.Tier), string(l.Class), string(l.DocNo), l.Name)}}, nil
}

func foldPeriod(x *fold, h translog.Header, d *translog.Decoder) ([]Row, error) {
	p, err := ledger.DecodePeriodClose(d)
	if err != nil {
		return nil, err
	}
	if last := x.closed[p.Book]; p.Period <= last || last != 0 && p.Period != last.Next() {
		x.f.addf(h.Seq, "period.order", "账套 %s 期间 %s 不在 %s 之后", p.Book, p.Period, last)
	}
	x.closed[p.Book] = max(x.closed[p.Book], p.Period)
	return []Row{{"period_close", RowText(int64(p.Period), string(p.Book))}}, nil
}

func foldPolicy(_ *fold, _ translog.Header, d *translog.Decoder) ([]Row, error) {
	p, err := ledger.DecodePolicy(d)
	return []Row{{"policy", RowText(int64(p.ValidFrom.Number()), p.Name, p.Value, p.Basis)}}, err
}

func foldUser(x *fold, h translog.Header, d *translog.Decoder) ([]Row, error) {
	id := d.ID()
	name, role, county, unit := d.Text(), d.Text(), d.Text(), d.Text()
	digest := d.Digest()
	if other, dup := x.users[id]; dup {
		return nil, fmt.Errorf("账户标识已用于第 %d 条记录", other)
	}
	x.users[id], x.tokens[id] = h.Seq, digest
	return []Row{{"user_account", RowText(id[:], name, role, county, unit, digest[:])}}, d.Err()
}

// foldToken holds a new token to the account's present one, which it must end.
func foldToken(x *fold, _ translog.Header, d *translog.Decoder) ([]Row, error) {
	id, ended, digest := d.ID(), d.Digest(), d.Digest()
	if err := d.Err(); err != nil {
		return nil, err
	}
	if x.tokens[id] != ended {
		return nil, fmt.Errorf("账户 %x 的新令牌不接在其现有令牌之后", id)
	}
	x.tokens[id] = digest
	return []Row{{"user_token", RowText(id[:], ended[:], digest[:])}}, nil
}

func foldRevoked(x *fold, _ translog.Header, d *translog.Decoder) ([]Row, error) {
	id := d.ID()
	if _, ok := x.users[id]; !ok && d.Err() == nil {
		return nil, fmt.Errorf("注销的账户 %x 未登记", id)
	}
	return []Row{{"user_revocation", RowText(id[:])}}, d.Err()
}
