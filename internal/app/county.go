package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/internal/translog"
	"fundbook/ledger"
)

var (
	// ErrCountyExists says that the county's log is open already.
	ErrCountyExists = fault.New(fault.Conflict, "county.exists", "该县账簿已建立", "the county's log is open already")
	// ErrCountyCode refuses a county code out of form.
	ErrCountyCode = fault.New(fault.Invalid, "county.code", "县代码须为六位数字，无代码单位用 X- 开头的本地代码", "a county code is six digits, or X-… for a unit without one")
)

// CommonCounty is the pseudo-county that holds what belongs to none: accounts
// and divisions.
const CommonCounty = "000000"

// NewCounty is what a county begins with.
type NewCounty struct {
	Code string
	Name string
	// FirstPeriod is the period in which the books begin; zero means January of
	// the current year.
	FirstPeriod ledger.Period
	OpenMonths  int // zero means 2
}

// InitCounty opens the log of a county: its head row, its signing key, and
// record 1 with the public key and the policy set. Running it again on a county
// that is open is ErrCountyExists; after a crash half way it goes on.
func (a *App) InitCounty(ctx context.Context, who auth.Who, c NewCounty) error {
	if !translog.ValidCounty(c.Code) || c.Name == "" {
		return ErrCountyCode.With("%q %q", c.Code, c.Name)
	}
	if err := who.May(specCounty.Permission, c.Code); err != nil {
		return err
	}
	skey, err := a.keys.ensure(c.Code)
	if err != nil {
		return fmt.Errorf("make the signing key of %s: %w", c.Code, err)
	}
	vkey, err := translog.PublicOf(skey)
	if err != nil {
		return err
	}
	if err := a.ensureHead(ctx, c.Code, c.Name); err != nil {
		return err
	}
	cmd := countyCmd{
		body:     translog.County{Code: c.Code, Name: c.Name, VKey: vkey, SecretCheck: db.SecretCheck(a.db.Secret())},
		policies: c.policies(a.clock()),
	}
	for _, p := range cmd.policies {
		cmd.body.Policy = append(cmd.body.Policy, p.Name+"="+p.Value)
	}
	out, err := a.Do(ctx, Request{County: c.Code, Who: who, Key: "county-init-" + c.Code + "-record-1", Raw: rawOf(c)}, cmd)
	if (err == nil && out.Replayed) || errors.Is(err, db.ErrKeyReused) { // under another name, too
		return ErrCountyExists.With("%s", c.Code)
	}
	return err
}

func (c NewCounty) policies(us int64) []ledger.Policy {
	today := ledger.DateAt(us)
	first, months := c.FirstPeriod, c.OpenMonths
	if first == 0 {
		first = ledger.Period(today.Year()*100 + 1)
	}
	if months == 0 {
		months = 2
	}
	return []ledger.Policy{
		{Name: ledger.PolicyFirstPeriod, Value: first.String(), Basis: "建账"},
		{Name: ledger.PolicyOpenMonths, Value: strconv.Itoa(months), Basis: "本办法 4.7：同时开放的会计期间数"},
		{Name: ledger.PolicyFourEyes, Value: "none", Basis: "人员到位前由制单人记账，打印“未审核”"},
	}
}

// ensureHead makes the county's head row unless it is there.
func (a *App) ensureHead(ctx context.Context, code, name string) error {
	if _, err := db.FindCounty(ctx, a.db.Write, code); err == nil || fault.KindOf(err) != fault.NotFound {
		return err
	}
	var empty translog.Frontier
	frontier, err := empty.MarshalBinary()
	if err != nil {
		return err
	}
	for range maxRetries {
		no, err := a.countyNumber(ctx, code)
		if err != nil {
			return err
		}
		err = insertHeadRow(ctx, a.db.Write, headRow{County: no, Code: code, Name: name, Frontier: frontier})
		if err == nil || db.ClassOf(err) != db.Unique {
			return err
		}
		if _, err := db.FindCounty(ctx, a.db.Write, code); err == nil {
			return nil // another process was first
		}
	}
	return ErrBusy
}

// firstLocalCounty is the number of the first county without a division code.
const firstLocalCounty = 10_000_000

// countyNumber is the first column of every table: the division code as a
// number, or the next free number for a local code.
func (a *App) countyNumber(ctx context.Context, code string) (int32, error) {
	if n, err := strconv.ParseInt(code, 10, 32); err == nil {
		return int32(n), nil
	}
	last, err := lastCounty(ctx, a.db.Write)
	if err != nil {
		return 0, err
	}
	return max(last+1, firstLocalCounty), nil
}

// EnsureCounty opens a county's log unless it is open.
func (a *App) EnsureCounty(ctx context.Context, who auth.Who, c NewCounty) error {
	row, err := db.FindCounty(ctx, a.db.Read, c.Code)
	if err == nil && row.NextSeq > 1 {
		return nil
	}
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err := a.InitCounty(ctx, who, c); err != nil && !errors.Is(err, ErrCountyExists) {
		return err
	}
	return nil
}

// CheckKeys refuses to serve when a county's key file is missing or is not the
// one its log names.
func (a *App) CheckKeys(ctx context.Context) error {
	rows, err := db.Counties(ctx, a.db.Read)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.NextSeq == 1 {
			continue
		}
		keys, err := PublicKeys(ctx, a.db.Read, row.County)
		if err != nil {
			return err
		}
		skey, err := translog.ReadKeyFile(a.keys.path(row.Code))
		if errors.Is(err, fs.ErrNotExist) {
			return ErrSigningKey.With("县 %s：没有密钥文件 %s；遗失请用 fundbook key replace 登记新密钥", row.Code, a.keys.path(row.Code))
		}
		if err != nil {
			return err
		}
		vkey, err := translog.PublicOf(skey)
		if err != nil {
			return err
		}
		if now := keys[len(keys)-1].VKey; vkey != now {
			return ErrSigningKey.With("县 %s：文件为 %s，日志为 %s", row.Code, vkey, now)
		}
	}
	return nil
}
