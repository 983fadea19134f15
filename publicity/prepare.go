package publicity

import (
	"context"
	"crypto/sha256"

	"fundbook/internal/region"
	"fundbook/projects"
)

// query derives what a notice of one type says, but the issuer's wording.
type query struct {
	run     func(ctx context.Context, v view) (Sheet, error)
	version int // of the query: an issued notice keeps its own for ever
}

// queries are the frozen queries behind the types.
var queries = map[NoticeType]query{
	N1:  {allocationOf, 2},
	N2:  {ofPlan((*yearPlan).announced), 1},
	N3:  {ofPlan((*yearPlan).completed), 1},
	N4:  {libraryOf, 1},
	N5:  {ofProject(projects.StateInLibrary, (*work).before), 1},
	N6:  {ofProject(projects.StateAccepted, (*work).after), 1},
	N7:  {useOf, 1},
	N8:  {rosterOf, 1},
	N9:  {villageOf, 1},
	N10: {ofProject(projects.StateCompleted, (*work).plate), 1},
	N11: {ofProject(projects.StateInLibrary, (*work).performance), 1},
	N12: {loansOf, 1},
}

// Prepared is a notice ready to be issued: its record, its content and its paper.
type Prepared struct {
	Notice
	Sheet Sheet
	PDF   []byte
}

// Prepare derives a notice as of its cut-off and sets its paper. Nothing is stored.
// ErrType, ErrRequired, ErrPrivate, ErrShort, or what the type's query refuses.
func Prepare(ctx context.Context, s Store, n Notice, fonts *Fonts) (Prepared, error) {
	q, known := queries[n.Type]
	if !known {
		_, err := typeOf(n.Type)
		return Prepared{}, err
	}
	n.Template = q.version
	sheet, err := derive(ctx, s, &n)
	if err != nil {
		return Prepared{}, err
	}
	if n.Digest, err = sheet.digest(); err != nil {
		return Prepared{}, err
	}
	pdf, err := sheet.render(fonts, sheet.mark(&n))
	if err != nil {
		return Prepared{}, err
	}
	n.PDF = sha256.Sum256(pdf)
	return Prepared{n, sheet, pdf}, nil
}

// derive runs the query of a notice and adds its wording.
func derive(ctx context.Context, s Store, n *Notice) (Sheet, error) {
	q, known := queries[n.Type]
	if !known || q.version != n.Template {
		return Sheet{}, ErrNoticeUnknown.With("类型 %s 版本 %d", n.Type, n.Template)
	}
	sheet, err := q.run(ctx, view{Store: s, about: n.About, cutoff: n.CutoffSeq, day: region.Day(n.Wording.Published.Number())})
	if err != nil {
		return Sheet{}, err
	}
	sheet.worded(n)
	return sheet, nil
}

// Content derives an issued notice's content again, or ErrDigest.
func Content(ctx context.Context, s Store, n Notice) (Sheet, error) {
	sheet, err := derive(ctx, s, &n)
	if err != nil {
		return Sheet{}, err
	}
	digest, err := sheet.digest()
	if err != nil {
		return Sheet{}, err
	}
	if digest != n.Digest {
		return Sheet{}, ErrDigest.With("公告 %s：登记 %x，重算 %x", n.Code(), n.Digest[:6], digest[:6])
	}
	return sheet, nil
}

// Render derives an issued notice again and sets its paper. It refuses when the
// ledger yields anything but what was announced. Within one build the paper is the one
// that was issued, byte for byte.
func Render(ctx context.Context, s Store, n Notice, fonts *Fonts) ([]byte, error) {
	sheet, err := Content(ctx, s, n)
	if err != nil {
		return nil, err
	}
	return sheet.render(fonts, sheet.mark(&n))
}
