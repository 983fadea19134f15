package publicity

import (
	"context"
	"crypto/sha256"

	"fundbook/intake"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// PrepareAllocation derives notice N1 of a document from the ledger as of record
// cutoff, and sets its paper. Nothing is stored.
func PrepareAllocation(ctx context.Context, q bun.IDB, county int32, n Notice, fonts *Fonts) (Prepared, error) {
	n.Type, n.Template = N1, templateVersion
	c, err := allocationOf(ctx, q, county, &n)
	if err != nil {
		return Prepared{}, err
	}
	if n.Digest, err = c.digest(); err != nil {
		return Prepared{}, err
	}
	pdf, err := c.paper(&n, fonts)
	if err != nil {
		return Prepared{}, err
	}
	n.PDF = sha256.Sum256(pdf)
	return Prepared{n, pdf}, nil
}

// Render derives an issued notice again and sets its paper. It refuses when the
// ledger yields anything but what was announced. Within one build the paper is
// the one that was issued, byte for byte.
func Render(ctx context.Context, q bun.IDB, county int32, n Notice, fonts *Fonts) ([]byte, error) {
	c, err := Content(ctx, q, county, n)
	if err != nil {
		return nil, err
	}
	return c.paper(&n, fonts)
}

// Content derives an issued notice's content again, or ErrDigest.
func Content(ctx context.Context, q bun.IDB, county int32, n Notice) (Allocation, error) {
	if n.Type != N1 || n.Template != templateVersion {
		return Allocation{}, ErrNoticeUnknown.With("类型 %s 版本 %d", n.Type, n.Template)
	}
	c, err := allocationOf(ctx, q, county, &n)
	if err != nil {
		return Allocation{}, err
	}
	digest, err := c.digest()
	if err != nil {
		return Allocation{}, err
	}
	if digest != n.Digest {
		return Allocation{}, ErrDigest.With("公告 %s：登记 %x，重算 %x", n.Code(), n.Digest[:6], digest[:6])
	}
	return c, nil
}

// allocationOf is the frozen query behind N1: the lots of a document and the
// allocations made of them, as of the notice's cut-off.
func allocationOf(ctx context.Context, q bun.IDB, county int32, n *Notice) (Allocation, error) {
	doc, err := documentOf(ctx, q, county, n.About, n.CutoffSeq)
	if err != nil {
		return Allocation{}, err
	}
	lots, entries, err := allocations(ctx, q, county, n.About, n.CutoffSeq)
	if err != nil {
		return Allocation{}, err
	}
	if len(lots) == 0 {
		return Allocation{}, ErrNoAllocation.With("%s", n.About)
	}
	c := newAllocation(&doc, n)
	byID := map[ledger.LotID]*ledger.Lot{}
	for i := range lots {
		byID[lots[i].ID] = &lots[i]
	}
	c.addSources(lots, entries)
	c.addRows(byID, entries)
	for _, f := range doc.Findings {
		if f.Severity != intake.Info {
			c.Findings = append(c.Findings, findingText(f))
		}
	}
	c.TotalWords = ledger.Amount(c.SourcesFen).Words()
	c.UnallocatedFen = c.SourcesFen - c.AllocatedFen
	return c, nil
}
