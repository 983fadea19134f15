// Package dossier keeps one file (案卷) per thing that has a life of its own: a
// project, a plan, a contract, a claim, a card batch, a finding. What happened to
// it are facts (事实): records of the county's log, never changed. Its state is
// what the facts fold to, and is kept beside the log so that it is read in one
// step; verify folds it again and compares (laws 3 and 6).
//
// A room declares a Kind with the type of its state, and each fact with the one
// function that applies it. A command is then three lines: load the state, let a
// pure rule decide, record the fact:
//
//	p, err := projects.Load(ctx, tx, code)
//	f, err := p.decide(cmd)        // pure: refuses, or says what happened
//	entered.Record(tx, code, &p, f)
//
// State and facts are plain structs of the kinds that translog.AppendFields
// writes; the order of their fields is their format. A dossier of another
// township does not exist for an account of a township.
package dossier

import (
	"context"
	"fmt"

	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/internal/translog"
)

var (
	// ErrUnknown says that the county has no dossier of that code, or none that
	// the account may see.
	ErrUnknown = fault.New(fault.NotFound, "dossier.unknown", "本县没有这份案卷", "there is no such dossier in this county")
	// ErrExists refuses a code that is used already: codes are never used twice.
	ErrExists = fault.New(fault.Conflict, "dossier.exists", "编号已使用，编号不得重复使用", "the code is used already; codes are never used twice")
	// ErrEncoding says that a stored fact or state cannot be read.
	ErrEncoding = fault.New(fault.Internal, "dossier.encoding", "案卷记录无法读取", "a record of a dossier cannot be read")
)

// Index (索引) is what lists and joins need of a dossier.
type Index struct {
	Status  string // state name, such as IN_LIBRARY
	Unit    string // township whose own it is; "" when the county's
	Village string // division code of 12 digits, or ""
	Parent  string // code of the dossier that it belongs to, such as a claim's contract
	Title   string
	Year    int
	Amount  int64 // fen
}

// Stamp (时戳) is where and when a fact was recorded, and by whom.
type Stamp struct {
	Seq   int64
	At    int64 // microseconds of UTC
	Actor [16]byte
}

// Kind (案卷种类) declares the dossiers of one kind with state S.
type Kind[S any] struct {
	name  string
	index func(*S) Index
}

// NewKind declares a kind; index derives its row from the state. Call it once per
// kind, in a package variable.
func NewKind[S any](name string, index func(*S) Index) *Kind[S] {
	k := &Kind[S]{name, index}
	register(name, func(state any) Index { return index(state.(*S)) }, func() any { return new(S) })
	return k
}

// Name is how the kind stands in the index.
func (k *Kind[S]) Name() string { return k.name }

// Fact (事实) is something that can happen to the dossiers of one kind.
type Fact[S, F any] struct {
	kind   *Kind[S]
	record string // kind of its record
	apply  func(*S, *F, Stamp)
}

// On declares a fact of a kind, the kind of its record, and how it changes the
// state. apply must not fail, look at the clock or read anything else: decide
// before recording.
func On[S, F any](k *Kind[S], record string, apply func(*S, *F, Stamp)) *Fact[S, F] {
	registerFact(record, k.name, func(d *translog.Decoder, state any, at Stamp) (any, error) {
		var f F
		translog.DecodeFields(d, &f)
		if err := d.Finish(); err != nil {
			return nil, err
		}
		apply(state.(*S), &f, at)
		return &f, nil
	})
	return &Fact[S, F]{k, record, apply}
}

// Load returns the state of a dossier as the command sees it, earlier commands of
// the batch included. It is the caller's own copy. ErrUnknown when there is none.
func (k *Kind[S]) Load(ctx context.Context, tx *db.Tx, code string) (S, error) {
	var s S
	h, err := recall(ctx, tx, thing{k.name, code})
	if err != nil {
		return s, err
	}
	if h.body == nil || !visible(tx.Unit, h.unit) {
		return s, ErrUnknown.With("%s %s", k.name, clip(code))
	}
	err = k.decode(h.body, code, &s)
	return s, err
}

