package audit

import (
	"context"
	"io/fs"

	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/internal/seal"
	"fundbook/internal/translog"
	"fundbook/ledger"
)

// ErrUntrusted says that a county's log does not begin with a key that the
// caller trusts.
var ErrUntrusted = fault.New(fault.Refused, "audit.untrusted", "县日志的公钥不在可信之列", "the log does not begin with a trusted key")

// ErrOtherHead refuses a head from outside whose county is not the one to be
// verified: it would pass unread.
var ErrOtherHead = fault.New(fault.Invalid, "audit.other_head", "外部日志头属于另一县，请不限定县或另行核验", "a head from outside belongs to another county: verify all counties, or that one")

// Options say what Verify reads and with what it compares.
type Options struct {
	// County is the code of one county; empty means all.
	County string
	// Full reads every record. Without it only the tail of each county's log is
	// read, and the tree, the counts and the totals are compared (see quick).
	Full bool
	// Heads are signed heads from outside the store: printed on notices, kept by an
	// auditor. Each is checked against the county that it names.
	Heads []string
	// Trusted are public keys known from outside. When any is given, every county's
	// first key must be among them.
	Trusted []string
	// Papers is the directory of the issued PDFs, read with Full; nil when only the
	// database is at hand.
	Papers fs.FS
	// Persons is the key of personal data, with which sealed rows are opened; nil
	// when it is not at hand, and rows are compared by their commitments alone.
	Persons *seal.Box
	// Kinds are decoders of the records of other rooms, by kind. Records of a kind
	// that nobody decodes are checked as leaves and counted as unknown.
	Kinds map[string]Decoder
	// Tables are the tables that the decoders of Kinds return rows of.
	Tables []Table
}

// countyCheck is one county under verification: a moment of the store (q) and
// what was read of it at the start.
type countyCheck struct {
	countyReader
	d      *db.DB
	o      *Options
	f      *finder
	head   countyHead
	keys   *keyTable
	secret []byte // of the store
	byKey  map[ledger.Key]int32
	kinds  map[string]Decoder
	report CountyReport
}

// idOf finds an account number by its meaning; the index is made at the first
// breakage only.
func (c *countyCheck) idOf(k *ledger.Key) (int32, bool) {
	if c.byKey == nil {
		c.byKey = make(map[ledger.Key]int32, len(c.keys.keys))
		for id := range c.keys.keys {
			if c.keys.known[id] {
				c.byKey[c.keys.keys[id]] = int32(id)
			}
		}
	}
	id, ok := c.byKey[*k]
	return id, ok
}

// full verifies every record of the county.
func (c *countyCheck) full(ctx context.Context) error {
	stored, err := loadHeadNotes(ctx, c.q, c.head.County)
	if err != nil {
		return err
	}
	notes := readNotes(c.head.Code, stored, c.o.Heads)
	t := newTree(c.f, tileSource(ctx, c.q, c.head.County), sizesOf(notes))
	x := newFold(c, t)
	to := c.bound()
	proto := scanner{d: c.d, county: c.head.County, code: c.head.Code, keys: c.keys}
	if err := scanAll(ctx, proto, 1, to, func(k *chunk) error { return x.take(ctx, k) }); err != nil {
		return err
	}
	x.close()
	if to < c.head.NextSeq {
		c.f.addf(to, "order.missing", "缺第 %d 至 %d 条记录：尾部缺失", to, c.head.NextSeq-1)
		t.doubt(to)
	}
	counts, err := loadTileCounts(ctx, c.q, c.head.County)
	if err != nil {
		return err
	}
	t.close(&c.head, counts)
	c.report.Head = checkNotes(c.f, t, notes, x.keys)
	c.trust(x.keys)
	c.report.Entries, c.report.Lines = x.entries, x.lines
	c.report.Root = t.edge.Root().String()
	c.report.Unknown = x.unknown
	return c.derived(ctx, x)
}

// bound is the sequence number before which the records are read. A tampered
// number must not make the scan run for ever.
func (c *countyCheck) bound() int64 {
	return min(c.head.NextSeq, c.head.Last+1, c.head.Records+100_000)
}

// checkOptions refuses options that do not go together.
func checkOptions(o *Options) error {
	for _, n := range o.Heads {
		if x := readNote(n, -1); o.County != "" && x.parse == nil && x.head.County() != o.County {
			return ErrOtherHead.With("%s，限定 %s", x.head.County(), o.County)
		}
	}
	return nil
}

// checkSecret compares the secret of the store with what record 1 keeps of it
// (law 10). A county record of version 1 keeps nothing.
func (c *countyCheck) checkSecret(x translog.County) {
	if x.SecretCheck == [32]byte{} || len(c.secret) != db.SecretBytes {
		return
	}
	if db.SecretCheck(c.secret) != x.SecretCheck {
		c.f.addf(1, "secret.changed", "表 store 的库密钥不是建账时的那一个；此前的幂等键会被当作另一份内容，请从备份恢复该行")
	}
}

func (c *countyCheck) trust(keys []translog.PublicKey) {
	if len(c.o.Trusted) == 0 || len(keys) == 0 {
		return
	}
	for _, k := range c.o.Trusted {
		if k == keys[0].VKey {
			return
		}
	}
	c.f.addf(1, "head.untrusted", "%v", ErrUntrusted.With("%s", keys[0].VKey))
}

// derived compares every derived table and index with the refold.
func (c *countyCheck) derived(ctx context.Context, x *fold) error {
	if x.at != c.head.LastAt {
		c.f.addf(c.head.NextSeq-1, "head.last_at", "日志头的末条时间为 %d，末条记录为 %d", c.head.LastAt, x.at)
	}
	for id, known := range c.keys.known {
		if known && !c.keys.used[id] {
			c.f.addf(0, "key.unused", "账户编号 %d（%s）没有任何分录", id, c.keys.keys[id])
		}
	}
	for _, fn := range []func(context.Context) error{x.checkVouchers, x.checkDayTotals, c.stray} {
		if err := fn(ctx); err != nil {
			return err
		}
	}
	if err := c.otherRooms(ctx); err != nil {
		return err
	}
	return x.rows.compare(ctx, c, append(append([]Table(nil), tables...), c.o.Tables...))
}

// stray names rows beyond the head.
func (c *countyCheck) stray(ctx context.Context) error {
	lines, records, err := loadStray(ctx, c.q, &c.head)
	for _, l := range lines {
		c.f.addf(l.Seq, "line.orphan", "%d 行分录没有凭证记录", l.Rows)
	}
	for _, r := range records {
		c.f.addf(r.Seq, "order.stray", "记录在日志头（下一序号 %d）之外", c.head.NextSeq)
	}
	return err
}
