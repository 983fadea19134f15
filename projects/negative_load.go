package projects

import (
	"context"
	"slices"
	"strconv"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// The faults of loading negative lists.
var (
	ErrNegativeForm  = fault.New(fault.Invalid, "plan.negative_list", "负面清单要素不合要求（8）：须有版本、施行日、适用资金类别，每条须有条款号和判断依据", "the negative list is not valid (8)")
	ErrNegativeTwice = fault.New(fault.Conflict, "plan.negative_list_twice", "此版本的负面清单已收录，未作任何改动；修订的清单用新的版本名", "this version of a negative list is on file: nothing was changed")
)

// LoadedLists (县收录的负面清单) are the negative lists that a county has loaded, in
// order of loading. They stand beside those on file; of two that hold on a day the one
// loaded later counts. A list is never changed: its revision is a new version.
type LoadedLists struct {
	Lists []NegativeList `json:"lists"`
}

const loadedCode = "lists" // the one dossier of its kind

var negativeFile = dossier.NewKind("negative", func(l *LoadedLists) dossier.Index {
	return dossier.Index{Status: strconv.Itoa(len(l.Lists)), Title: "县收录的负面清单"}
})

var didLoadNegative = dossier.On(negativeFile, "plan.negative_listed", func(l *LoadedLists, f *NegativeList, _ dossier.Stamp) {
	l.Lists = append(l.Lists, *f)
})

// NegativeListCmd loads one version of a negative list: whoever issued it, from when to
// when, for money of which classes, and clause by clause by what a use is told.
type NegativeListCmd struct {
	Version  string             `json:"version" validate:"required,max=80"` // number of its document
	Name     string             `json:"name" validate:"required,max=100"`
	Document string             `json:"document" validate:"required,max=80"`
	Digest   ledger.Digest      `json:"digest,omitzero"`
	From     ledger.Date        `json:"from" validate:"required"`
	To       ledger.Date        `json:"to,omitzero"`
	Classes  []ledger.Class     `json:"classes" validate:"required,min=1,max=20"`
	Items    []NegativeListItem `json:"items" validate:"required,min=1,max=200"`
}

// list decides what is loaded beside the lists that are there.
func (c *NegativeListCmd) list(loaded []NegativeList) (NegativeList, error) {
	out := NegativeList{Version: c.Version, Name: c.Name, From: c.From, To: c.To, Classes: c.Classes, Items: c.Items, Document: c.Document, Digest: c.Digest}
	for _, known := range [][]NegativeList{negativeLists, loaded} {
		if slices.ContainsFunc(known, func(n NegativeList) bool { return n.Version == c.Version }) {
			return out, ErrNegativeTwice.With("版本 %s", c.Version).At("version", "on file", c.Version)
		}
	}
	if c.To != 0 && c.To < c.From {
		return out, ErrNegativeForm.With("施行 %s，失效 %s；失效日不得早于施行日", c.From, c.To).At("to", "before from", c.To.String())
	}
	for i, class := range c.Classes {
		if class.Chinese() == "" {
			return out, ErrNegativeForm.With("资金类别 %q 不在表内", class).At("classes["+strconv.Itoa(i)+"]", "no such class", string(class))
		}
	}
	for i := range c.Items {
		x, at := &c.Items[i], "items["+strconv.Itoa(i)+"]"
		switch {
		case x.Clause == "" || x.Text == "":
			return out, ErrNegativeForm.With("第 %d 条没有条款号或内容；请填写", i+1).At(at, "no clause", "")
		case len(x.Words)+len(x.Payees)+len(x.Econ) == 0:
			return out, ErrNegativeForm.With("第 %d 条（%s）没有判断依据；请填写词语、收款方性质或经济分类", i+1, x.Clause).At(at, "nothing to tell a use by", x.Clause)
		case slices.Contains(x.Words, "") || slices.Contains(x.Econ, "") || slices.Contains(x.Payees, ""):
			return out, ErrNegativeForm.With("第 %d 条（%s）有空白的判断依据；空白会使一切用途受限，请删去", i+1, x.Clause).At(at, "blank", x.Clause)
		}
	}
	return out, nil
}

// LoadNegativeList loads a negative list. It holds for every use that is judged after
// it; a version that is on file is refused.
func LoadNegativeList(ctx context.Context, tx *db.Tx, c NegativeListCmd) error {
	state, found, err := loadOr(ctx, tx, negativeFile, loadedCode)
	if err != nil {
		return err
	}
	list, err := c.list(state.Lists)
	if err != nil {
		return err
	}
	if !found {
		return didLoadNegative.Open(ctx, tx, loadedCode, &state, list)
	}
	return didLoadNegative.Record(ctx, tx, loadedCode, &state, list)
}

// useOf is UseOf with the negative lists that the county has loaded.
func useOf(ctx context.Context, tx *db.Tx, p *Project) (Use, error) {
	u := UseOf(p)
	state, _, err := loadOr(ctx, tx, negativeFile, loadedCode)
	u.Lists = state.Lists
	return u, err
}