// Exists reports whether a code is taken, whoever may see its dossier.
func (k *Kind[S]) Exists(ctx context.Context, tx *db.Tx, code string) (bool, error) {
	h, err := recall(ctx, tx, thing{k.name, code})
	return h.body != nil, err
}

// Last returns the sequence number of the last fact of a dossier, whoever may see
// it, or 0 when there is none.
func (k *Kind[S]) Last(ctx context.Context, tx *db.Tx, code string) (int64, error) {
	h, err := recall(ctx, tx, thing{k.name, code})
	return h.seq, err
}

// Codes returns the codes of all dossiers of the kind in order of opening, those
// of earlier commands of the batch included, whoever may see them.
func (k *Kind[S]) Codes(ctx context.Context, tx *db.Tx) ([]string, error) {
	return recallCodes(ctx, tx, k.name)
}

func (k *Kind[S]) decode(body []byte, code string, s *S) error {
	d := translog.NewDecoder(body)
	translog.DecodeFields(d, s)
	if err := d.Finish(); err != nil {
		return ErrEncoding.With("%s %s", k.name, clip(code)).Because(err)
	}
	return nil
}

// Open records the first fact of a new dossier. ErrExists when the code is taken.
func (f *Fact[S, F]) Open(ctx context.Context, tx *db.Tx, code string, state *S, fact F) error {
	if code == "" || len(code) > 80 {
		return fmt.Errorf("invariant: %s with code %q", f.kind.name, clip(code))
	}
	h, err := recall(ctx, tx, thing{f.kind.name, code})
	if err != nil {
		return err
	}
	if h.body != nil {
		return ErrExists.With("%s %s", f.kind.name, clip(code))
	}
	codes, err := recallCodes(ctx, tx, f.kind.name)
	if err != nil {
		return err
	}
	tx.Remember(codesThing(f.kind.name), append(codes[:len(codes):len(codes)], code))
	return f.write(ctx, tx, code, state, fact)
}

// Record records a fact of a dossier that the command loaded, and changes state
// with it.
func (f *Fact[S, F]) Record(ctx context.Context, tx *db.Tx, code string, state *S, fact F) error {
	h, err := recall(ctx, tx, thing{f.kind.name, code})
	if err != nil {
		return err
	}
	if h.body == nil {
		return ErrUnknown.With("%s %s", f.kind.name, clip(code))
	}
	return f.write(ctx, tx, code, state, fact)
}

// write records the fact and the state that follows from it.
func (f *Fact[S, F]) write(ctx context.Context, tx *db.Tx, code string, state *S, fact F) error {
	h, err := recall(ctx, tx, thing{f.kind.name, code})
	if err != nil {
		return err
	}
	var e translog.Encoder
	e.Text(code)
	translog.AppendFields(&e, &fact)
	payload, err := e.Finish()
	if err != nil {
		return err
	}
	at := Stamp{tx.NextSeq(), tx.Now, tx.Actor}
	f.apply(state, &fact, at)
	translog.AppendFields(&e, state)
	body, err := e.Finish()
	if err != nil {
		return err
	}
	tx.AddRecord(f.record, 0, 0, payload)
	opened := h.opened
	if opened == 0 {
		opened = at.Seq
	}
	x := f.kind.index(state)
	tx.Remember(thing{f.kind.name, code}, held{body, x.Unit, opened, at.Seq})
	save(tx, row{
		County: tx.CountyNo(), Kind: f.kind.name, Code: code, Seq: at.Seq, Opened: opened, Body: body,
		Status: x.Status, Unit: x.Unit, Village: x.Village, Parent: x.Parent, Title: x.Title, Year: int32(x.Year), Amount: x.Amount,
	})
	return nil
}

// visible tells whether an account of township who may see a dossier of unit
// whose. The county sees all; what is the county's own is seen by all.
func visible(who, whose string) bool { return who == "" || whose == "" || who == whose }

func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}
