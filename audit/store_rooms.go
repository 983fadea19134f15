package audit

import (
	"context"
	"slices"

	"fundbook/intake"
	"fundbook/internal/dossier"
	"fundbook/internal/region"
	_ "fundbook/payments" // its dossiers are folded like those of projects
	"fundbook/projects"
	"fundbook/publicity"
)

// otherRooms lets each room compare its tables and its derived content with its
// own records: documents, divisions, notices, dossiers, sealed rows (laws 5, 6, 9).
func (c *countyCheck) otherRooms(ctx context.Context) error {
	docs, err := intake.Verify(ctx, c.q, c.head.County)
	if err != nil {
		return err
	}
	for _, b := range docs {
		c.f.addf(b.Seq, "table.document", "%s", b.Detail)
	}
	places, err := region.Verify(ctx, c.q, c.head.County)
	if err != nil {
		return err
	}
	for _, b := range places {
		c.f.addf(b.Seq, "table.division", "%s", b.Detail)
	}
	notices, err := publicity.Verify(ctx, publicity.Store{Q: c.q, County: c.head.County, Persons: c.o.Persons}, c.o.Papers)
	if err != nil {
		return err
	}
	for _, b := range notices {
		c.f.addf(b.Seq, "notice."+b.What, "%s", b.Detail)
	}
	if err := c.dossiers(ctx); err != nil {
		return err
	}
	for _, kind := range append([]string{intake.KindDocument, region.KindDivisions, publicity.KindNotice}, dossier.RecordKinds()...) {
		delete(c.report.Unknown, kind)
	}
	return c.sealedRows(ctx)
}

// sealedRows compares the sealed rows of rosters with what the log commits to; with
// the key at hand each row is opened.
func (c *countyCheck) sealedRows(ctx context.Context) error {
	rows, err := projects.VerifyRows(ctx, c.q, c.head.County, c.o.Persons)
	if err != nil {
		return err
	}
	for _, b := range rows {
		c.f.addf(b.Seq, "sealed_row", "%s", b.Detail)
	}
	return nil
}

// dossiers compares the dossiers with what their facts fold to; a county without a
// row or a record of any is not read again.
func (c *countyCheck) dossiers(ctx context.Context) error {
	some, err := dossier.Any(ctx, c.q, c.head.County)
	if err != nil {
		return err
	}
	if !some && !slices.ContainsFunc(dossier.RecordKinds(), func(kind string) bool { return c.report.Unknown[kind] > 0 }) {
		return nil
	}
	bad, err := dossier.Verify(ctx, c.q, c.head.County)
	for _, b := range bad {
		c.f.addf(b.Seq, "table.dossier", "%s", b.Detail)
	}
	return err
}
