package projects

import (
	"bytes"

	"fundbook/internal/fault"
	"fundbook/internal/seal"
	"fundbook/internal/translog"
	"fundbook/ledger"
)

// ErrPersonRow says that a sealed row is not the one that its roster names.
var ErrPersonRow = fault.New(fault.Internal, "roster.sealed_row", "名册的加密行缺失或与记录不符", "a sealed row of the roster is missing or is not the one recorded")

// personDomain stands before what a commitment is made of.
const personDomain = "fundbook/person/v1"

// The kinds of index by which equal numbers are found without opening a row.
const (
	indexID   = "resident-id"
	indexCard = "card"
	indexFile = "file"
)

// SealedRow (加密行) is one version of a roster's row as it is stored: the person
// sealed, what is committed to the log, and the indexes for duplicates. A version
// is never changed; a corrected card makes the next one.
type SealedRow struct {
	N          int // row of the roster, from 1
	Rev        int // version of the row, from 1
	Quantity   Quantity
	Standard   ledger.Amount
	Amount     ledger.Amount
	Village    string
	Commitment ledger.Digest
	IDIndex    ledger.Digest
	CardIndex  ledger.Digest
	Sealed     []byte
}

// place is what a sealed row is bound to.
type place struct {
	County, Roster string
	N, Rev         int
}

func (p place) bytes() ([]byte, error) {
	var e translog.Encoder
	translog.AppendFields(&e, &p)
	return e.Finish()
}

// commitmentOf is the salted commitment of a person in a place.
func commitmentOf(at place, p *Person, salt seal.Salt) (ledger.Digest, error) {
	var e translog.Encoder
	translog.AppendFields(&e, &at)
	translog.AppendFields(&e, p)
	canonical, err := e.Finish()
	if err != nil {
		return ledger.Digest{}, err
	}
	return seal.Commit(personDomain, salt, canonical), nil
}

// sealPerson fills in what of a row is made from the person.
func (r *SealedRow) sealPerson(box *seal.Box, at place, p *Person) error {
	salt, err := seal.NewSalt()
	if err != nil {
		return err
	}
	if r.Commitment, err = commitmentOf(at, p, salt); err != nil {
		return err
	}
	var e translog.Encoder
	e.Digest(salt)
	translog.AppendFields(&e, p)
	plain, err := e.Finish()
	if err != nil {
		return err
	}
	context, err := at.bytes()
	if err != nil {
		return err
	}
	r.Village = p.Village
	r.IDIndex, r.CardIndex = box.Index(indexID, p.ID), box.Index(indexCard, p.Card)
	r.Sealed, err = box.Seal(plain, context)
	return err
}

// open returns the person of a row, after it was compared with everything that
// stands beside it. ErrPersonRow when they disagree.
func (r *SealedRow) open(box *seal.Box, at place) (Person, error) {
	context, err := at.bytes()
	if err != nil {
		return Person{}, err
	}
	plain, err := box.Open(r.Sealed, context)
	if err != nil {
		return Person{}, err
	}
	d := translog.NewDecoder(plain)
	salt := seal.Salt(d.Digest())
	var p Person
	translog.DecodeFields(d, &p)
	if err := d.Finish(); err != nil {
		return Person{}, ErrPersonRow.With("名册 %s 第 %d 行", at.Roster, at.N)
	}
	c, err := commitmentOf(at, &p, salt)
	if err != nil {
		return Person{}, err
	}
	id, card := box.Index(indexID, p.ID), box.Index(indexCard, p.Card)
	if c != r.Commitment || p.Village != r.Village || !bytes.Equal(id[:], r.IDIndex[:]) || !bytes.Equal(card[:], r.CardIndex[:]) {
		return Person{}, ErrPersonRow.With("名册 %s 第 %d 行：承诺值、检索值或村代码不符", at.Roster, at.N)
	}
	return p, nil
}
