package app

import (
	"context"
	"strings"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// ErrInternalEvent refuses an event that moves project money outside the command
// that owns its gates (law 7).
var ErrInternalEvent = fault.New(fault.Refused, "post.internal", "此业务事项由掌管支付前置条件的命令办理，不能直接记账",
	"the event is posted by the command that owns its gates, not directly")

// owners names the commands that post internal events; the longest prefix counts.
var owners = []struct{ event, command string }{
	{"E04c", "township.fund"},
	{"E06", "plan.adopt、plan.adjust"},
	{"E07", "plan.adopt、plan.adjust"},
	{"E08", "contract.sign、roster.commit"},
	{"E09", "contract.change"},
	{"E10", "payment.request、payment.confirm、township.request、township.pay"},
	{"E10v", "payment.void"},
	{"E10r", "payment.refund_advance、payment.returned"},
	{"E10x", "payment.advance_to_recover"},
	{"E11", "claim.accept"},
	{"E12", "payment.request、payment.confirm"},
	{"E12v", "payment.void"},
	{"E12e", "payment.returned"},
	{"E12w", "payment.wrong"},
	{"E12x", "payment.wrong"},
	{"E13", "contract.settle、contract.transfer"},
	{"E14", "payment.request、payment.confirm"},
	{"E14d", "contract.repair"},
	{"E14g", "contract.guarantee"},
	{"E14t", "township.request、township.pay"},
	{"E15", "batch.*"},
	{"E15a", "roster.confirm"},
	{"E15r", "batch.returned"},
	{"E15f", "roster.strike"},
	{"E16", "recover.identify、recover.receive"},
	{"E16w", "payment.wrong"},
	{"E17", "settle.decide"},
	{"E18", "settle.decide"},
	{"E19", "settle.decide"},
	{"E21", "roster.confirm"},
	{"E22", "claim.accept"},
	{"E23p", "correct.reverse、correct.move、claim.revoke"},
	{"E25", "township.request、township.pay、township.approve"},
	{"E25x", "township.disallow、township.paid_back"},
	{"E26", "correct.replace"},
	{"E27", "correct.divide"},
	{"E28", "correct.merge、correct.unmerge"},
}

// refuseInternal refuses an internal event and names the command to use.
func refuseInternal(e ledger.EventCode) error {
	spec, ok := ledger.EventOf(e)
	if !ok || !spec.Internal {
		return nil
	}
	command := ""
	for _, o := range owners {
		if strings.HasPrefix(string(e), o.event) && (len(o.event) > 3 || command == "") {
			command = o.command
		}
	}
	return ErrInternalEvent.With("%s %s：请用 %s（法则 7、DOMAIN 4.8）", e, fault.Word{ZH: spec.ZH, EN: spec.EN}, command)
}

// RawPost posts events of every kind, internal ones too, without their gates. It is
// for tests, load generators and models, from Go only: no front makes one, and a
// repository test says so.
type RawPost struct {
	Items []ledger.Posting `json:"items" validate:"required,min=1,max=1000,dive"`
}

// Spec returns the row of the command whose door this is.
func (RawPost) Spec() Spec { return specPost }

func (c RawPost) check() error                             { return PostCmd(c).shape() }
func (c RawPost) permissions() []auth.Permission           { return PostCmd(c).permissions() }
func (c RawPost) within(unit string) error                 { return PostCmd(c).within(unit) }
func (c RawPost) run(ctx context.Context, tx *db.Tx) error { return ledger.Post(ctx, tx, c.Items) }

// opened is the command that runs: a store opened for load generators takes
// internal events by the door of direct ones.
func (a *App) opened(c Command) Command {
	if p, ok := c.(PostCmd); ok && (rawEvents || a.raw) {
		return RawPost(p)
	}
	return c
}
