package api

import (
	"context"
	"net/url"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/ledger"
)

// Event is one row of the event table (业务事项表).
type Event struct {
	Code       ledger.EventCode `json:"code"`
	ZH         string           `json:"zh"`
	EN         string           `json:"en"`
	Internal   bool             `json:"internal" doc:"Reachable only through the commands that own the gates"`
	Decision   bool             `json:"decision" doc:"Some step needs a decision number"`
	Permission string           `json:"permission"`
	Steps      []EventStep      `json:"steps"`
}

// EventStep is one step of an event, with the fields of a posting that it takes.
type EventStep struct {
	Name     string        `json:"name" doc:"Empty for an event of one step"`
	ZH       string        `json:"zh"`
	EN       string        `json:"en"`
	Required []string      `json:"required"`
	Optional []string      `json:"optional"`
	From     []ledger.Code `json:"from,omitempty"`
	Into     []ledger.Code `json:"into,omitempty"`
	Cost     []ledger.Code `json:"cost,omitempty"`
	Decision bool          `json:"decision"`
	Basis    string        `json:"basis,omitempty"`
	Signed   bool          `json:"signed,omitempty" doc:"Amounts may be negative"`
	Note     string        `json:"note,omitempty"`
}

// Account is one row of the chart (科目表).
type Account struct {
	Code  ledger.Code `json:"code"`
	ZH    string      `json:"zh"`
	EN    string      `json:"en"`
	Group string      `json:"group" enum:"F,B,M" doc:"F money 资金账, B authority 指标账, M memo 备查"`
	Side  string      `json:"side" enum:"debit,credit" doc:"Its normal side"`
}

// CommandSpec is one row of the table of commands.
type CommandSpec struct {
	Name       string          `json:"name"`
	ZH         string          `json:"zh"`
	EN         string          `json:"en"`
	Permission auth.Permission `json:"permission" doc:"A trailing dot stands for one permission per event"`
}

// Me is the account that asks.
type Me struct {
	ID     ledger.ID `json:"id"`
	Name   string    `json:"name"`
	Role   auth.Role `json:"role"`
	County string    `json:"county,omitempty" doc:"Empty for every county"`
	Unit   string    `json:"unit,omitempty"`
}

type nothing struct{}

// fixed registers a read of a table that never changes while the program runs.
func fixed[O any](s *server, op operation, table O) {
	get(s, op, func(context.Context, *nothing) (O, url.Values, error) { return table, nil, nil })
}

func (s *server) tableRoutes() {
	fixed(s, operation{path: "/api/v1/events", id: "events", summary: "业务事项表 · the event table"}, eventTable())
	fixed(s, operation{path: "/api/v1/chart", id: "chart", summary: "科目表 · the chart of accounts"}, chartTable())
	fixed(s, operation{path: "/api/v1/commands", id: "commands", summary: "命令与权限 · commands and permissions"}, commandTable())
	get(s, operation{path: "/api/v1/users/me", id: "me", summary: "当前账户 · the account that asks"},
		func(ctx context.Context, _ *nothing) (Me, url.Values, error) {
			w := askerOf(ctx).who
			return Me{ID: w.ID, Name: w.Name, Role: w.Role, County: w.County, Unit: w.Unit}, nil, nil
		})
}

func eventTable() []Event {
	var out []Event
	for _, e := range ledger.Events() {
		row := Event{Code: e.Code, ZH: e.ZH, EN: e.EN, Internal: e.Internal, Decision: e.Decision, Permission: e.Permission}
		for i := range e.Steps {
			st := &e.Steps[i]
			row.Steps = append(row.Steps, EventStep{
				Name: st.Name, ZH: st.ZH, EN: st.EN, Required: list(st.Required.Names()), Optional: list(st.Optional.Names()),
				From: st.From, Into: st.Into, Cost: st.Cost, Decision: st.Decision, Basis: st.Basis, Signed: st.Signed, Note: st.Note,
			})
		}
		out = append(out, row)
	}
	return out
}

func commandTable() []CommandSpec {
	var out []CommandSpec
	for _, c := range app.Specs() {
		out = append(out, CommandSpec{Name: c.Name, ZH: c.ZH, EN: c.EN, Permission: c.Permission})
	}
	return out
}

// list is xs, empty rather than null.
func list[T any](xs []T) []T {
	if xs == nil {
		return []T{}
	}
	return xs
}

func sideName(s ledger.Side) string {
	if s == ledger.Debit {
		return "debit"
	}
	return "credit"
}

func chartTable() []Account {
	var out []Account
	for _, a := range ledger.Chart() {
		out = append(out, Account{Code: a.Code, ZH: a.ZH, EN: a.EN, Group: ledger.GroupOf(a.Code).String(), Side: sideName(a.Normal)})
	}
	return out
}
