package projects

import (
	"slices"
	"strconv"

	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// Catalog (整合目录) says which items of one tier may be pooled in a year (DOMAIN
// 1.2). Lists differ by province and year, so each stands under its document; a
// new version replaces the one before, and both stay in the log.
type Catalog struct {
	Year     int           `json:"year"`
	Tier     ledger.Tier   `json:"tier"`
	Document string        `json:"document"`
	On       ledger.Date   `json:"on"`
	Digest   ledger.Digest `json:"digest,omitzero"`
	Items    []CatalogItem `json:"items"`
	Version  int           `json:"version"`
}

// CatalogItem (整合事项) is one item of the catalogue.
type CatalogItem struct {
	Item       string `json:"item" validate:"required,max=80"`
	Integrable bool   `json:"integrable"`
	Note       string `json:"note,omitempty" validate:"max=200"`
}

var catalogFile = dossier.NewKind("catalog", (*Catalog).index)

var didCatalog = dossier.On(catalogFile, "plan.cataloged", func(c *Catalog, f *Catalog, _ dossier.Stamp) {
	version := c.Version + 1
	*c = *f
	c.Version = version
})

func (c *Catalog) index() dossier.Index {
	return dossier.Index{Status: "v" + strconv.Itoa(c.Version), Title: c.Tier.Chinese() + "整合目录", Year: c.Year}
}

func catalogCode(year int, tier ledger.Tier) string { return strconv.Itoa(year) + "/" + string(tier) }

// CatalogCmd sets the integration catalogue of a year and tier.
type CatalogCmd struct {
	Year     int           `json:"year" validate:"required,min=1990,max=2199"`
	Tier     ledger.Tier   `json:"tier" validate:"required,max=40"`
	Document string        `json:"document" validate:"required,max=80"`
	On       ledger.Date   `json:"on" validate:"required"`
	Digest   ledger.Digest `json:"digest,omitzero"`
	Items    []CatalogItem `json:"items" validate:"required,min=1,max=200,dive"`
}

// catalog decides what a catalogue says; it refuses an unknown tier and an item
// that stands twice.
func (c *CatalogCmd) catalog() (Catalog, error) {
	if !c.Tier.Valid() {
		return Catalog{}, ErrCatalog.With("资金层级 %q 不在表内", c.Tier).At("tier", "no such tier", string(c.Tier))
	}
	seen := map[string]bool{}
	for i := range c.Items {
		if seen[c.Items[i].Item] {
			return Catalog{}, ErrCatalog.With("%d 年%s目录：事项“%s”重复", c.Year, c.Tier.Chinese(), c.Items[i].Item).
				At("items["+strconv.Itoa(i)+"].item", "twice", c.Items[i].Item)
		}
		seen[c.Items[i].Item] = true
	}
	return Catalog{Year: c.Year, Tier: c.Tier, Document: c.Document, On: c.On, Digest: c.Digest, Items: c.Items}, nil
}

// poolClasses are the classes that integration is about (DOMAIN 1.2): money of the
// budget for agriculture and villages. Donations, pairing money, bonds, interest
// and subsidies of loans keep to their own purpose.
var poolClasses = []ledger.Class{ledger.ClassZX, ledger.ClassXJ, ledger.ClassZH, ledger.ClassZC, ledger.ClassCP, ledger.ClassJZ}

// checkPoolable refuses a lot that may not be pooled: its class keeps to its
// purpose, or its item is not in the catalogue of its year and tier as integrable.
// cat is that catalogue, nil when there is none.
func checkPoolable(l *ledger.Lot, cat *Catalog) error {
	place := "批次 " + l.Code
	switch {
	case !slices.Contains(poolClasses, l.Class):
		return ErrNotPoolable.With("%s：%s（%s）按其自身用途管理，不在整合范围；请直接列入项目计划", place, l.Class.Chinese(), l.Class)
	case l.IntegrationItem == "":
		return ErrNotPoolable.With("%s：登记时未写明整合事项，不能对照 %d 年%s目录；请按文件另行登记事项", place, l.Year, l.Tier.Chinese())
	case cat == nil:
		return ErrNotPoolable.With("%s：%d 年%s整合目录未登记；请先登记目录（plan.catalog）", place, l.Year, l.Tier.Chinese())
	}
	i := slices.IndexFunc(cat.Items, func(x CatalogItem) bool { return x.Item == l.IntegrationItem })
	switch {
	case i < 0:
		return ErrNotPoolable.With("%s：事项“%s”不在 %d 年%s目录（%s，第 %d 版）", place, l.IntegrationItem, cat.Year, cat.Tier.Chinese(), cat.Document, cat.Version)
	case !cat.Items[i].Integrable:
		return ErrNotPoolable.With("%s：事项“%s”在 %d 年%s目录（%s，第 %d 版）内列为不整合", place, l.IntegrationItem, cat.Year, cat.Tier.Chinese(), cat.Document, cat.Version)
	}
	return nil
}

// LotPart (批次金额) is what one lot gives.
type LotPart struct {
	Lot    ledger.LotID  `json:"lot" validate:"required"`
	Amount ledger.Amount `json:"amount" validate:"gt=0"`
}

func ledgerParts(ps []LotPart) []ledger.Part {
	out := make([]ledger.Part, len(ps))
	for i, p := range ps {
		out[i] = ledger.Part{Lot: p.Lot, Amount: p.Amount}
	}
	return out
}

// PoolCmd moves authority of lots into an integration pool (整合入池, E05), or out
// of it again (出池, E05r). Account is where it comes from or goes to: 7101, or
// 7103 of a department.
type PoolCmd struct {
	Date     ledger.Date `json:"date" validate:"required"`
	Pool     string      `json:"pool" validate:"required,max=64"`
	Account  ledger.Code `json:"account" validate:"required,oneof=7101 7103"`
	Unit     string      `json:"unit,omitempty" validate:"max=64"`
	Parts    []LotPart   `json:"parts" validate:"required,min=1,max=500,dive"`
	Document string      `json:"document" validate:"required,max=80"`
	Memo     string      `json:"memo,omitempty" validate:"max=200"`
}

// posting is the event that the command posts.
func (c *PoolCmd) posting(event ledger.EventCode) ledger.Posting {
	p := ledger.Posting{
		Event: event, Date: c.Date, Parts: ledgerParts(c.Parts), Pool: c.Pool, Unit: c.Unit, Decision: c.Document, Memo: c.Memo,
	}
	if event == "E05" {
		p.From = c.Account
	} else {
		p.Into = c.Account
	}
	return p
}

// check refuses parts out of form, and a department's account without it.
func (c *PoolCmd) check() error {
	if (c.Account == "7103") != (c.Unit != "") {
		return ErrPlanPart.With("科目 %s 单位 %q：自（回）部门指标 7103 须写明单位，待分配 7101 不填", c.Account, c.Unit).At("unit", "with 7103 only", c.Unit)
	}
	_, err := sumParts(c.Parts, "parts")
	return err
}
