package app

import (
	"context"
	"fmt"
	"sync"
	"time"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/internal/translog"
	"fundbook/ledger"
)

// The kinds of the records about accounts.
const (
	kindUser   = "user"
	kindToken  = "user_token"
	kindRevoke = "user_revoked"
)

var (
	// ErrUserName refuses an account name in use or out of form.
	ErrUserName = fault.New(fault.Conflict, "user.name", "账户名已使用或不合要求", "the account name is taken or not valid")
	// ErrUserUnknown says that there is no such account, or none any more.
	ErrUserUnknown = fault.New(fault.NotFound, "user.unknown", "没有这个账户，或者已注销", "no such account, or it is revoked")
	// ErrTokenShown says that a command which gave a token was sent again: a token
	// is kept nowhere, so it cannot be shown twice.
	ErrTokenShown = fault.New(fault.Conflict, "user.token_shown", "该请求已办理，令牌只显示一次；没有记下的请再更换令牌", "the request was carried out before and its token is shown once; if it is lost, replace it")
)

// NewUser is an account to be made.
type NewUser struct {
	Name   string    `json:"name" validate:"required,min=2,max=40"`
	Role   auth.Role `json:"role" validate:"required"`
	County string    `json:"county,omitempty" validate:"max=26"`
	Unit   string    `json:"unit,omitempty" validate:"max=64"`
}

// userCmd records an account: its name, role and scope, and the digest of its
// token.
type userCmd struct {
	everywhere
	NewUser
	id     [16]byte
	digest [32]byte
}

func (userCmd) Spec() Spec                     { return specUser }
func (userCmd) permissions() []auth.Permission { return []auth.Permission{specUser.Permission} }

func (c userCmd) check() error {
	if err := validate(c.NewUser); err != nil {
		return err
	}
	if !c.Role.Valid() {
		return auth.ErrRole.With("%q；可用 %v", c.Role, auth.Roles())
	}
	if (c.Role == auth.Township || c.Role == auth.Village) && (c.County == "" || c.Unit == "") {
		return ErrUserName.With("角色 %s 须指明县和单位", c.Role)
	}
	if why := ledger.NameProblem(c.Unit); why != "" {
		return ErrUserName.With("单位：%s", why)
	}
	if c.Unit == string(ledger.County) {
		return ErrUserName.With("单位 %q 是县级账套，不能作为乡镇", c.Unit)
	}
	return nil
}

func (c userCmd) run(ctx context.Context, tx *db.Tx) error {
	q, err := tx.DB(ctx)
	if err != nil {
		return err
	}
	taken, err := userNameTaken(ctx, q, c.Name)
	if err != nil {
		return err
	}
	if taken {
		return ErrUserName.With("%q", c.Name)
	}
	var enc translog.Encoder
	enc.ID(c.id)
	enc.Text(c.Name)
	enc.Text(string(c.Role))
	enc.Text(c.County)
	enc.Text(c.Unit)
	enc.Digest(c.digest)
	payload, err := enc.Finish()
	if err != nil {
		return err
	}
	insertUser(tx, c, tx.AddRecord(kindUser, 0, 0, payload))
	return nil
}

// AddUser makes an account and returns its token, which is shown once and kept
// nowhere.
func (a *App) AddUser(ctx context.Context, who auth.Who, key string, u NewUser) (auth.Who, string, error) {
	if err := a.EnsureCounty(ctx, auth.LocalOperator, NewCounty{Code: CommonCounty, Name: "公共"}); err != nil {
		return auth.Who{}, "", err
	}
	token, digest, err := auth.NewToken()
	if err != nil {
		return auth.Who{}, "", err
	}
	c := userCmd{NewUser: u, id: db.NewID(), digest: digest}
	out, err := a.Do(ctx, Request{County: CommonCounty, Who: who, Key: key, Raw: rawOf(u)}, c)
	if err == nil && out.Replayed {
		err = ErrTokenShown.With("新增账户 %s", u.Name)
	}
	if err != nil {
		return auth.Who{}, "", err
	}
	return auth.Who{ID: c.id, Name: u.Name, Role: u.Role, County: u.County, Unit: u.Unit}, token, nil
}

// tokenCmd records a new token of an account, which ends the one before.
type tokenCmd struct {
	everywhere
	name   string
	digest [32]byte
}

func (tokenCmd) Spec() Spec                     { return specToken }
func (tokenCmd) permissions() []auth.Permission { return []auth.Permission{specToken.Permission} }
func (tokenCmd) check() error                   { return nil }

