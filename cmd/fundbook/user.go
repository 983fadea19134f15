package main

import (
	"cmp"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/ledger"
)

type userCmd struct {
	Add    userAddCmd    `cmd:"" help:"新增账户，打印一次性显示的令牌"`
	Passwd userPasswdCmd `cmd:"" help:"更换令牌：名称、角色不变，原令牌作废"`
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

// Run gives the account a new token; the old one is refused from then on.
func (c *userPasswdCmd) Run(s *session) error {
	a, done, err := s.openWrite()
	if err != nil {
		return err
	}
	defer done()
	token, err := a.ReplaceToken(s.ctx, auth.LocalOperator, freshKey("user"), c.Name)
	if err != nil {
		return err
	}
	s.note("账户 %s 的原令牌已作废；新令牌只显示这一次：", c.Name)
	s.line(token)
	return nil
}

type userRevokeCmd struct {
	Name string `arg:"" help:"账户名"`
}

// Run ends the account.
func (c *userRevokeCmd) Run(s *session) error {
	a, done, err := s.openWrite()
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
		rows = append(rows, []string{u.Name, string(u.Role), cmp.Or(u.County, "-"), cmp.Or(u.Unit, "-"), ledger.ID(u.ID).String()})
	}
	return table(s.out, "name role county unit id", rows)
}
