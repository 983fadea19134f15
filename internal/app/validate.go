package app

import (
	"errors"
	"reflect"
	"strings"

	"fundbook/internal/fault"

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
		out = out.At(where, strings.TrimSuffix(f.Tag()+"="+f.Param(), "="), "")
	}
	return out
}
