package publicity

import (
	"context"
	"strconv"

	"fundbook/intake"
	"fundbook/ledger"
)

// allocationOf is the frozen query behind N1: the lots of a document and the
// allocations made of them, as of the notice's cut-off.
func allocationOf(ctx context.Context, v view) (Sheet, error) {
	doc, err := documentOf(ctx, v.Q, v.County, v.about, v.cutoff)
	if err != nil {
		return Sheet{}, err
	}
	lots, entries, err := allocations(ctx, v.Q, v.County, v.about, v.cutoff)
	if err != nil {
		return Sheet{}, err
	}
	if len(lots) == 0 {
		return Sheet{}, ErrNoAllocation.With("%s", v.about)
	}
	if doc.ID == "" { // its lots were registered, no published notice was imported
		if doc, err = v.registered(ctx, lots); err != nil {
			return Sheet{}, err
		}
	}
	a := allocation{doc: doc}
	a.addSources(lots, entries)
	a.addRows(entries)
	return a.sheet()
}

// registered is the document that lots were registered under, as far as they tell.
func (v *view) registered(ctx context.Context, lots []ledger.Lot) (intake.Document, error) {
	county, err := v.countyName(ctx)
	if err != nil {
		return intake.Document{}, err
	}
	l := &lots[0]
	return intake.Document{Notice: intake.Notice{
		ID: v.about, Title: strconv.Itoa(l.Year) + "年" + l.Name, Unit: county + "财政局", FundYear: strconv.Itoa(l.Year),
	}}, nil
}
