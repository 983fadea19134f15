package app

import (
	"errors"
	"reflect"
	"strings"

	"fundbook/internal/fault"
	"fundbook/ledger"

	"github.com/go-playground/validator/v10"
)

// ErrInvalid refuses a body whose fields are out of shape.
var ErrInvalid = fault.New(fault.Invalid, "request.invalid", "请求内容不合要求", "the request is not valid")

var shape = func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return name
	})
	return v
}()

// validate checks shape by the tags: presence, length and range. Rules are the
// rooms' business.
func validate(v any) error {
	err := shape.Struct(v)
	if err == nil {
		return nil
	}
	var fields validator.ValidationErrors
	if !errors.As(err, &fields) {
		return ErrInvalid.Because(err)
	}
	out := ErrInvalid.With("%d 处", len(fields))
	for _, f := range fields {
		_, where, _ := strings.Cut(f.Namespace(), ".")
		out = out.AtText(where, shapeRule(f.Tag(), f.Param()), "")
	}
	return out
}

// shapeRule says in words what a tag asks for; a tag without words says itself.
func shapeRule(tag, param string) fault.Text {
	switch tag {
	case "required":
		return fault.Say("必填")
	case "max":
		return fault.Say("不得超过 %s", param)
	case "min":
		return fault.Say("不得少于 %s", param)
	case "oneof":
		return fault.Say("须为 %s 之一", param)
	}
	return fault.Say("%s", strings.TrimSuffix(tag+"="+param, "="))
}

// plain reports whether a posting needs not be held against its tags: it has the
// common fields only, and no text with more bytes than its tag permits characters.
// Reflection would say the same, at a price that every post pays.
func plain(p *ledger.Posting) bool {
	if p.Event == "" || len(p.Event) > 8 || len(p.Step) > 16 || p.Date == 0 || len(p.Memo) > 200 || len(p.Decision) > 80 || len(p.Waiver) > 80 ||
		len(p.Attachments) > 100 || len(p.Parts) > 2000 || p.Draw != nil || p.Drawn != "" || p.To != nil || len(p.Opening) > 0 ||
		p.Cash != "" || p.From != "" || p.Into != "" || p.Cost != "" || p.OriginYear != 0 || p.Counterparty != "" {
		return false
	}
	for _, s := range [...]string{p.Project, p.Contract, p.Payee, p.Unit, p.Pool, string(p.Township)} {
		if len(s) > 64 {
			return false
		}
	}
	for i := range p.Parts {
		if len(p.Parts[i].Unit) > 64 || len(p.Parts[i].Note) > 400 {
			return false
		}
	}
	return true
}
