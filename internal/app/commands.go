package app

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/internal/translog"
	"fundbook/ledger"
	"fundbook/payments"
)

// Spec is one row of the table of commands.
type Spec struct {
	Name       string          // as it stands in the log
	ZH, EN     string          // what it does
	Permission auth.Permission // what the actor needs; events add their own
}

// Command is what Do runs: its row of the table, its own check of shape, what
// it asks of the actor, and its work in the county's transaction.
type Command interface {
	Spec() Spec
	check() error
	permissions() []auth.Permission
	within(unit string) error // refuses what lies outside a township's scope
	run(ctx context.Context, tx *db.Tx) error
}

// The table of commands; docs/commands.md is made from it.
var (
	specPost   = Spec{"ledger.post", "记账：一至一千项业务事项，全有或全无", "post one to a thousand business events, all or none", "post."}
	specLot    = Spec{"ledger.register_lot", "登记批次", "register a lot", "lot.register"}
	specClose  = Spec{"ledger.close_period", "结账：同 settle.close_month，按检查清单关闭一个账套的一个期间，不再打开", "close one period of one book for ever, by the checklist of settle.close_month", "period.close"}
	specPolicy = Spec{"ledger.set_policy", "设定带生效日和依据的政策参数", "set a dated policy value with its basis", "policy.set"}
	specCounty = Spec{"county.init", "建立县账簿", "open the log of a county", "county.init"}
	specKey    = Spec{"key.replace", "更换签名密钥", "replace the signing key", "key.replace"}
	specUser   = Spec{"user.add", "新增账户并发给令牌", "add an account and give it a token", "user.add"}
	specToken  = Spec{"user.passwd", "更换账户的令牌：名称、角色不变，原令牌作废", "give an account a new token and end the old one", "user.passwd"}
	specRevoke = Spec{"user.revoke", "注销账户", "revoke an account", "user.revoke"}
)

// Specs lists the commands of the product.
func Specs() []Spec {
	out := []Spec{
		specCounty, specLot, specPost, specClose, specPolicy, specKey, specUser, specToken, specRevoke,
		specImport, specDivisions, specIssue,
	}
	for i := range operations {
		out = append(out, operations[i].Spec)
	}
	return out
}

