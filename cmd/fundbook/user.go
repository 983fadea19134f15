package main

import (
	"fmt"
	"text/tabwriter"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/ledger"
)

type userCmd struct {
	Add    userAddCmd    `cmd:"" help:"新增账户，打印一次性显示的令牌"`
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
	fmt.Fprintln(s.err, "令牌只显示这一次，请妥善保存：")
	fmt.Fprintln(s.out, token)
	return nil
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
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "name\trole\tcounty\tunit\tid")
	for _, u := range users {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", u.Name, u.Role, dash(u.County), dash(u.Unit), ledger.ID(u.ID))
	}
	return w.Flush()
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
