package translog

// The kinds that belong to the log itself. Record 1 of every county is a county
// record; a key record replaces the signing key.
const (
	KindCounty = "county"
	KindKey    = "key"
)

const maxPolicy = 1024

// County (县) is the body of record 1: who keeps this log, and with which key
// its heads are signed. A verifier that trusts one printed key can so check that
// the log began with it.
type County struct {
	Code   string   // as in the header
	Name   string   // 寻乌县
	VKey   string   // public key in the form of sumdb/note, named Origin(Code)
	Policy []string // the policy set in force from the start, one line each
	// SecretCheck, from version 2 on, is a MAC of a constant under the secret of the
	// store: whoever changes the secret cannot make it again. Zero in version 1.
	SecretCheck [32]byte
}

// CountyVersion is the newest version of a county record's fields.
const CountyVersion = 2

// Version is the version of the record that says all of c; its header names it.
func (c County) Version() uint {
	if c.SecretCheck == [32]byte{} {
		return 1
	}
	return CountyVersion
}

// AppendCounty writes the fields of a county record of c.Version.
func AppendCounty(e *Encoder, c County) {
	if why := c.wrong(); why != "" {
		e.Fail("县记录：%s", why)
		return
	}
	e.Text(c.Code)
	e.Text(c.Name)
	e.Text(c.VKey)
	e.Count(len(c.Policy), maxPolicy)
	for _, p := range c.Policy {
		e.Text(p)
	}
	if c.Version() == CountyVersion {
		e.Digest(c.SecretCheck)
	}
}

// DecodeCounty reads the fields of a county record of the version that its header
// names.
func DecodeCounty(d *Decoder, version uint) County {
	c := County{Code: d.Text(), Name: d.Text(), VKey: d.Text()}
	for range d.Count(maxPolicy) {
		c.Policy = append(c.Policy, d.Text())
	}
	if version == CountyVersion {
		c.SecretCheck = d.Digest()
	}
	if d.err == nil && c.Version() != version {
		d.Fail("县记录：版本 %d", version)
	}
	if d.err != nil {
		return County{}
	}
	if why := c.wrong(); why != "" {
		d.Fail("县记录：%s", why)
		return County{}
	}
	return c
}

func (c County) wrong() string {
	switch {
	case !ValidCounty(c.Code):
		return "县代码"
	case c.Name == "":
		return "县名为空"
	case !isKeyOf(c.VKey, Origin(c.Code)):
		return "公钥"
	}
	return ""
}

// Keys returns the public keys of a county that has never changed its key.
func (c County) Keys() []PublicKey { return []PublicKey{{VKey: c.VKey}} }

// KeyChange (更换密钥) is the body of a key record: from this record on heads are
// signed with New. Old stays published, for the heads signed before.
type KeyChange struct {
	Old, New string // public keys in the form of sumdb/note, of one name
	Reason   string
}

// AppendKeyChange writes the fields of a key record, version 1.
func AppendKeyChange(e *Encoder, k KeyChange) {
	if why := k.wrong(); why != "" {
		e.Fail("密钥记录：%s", why)
		return
	}
	e.Text(k.Old)
	e.Text(k.New)
	e.Text(k.Reason)
}

// DecodeKeyChange reads the fields of a key record, version 1.
func DecodeKeyChange(d *Decoder) KeyChange {
	k := KeyChange{Old: d.Text(), New: d.Text(), Reason: d.Text()}
	if d.err != nil {
		return KeyChange{}
	}
	if why := k.wrong(); why != "" {
		d.Fail("密钥记录：%s", why)
		return KeyChange{}
	}
	return k
}

func (k KeyChange) wrong() string {
	name, _, err := parseVKey(k.Old)
	switch {
	case err != nil || !isKeyOf(k.New, name):
		return "公钥"
	case k.Old == k.New:
		return "新旧公钥相同"
	case k.Reason == "":
		return "缘由为空"
	}
	return ""
}

// Apply folds the key record with sequence seq into the keys of its county: the
// key in use, which must be Old, signs no head that contains the record, so a
// key that was stolen and replaced cannot rewrite what follows.
func (k KeyChange) Apply(keys []PublicKey, seq int64) ([]PublicKey, error) {
	if len(keys) == 0 || keys[len(keys)-1].VKey != k.Old {
		return nil, ErrKeyHistory.With("第 %d 条记录", seq)
	}
	out := append([]PublicKey(nil), keys...)
	out[len(out)-1].Until = seq - 1
	return append(out, PublicKey{VKey: k.New}), nil
}