func (c tokenCmd) run(ctx context.Context, tx *db.Tx) error {
	q, err := tx.DB(ctx)
	if err != nil {
		return err
	}
	t := tokenRow{digest: c.digest}
	if t.id, err = userByName(ctx, q, c.name); err != nil {
		return err
	}
	if t.replaces, err = presentToken(ctx, q, t.id); err != nil {
		return err
	}
	var enc translog.Encoder
	enc.ID(t.id)
	enc.Digest(t.replaces)
	enc.Digest(t.digest)
	payload, err := enc.Finish()
	if err != nil {
		return err
	}
	insertToken(tx, t, tx.AddRecord(kindToken, 0, 0, payload))
	return nil
}

// ReplaceToken gives an account a new token and returns it; it is shown once and
// kept nowhere. Name, role, scope and identifier stay, and with the identifier the
// idempotency keys: a request that was sent under the old token is a replay under
// the new one. The old token is refused from now on, by other processes within a
// second.
func (a *App) ReplaceToken(ctx context.Context, who auth.Who, key, name string) (token string, err error) {
	token, digest, err := auth.NewToken()
	if err != nil {
		return "", err
	}
	out, err := a.Do(ctx, Request{County: CommonCounty, Who: who, Key: key, Raw: rawOf(name)}, tokenCmd{name: name, digest: digest})
	a.users.forget()
	if err == nil && out.Replayed {
		err = ErrTokenShown.With("账户 %s", name)
	}
	if err != nil {
		return "", err
	}
	return token, nil
}

// revokeCmd ends an account.
type revokeCmd struct {
	everywhere
	name string
}

func (revokeCmd) Spec() Spec                     { return specRevoke }
func (revokeCmd) permissions() []auth.Permission { return []auth.Permission{specRevoke.Permission} }
func (revokeCmd) check() error                   { return nil }

func (c revokeCmd) run(ctx context.Context, tx *db.Tx) error {
	q, err := tx.DB(ctx)
	if err != nil {
		return err
	}
	id, err := userByName(ctx, q, c.name)
	if err != nil {
		return err
	}
	var enc translog.Encoder
	enc.ID(id)
	payload, err := enc.Finish()
	if err != nil {
		return err
	}
	insertRevocation(tx, id, tx.AddRecord(kindRevoke, 0, 0, payload))
	return nil
}

// RevokeUser ends an account; its token is refused from now on, by other
// processes within a second.
func (a *App) RevokeUser(ctx context.Context, who auth.Who, key, name string) error {
	_, err := a.Do(ctx, Request{County: CommonCounty, Who: who, Key: key, Raw: rawOf(name)}, revokeCmd{name: name})
	a.users.forget()
	return err
}

// userCache remembers who a token belongs to for a second, so that what another
// process ended is refused within one.
type userCache struct {
	mu    sync.Mutex
	seen  map[[32]byte]cachedUser
	epoch int // of the memory: what was looked up before it was dropped is not kept
}

// forget drops the memory after an account changed.
func (c *userCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen, c.epoch = nil, c.epoch+1
}

type cachedUser struct {
	who   auth.Who
	until time.Time
}

const maxCachedUsers = 10_000

// Authenticate returns who holds a token, or auth.ErrUnauthenticated.
func (a *App) Authenticate(ctx context.Context, token string) (auth.Who, error) {
	if len(token) < 20 || len(token) > 80 {
		return auth.Who{}, auth.ErrUnauthenticated
	}
	digest := auth.TokenDigest(token)
	at := time.UnixMicro(now())
	a.users.mu.Lock()
	c, ok := a.users.seen[digest]
	epoch := a.users.epoch
	a.users.mu.Unlock()
	if ok && at.Before(c.until) {
		return c.who, nil
	}
	who, err := userByToken(ctx, a.db.Read, digest)
	if err != nil {
		return auth.Who{}, db.Passing(err)
	}
	a.users.mu.Lock()
	defer a.users.mu.Unlock()
	if a.users.epoch != epoch {
		return who, nil
	}
	if a.users.seen == nil || len(a.users.seen) > maxCachedUsers {
		a.users.seen = map[[32]byte]cachedUser{}
	}
	a.users.seen[digest] = cachedUser{who, at.Add(time.Second)}
	return who, nil
}

// Users lists the accounts that are not revoked.
func (a *App) Users(ctx context.Context) ([]auth.Who, error) {
	users, err := listUsers(ctx, a.db.Read)
	if err != nil {
		return nil, fmt.Errorf("list the accounts: %w", err)
	}
	return users, nil
}
