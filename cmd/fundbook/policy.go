package main

import (
	"encoding/json"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/ledger"
)

type policyCmd struct {
	Set policySetCmd `cmd:"" help:"设定一个政策参数：自生效日起的值及其依据，如 policy set fee_rate 8"`
}

type policySetCmd struct {
	Name   string `arg:"" help:"参数，如 fee_rate（管理费上限，千分比）"`
	Value  string `arg:"" help:"值"`
	From   string `required:"" help:"生效日" placeholder:"DATE"`
	Basis  string `required:"" help:"依据：文件名称、文号"`
	County string `help:"县代码；账簿只有一个县时可不填"`
	Key    string `help:"幂等键：重试时用同一个" default:""`
}

// Run records the value; earlier ones stay for the days before.
func (c *policySetCmd) Run(s *session) error {
	from, err := ledger.ParseDate(c.From)
	if err != nil {
		return err
	}
	p := ledger.Policy{Name: c.Name, Value: c.Value, ValidFrom: from, Basis: c.Basis}
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	a, done, err := s.openWrite()
	if err != nil {
		return err
	}
	defer done()
	county, err := s.theCounty(a, c.County)
	if err != nil {
		return err
	}
	key := c.Key
	if key == "" {
		key = freshKey("policy")
	}
	out, err := a.Do(s.ctx, app.Request{County: county, Who: auth.LocalOperator, Key: key, Raw: raw}, app.PolicyCmd{Policy: p})
	if err != nil {
		return err
	}
	s.printRecords(&out)
	return s.lost
}
