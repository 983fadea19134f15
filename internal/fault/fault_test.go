package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"fundbook/internal/fault"
)

var errSample = fault.New(fault.Refused, "sample.refused", "样例被拒", "sample refused")

func TestFault(t *testing.T) {
	e := errSample.With("差 %s", "0.01").At("lines[0].amount", "must not be negative", "-1").Because(errors.New("cause"))
	wrapped := fmt.Errorf("post: %w", e)
	if !errors.Is(wrapped, errSample) {
		t.Error("errors.Is does not match by code")
	}
	if got, want := fault.From(wrapped).Message("zh"), "样例被拒：差 0.01"; got != want {
		t.Errorf("zh message = %q, want %q", got, want)
	}
	if got, want := errSample.With("名册 %s", "K1").Message("en"), "sample refused: roster K1"; got != want { // a line of the catalogue
		t.Errorf("en message = %q, want %q", got, want)
	}
	if errSample.Detail != "" || errSample.Fields != nil || errSample.Err != nil {
		t.Error("the declared fault was changed by its copies")
	}
	if k := fault.KindOf(errors.New("plain")); k != fault.Internal {
		t.Errorf("KindOf(plain) = %v, want internal", k)
	}
	if fault.From(nil) != nil {
		t.Error("From(nil) is not nil")
	}
}

func TestNewRefusesADuplicateCode(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a code declared twice did not panic")
		}
	}()
	fault.New(fault.Refused, "sample.refused", "", "")
}
