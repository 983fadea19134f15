package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/ledger"
)

type userCmd struct {
	Add    userAddCmd    `cmd:"" help:"新增账户，打印一次性显示的令牌"`
	Passwd userPasswdCmd `cmd:"" help:"更换令牌：同角色的接任账户，原账户注销"`
	Revoke userRevokeCmd `cmd:"" help:"注销账户"`
	List   userListCmd   `cmd:"" help:"列出账户"`
}

type userAddCmd struct {
	Name   string    `arg:"" help:"账户名"`
	Role   auth.Role `required:"" help:"角色：finance、township、auditor、village、admin"`
	County string    `help:"县代码；空为各县"`
	Unit   string    `help:"乡镇代码（township、village）"`
}

// Run makes the account and prints its token, which is kept nowhere.
func (c *userAddCmd) Run(s *session) error {
	a, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	_, token, err := a.AddUser(s.ctx, auth.LocalOperator, freshKey("user"), app.NewUser{Name: c.Name, Role: c.Role, County: c.County, Unit: c.Unit})
	if err != nil {
		return err
	}
	s.note("令牌只显示这一次，请妥善保存：")
	s.line(token)
	return nil
}

type userPasswdCmd struct {
	Name string `arg:"" help:"账户名"`
}

// Run gives a new token. Names and tokens of accounts are in the log for ever, so
// the new token is that of a successor, NAME.2, with the same role and scope; the
// old account ends once the successor exists.
func (c *userPasswdCmd) Run(s *session) error {
	a, done, err := s.openRead()
	if err != nil {
		return err
	}
	defer done()
	users, err := a.Users(s.ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.Name != c.Name {
			continue
		}
		n := app.NewUser{Role: u.Role, County: u.County, Unit: u.Unit}
		token, err := s.successor(a, c.Name, &n)
		if err != nil {
			return err
		}
		if err := a.RevokeUser(s.ctx, auth.LocalOperator, freshKey("user"), c.Name); err != nil {
			return err
		}
		s.notef("账户 %s 已注销，由 %s 接任；令牌只显示这一次：\n", c.Name, n.Name)
		s.line(token)
		return nil
	}
	return app.ErrUserName.With("没有账户 %q", c.Name)
}

// successor adds an account under the first free name that follows name.
func (s *session) successor(a *app.App, name string, n *app.NewUser) (token string, err error) {
	base, next := name, 2
	if at := strings.LastIndexByte(name, '.'); at > 0 {
		if k, err := strconv.Atoi(name[at+1:]); err == nil && k > 1 {
			base, next = name[:at], k+1
		}
	}
	for i := range 1000 {
		n.Name = fmt.Sprintf("%s.%d", base, next+i)
		_, token, err = a.AddUser(s.ctx, auth.LocalOperator, freshKey("user"), *n)
		if !errors.Is(err, app.ErrUserName) {
			break
		}
	}
	return token, err
}

type userRevokeCmd struct {
	Name string `arg:"" help:"账户名"`
}

// Run ends the account.
func (c *userRevokeCmd) Run(s *session) error {
	a, done, err := s.openRead()
	if err != nil {
		return err
	}
	defer done()
	return a.RevokeUser(s.ctx, auth.LocalOperator, freshKey("user"), c.Name)
}

type userListCmd struct{}

// Run lists the accounts that are not revoked.
func (userListCmd) Run(s *session) error {
	a, done, err := s.openRead()
	if err != nil {
		return err
	}
	defer done()
	users, err := a.Users(s.ctx)
	if err != nil {
		return err
	}
	rows := make([][]string, 0, len(users))
	for _, u := range users {
		rows = append(rows, []string{u.Name, string(u.Role), dash(u.County), dash(u.Unit), ledger.ID(u.ID).String()})
	}
	return table(s.out, "name role county unit id", rows)
}
