package main

import (
	"context"
	"fmt"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/fault"
)

// sampleMark stands wherever a store of sample data prints.
var sampleMark = fault.Word{ZH: "样例数据 · sample data", EN: "sample data"}

// sampleName is the name of the pseudo-county of a store that the demo made:
// that the data is a sample stands in the log itself.
const sampleName = "公共（样例数据）"

// errNotSample refuses to put sample data into a store in use.
var errNotSample = fault.New(fault.Refused, "demo.real_store", "该账簿不是样例，演示数据不能写入", "the store is not a sample; the demo does not write into it")

// isSample reports whether the demo made the store.
func isSample(ctx context.Context, a *app.App) (bool, error) {
	row, err := db.FindCounty(ctx, a.DB().Read, app.CommonCounty)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return row.Name == sampleName, err
}

// markSample says that the store is a sample: on the output where people read
// it, else beside it.
func (s *session) markSample(a *app.App, people bool) (err error) {
	if s.sample, err = isSample(s.ctx, a); err != nil || !s.sample {
		return err
	}
	w := s.out
	if !people {
		w = s.err
	}
	_, err = fmt.Fprintln(w, sampleMark.In(s.lang))
	return err
}

// beginSample makes a fresh store a sample, or refuses one in use.
func (s *session) beginSample(a *app.App) error {
	rows, err := db.Counties(s.ctx, a.DB().Read)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return a.EnsureCounty(s.ctx, auth.LocalOperator, app.NewCounty{Code: app.CommonCounty, Name: sampleName})
	}
	sample, err := isSample(s.ctx, a)
	if err == nil && !sample {
		err = errNotSample.With("%s 已有 %d 个县；请用 --data 另指一个目录", s.cfg.Data, len(rows))
	}
	return err
}