// SpecsMarkdown prints the table as docs/commands.md.
func SpecsMarkdown() string {
	var b strings.Builder
	b.WriteString("# 命令表 · Commands\n\nGenerated from the code by `make golden`. Every write of the product is one of these.\n\n| command | 中文 | English | permission |\n|---|---|---|---|\n")
	for _, s := range Specs() {
		p := string(s.Permission)
		if strings.HasSuffix(p, ".") {
			p += "‹event›"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` |\n", s.Name, s.ZH, s.EN, p)
	}
	return b.String()
}

// everywhere is embedded by commands that no township account may run.
type everywhere struct{}

func (everywhere) within(string) error {
	return auth.ErrForbidden.With("乡镇账户不能执行此命令")
}

// MaxItems is the greatest number of events in one PostCmd.
const MaxItems = 1000

// PostCmd posts business events in order; they stand or fall together. Events that
// move project money are refused: the commands that own their gates post them
// (law 7).
type PostCmd struct {
	Items []ledger.Posting `json:"items" validate:"required,min=1,max=1000,dive"`
}

// Spec returns the command's row.
func (PostCmd) Spec() Spec { return specPost }

func (c PostCmd) check() error {
	if err := c.shape(); err != nil {
		return err
	}
	for i := range c.Items {
		if err := refuseInternal(c.Items[i].Event); err != nil {
			return fault.From(err).At("items["+strconv.Itoa(i)+"]", "internal event", string(c.Items[i].Event))
		}
	}
	return nil
}

// shape checks what the tags say; common postings need no validator.
func (c PostCmd) shape() error {
	if len(c.Items) == 0 || len(c.Items) > MaxItems {
		return validate(c)
	}
	for i := range c.Items {
		if !plain(&c.Items[i]) {
			return validate(c)
		}
	}
	return nil
}

func (c PostCmd) permissions() []auth.Permission {
	if len(c.Items) == 1 {
		return []auth.Permission{permissionOf(c.Items[0].Event)}
	}
	seen := map[auth.Permission]bool{}
	var out []auth.Permission
	for i := range c.Items {
		if p := permissionOf(c.Items[i].Event); !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	return out
}

func permissionOf(e ledger.EventCode) auth.Permission { return auth.Permission("post." + string(e)) }

// within lets a township post only in its own book, on its own contracts, and
// never the county's approval of its own claim.
func (c PostCmd) within(unit string) error {
	for i := range c.Items {
		p := &c.Items[i]
		own := unit != "" && string(p.Township) == unit && (p.Unit == "" || p.Unit == unit) &&
			(p.To == nil || p.To.Unit == "" || p.To.Unit == unit)
		for j := range p.Parts {
			own = own && (p.Parts[j].Unit == "" || p.Parts[j].Unit == unit)
		}
		if !own || p.Step == "approve" {
			return auth.ErrForbidden.With("第 %d 项不属于乡镇 %s 的账套，或须由县级审核", i+1, unit)
		}
	}
	return nil
}

// run posts the events. The reversal of an internal event is internal too: what the
// entry was is known only here.
func (c PostCmd) run(ctx context.Context, tx *db.Tx) error {
	for i := range c.Items {
		if c.Items[i].Event != "E23" || c.Items[i].Reverses == 0 {
			continue
		}
		event, err := ledger.EventOfEntry(ctx, tx, c.Items[i].Reverses)
		if err != nil {
			return err
		}
		if err := refuseInternal(event); err != nil {
			return err
		}
	}
	return ledger.Post(ctx, tx, c.Items)
}

// LotCmd registers one lot.
type LotCmd struct {
	everywhere
	ledger.Lot
}

// Spec returns the command's row.
func (LotCmd) Spec() Spec                     { return specLot }
func (c LotCmd) check() error                 { return validate(c.Lot) }
func (LotCmd) permissions() []auth.Permission { return []auth.Permission{specLot.Permission} }
func (c LotCmd) run(ctx context.Context, tx *db.Tx) error {
	_, err := ledger.RegisterLot(ctx, tx, c.Lot)
	return err
}

// ClosePeriodCmd closes one period of one book by the checklist of settle.close_month:
// there is no other way to close one.
type ClosePeriodCmd struct {
	everywhere
	ledger.PeriodClose
}

// Spec returns the command's row.
func (ClosePeriodCmd) Spec() Spec     { return specClose }
func (c ClosePeriodCmd) check() error { return validate(c.PeriodClose) }
func (ClosePeriodCmd) permissions() []auth.Permission {
	return []auth.Permission{specClose.Permission, permCloseMonth}
}

func (c ClosePeriodCmd) run(ctx context.Context, tx *db.Tx) error {
	return payments.CloseMonth(ctx, tx, payments.CloseMonthCmd{Book: c.Book, Period: c.Period, Decision: c.Decision})
}

// PolicyCmd sets a dated policy value.
type PolicyCmd struct {
	everywhere
	ledger.Policy
}

// Spec returns the command's row.
func (PolicyCmd) Spec() Spec { return specPolicy }

func (c PolicyCmd) check() error {
	if err := validate(c.Policy); err != nil {
		return err
	}
	return payments.CheckPolicy(&c.Policy)
}

func (PolicyCmd) permissions() []auth.Permission { return []auth.Permission{specPolicy.Permission} }
func (c PolicyCmd) run(ctx context.Context, tx *db.Tx) error {
	return ledger.SetPolicy(ctx, tx, c.Policy)
}

// countyCmd writes record 1 of a county, and its policies after it.
type countyCmd struct {
	everywhere
	body     translog.County
	policies []ledger.Policy
}

func (countyCmd) Spec() Spec                     { return specCounty }
func (countyCmd) check() error                   { return nil }
func (countyCmd) permissions() []auth.Permission { return []auth.Permission{specCounty.Permission} }

func (c countyCmd) run(ctx context.Context, tx *db.Tx) error {
	if tx.NextSeq() != 1 {
		return ErrCountyExists.With("%s", c.body.Code)
	}
	var enc translog.Encoder
	translog.AppendCounty(&enc, c.body)
	payload, err := enc.Finish()
	if err != nil {
		return err
	}
	tx.AddVersion(translog.KindCounty, c.body.Version(), payload)
	for _, p := range c.policies {
		if err := ledger.SetPolicy(ctx, tx, p); err != nil {
			return err
		}
	}
	return nil
}

// rawOf is the body of a command that came by no request: its JSON.
func rawOf(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil { // invariant: commands are plain values
		panic("invariant: a command does not encode: " + err.Error())
	}
	return b
}
