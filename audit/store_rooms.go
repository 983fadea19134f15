package audit

import (
	"context"

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
	notices, err := publicity.Verify(ctx, c.q, c.head.County, c.o.Papers)
	if err != nil {
		return err
	}
	for _, b := range notices {
		c.f.addf(b.Seq, "notice."+b.What, "%s", b.Detail)
	}
	for _, kind := range []string{intake.KindDocument, region.KindDivisions, publicity.KindNotice} {
		delete(c.report.Unknown, kind)
	}
	return c.dossiers(ctx)
}

// dossiers folds every dossier from the log again, and compares the sealed rows of
// rosters with what the log commits to; with the key at hand each row is opened.
func (c *countyCheck) dossiers(ctx context.Context) error {
	files, err := dossier.Verify(ctx, c.q, c.head.County)
	if err != nil {
		return err
	}
	for _, b := range files {
		c.f.addf(b.Seq, "dossier", "%s", b.Detail)
	}
	rows, err := projects.VerifyRows(ctx, c.q, c.head.County, c.o.Persons)
	if err != nil {
		return err
	}
	for _, b := range rows {
		c.f.addf(b.Seq, "sealed_row", "%s", b.Detail)
	}
	for _, kind := range dossier.RecordKinds() {
		delete(c.report.Unknown, kind)
	}
	return nil
}
