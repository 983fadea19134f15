package tidy

import "testing"

func TestNoFrontHoldsTheRawDoor(t *testing.T) {
	t.Parallel()
	hold(t, CheckRawDoor, []snippet{
		{"api/write.go", "package api\n\nvar c = app.RawPost{}\n", "no front"},
		{"cmd/fundbook/post.go", "package main\n\nvar c = app.RawPost{}\n", "no front"},
		{"web/page.go", "package web\n\nfunc f() any { return app.RawPost{} }\n", "no front"},
		{"cmd/fundbook/open.go", "package main\n\nvar o = app.Options{RawEvents: true}\n", "no front"},
		{"Makefile", "build:\n\tgo build -tags fundbook_raw" + "_events ./cmd/fundbook\n", "load generators"},

		{"api/write.go", "package api\n\nvar c = app.PostCmd{}\n", ""},
		{"audit/a_test.go", "package audit_test\n\nvar c = app.RawPost{}\n", ""},
		{"bench/rig/program.go", "package rig\n\nconst tag = \"fundbook_raw" + "_events\"\n", ""},
	})
}
