package app

import (
	"reflect"

	"fundbook/internal/fault"
)

// ErrOperation says that there is no such operation.
var ErrOperation = fault.New(fault.NotFound, "operation.unknown", "没有此办理事项", "no such operation")

// operations is the table: what each room's commands are called, who may run
// them, and the function that does.
var operations = func() []Operation {
	var all []Operation
	for _, room := range [][]Operation{libraryOperations, planOperations, rosterOperations, claimOperations, importOperations, settleOperations, auditOperations, correctOperations, noticeOperations} {
		all = append(all, room...)
	}
	return all
}()

// assign copies a body into the variable of the operation's type.
func assign(to, body any) error {
	dst, src := reflect.ValueOf(to).Elem(), reflect.Indirect(reflect.ValueOf(body))
	if !src.IsValid() || src.Type() != dst.Type() {
		return ErrInvalid.With("%T 不是 %s", body, dst.Type())
	}
	dst.Set(src)
	return nil
}
