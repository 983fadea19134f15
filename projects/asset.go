package projects

import (
	"context"
	"strconv"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// The faults of assets.
var (
	ErrAsset       = fault.New(fault.Refused, "asset.register", "资产登记不合要求（规则 5.5）", "the asset cannot be registered (5.5)")
	ErrAssetValue  = fault.New(fault.Refused, "asset.value", "资产原值超过该批次在项目上形成的支出（规则 5.5）", "the original value passes what the lot has spent on the project (5.5)")
	ErrAssetHanded = fault.New(fault.Conflict, "asset.handed_over", "资产已移交（规则 5.5）", "the asset has been handed over already (5.5)")
)

// The states of an asset.
const (
	AssetRegistered = "REGISTERED"
	AssetHandedOver = "HANDED_OVER"
)

// Asset (扶贫（衔接）资产) is what a project left behind (DOMAIN 5.5): its type, its
// original value by lot, and who owns, manages and operates it. Income is outside
// the fund ledger; only its terms stand here.
type Asset struct {
	Code      string        `json:"code"`
	State     string        `json:"state"`
	Project   string        `json:"project"`
	Town      string        `json:"town,omitempty"`
	Village   string        `json:"village,omitempty"`
	Name      string        `json:"name"`
	Type      string        `json:"type"` // 经营性 公益性 到户类
	Size      string        `json:"size,omitempty"`
	Value     ledger.Amount `json:"value"` // Values and Other together
	Values    []AssetValue  `json:"values"`
	Other     ledger.Amount `json:"other_value,omitempty"` // own funds, labour, credit
	Owner     string        `json:"owner"`
	Manager   string        `json:"manager"`
	Operator  string        `json:"operator,omitempty"`
	UseRight  string        `json:"use_right,omitempty"`
	Terms     IncomeTerms   `json:"income_terms,omitzero"`
	On        ledger.Date   `json:"registered_on"`
	HandedOn  ledger.Date   `json:"handed_over_on,omitzero"`
	Document  string        `json:"document,omitempty"`
	Evidence  ledger.Digest `json:"evidence,omitzero"`
	CheckedOn ledger.Date   `json:"last_check,omitzero"`
}

// AssetValue (原值) is the part of an asset's value that one lot paid.
type AssetValue struct {
	Lot    ledger.LotID  `json:"lot"`
	Amount ledger.Amount `json:"amount"`
}

// IncomeTerms (收益分配) is what was agreed about income: at least RateBP of the value
// a year, PoorBP of it to the households the project is for.
type IncomeTerms struct {
	RateBP int    `json:"rate_bp,omitempty" validate:"min=0,max=10000"`
	PoorBP int    `json:"poor_bp,omitempty" validate:"min=0,max=10000"`
	Text   string `json:"text,omitempty" validate:"max=400"`
}

func (a *Asset) index() dossier.Index {
	return dossier.Index{
		Status: a.State, Unit: a.Town, Village: a.Village, Parent: a.Project, Title: a.Name, Year: a.On.Year(), Amount: int64(a.Value),
	}
}

// The facts of an asset.
type (
	// Registered (登记) is an asset that came into the register.
	Registered struct {
		Asset Asset `json:"asset"`
	}
	// HandedOver (移交) is an asset that its owner took over.
	HandedOver struct {
		On       ledger.Date   `json:"on"`
		Owner    string        `json:"owner"`
		Manager  string        `json:"manager"`
		Document string        `json:"document"`
		Evidence ledger.Digest `json:"evidence"`
	}
)

var (
	assetFile       = dossier.NewKind("asset", (*Asset).index)
	assetRegistered = dossier.On(assetFile, "asset.registered", func(a *Asset, f *Registered, _ dossier.Stamp) { *a = f.Asset })
	assetHandedOver = dossier.On(assetFile, "asset.handed_over", func(a *Asset, f *HandedOver, _ dossier.Stamp) {
		a.State, a.HandedOn, a.Owner, a.Manager, a.Document, a.Evidence = AssetHandedOver, f.On, f.Owner, f.Manager, f.Document, f.Evidence
	})
)

// RegisterAssetCmd registers an asset of a project.
type RegisterAssetCmd struct {
	Code     string        `json:"code" validate:"required,max=64"`
	Project  string        `json:"project" validate:"required,max=64"`
	Name     string        `json:"name" validate:"required,max=200"`
	Type     string        `json:"type" validate:"required,oneof=经营性 公益性 到户类"`
	Size     string        `json:"size,omitempty" validate:"max=100"`
	Village  string        `json:"village,omitempty" validate:"omitempty,len=12,numeric"`
	Values   []AssetValue  `json:"values" validate:"max=200"`
	Other    ledger.Amount `json:"other_value,omitempty"`
	Owner    string        `json:"owner" validate:"required,max=100"`
	Manager  string        `json:"manager" validate:"required,max=100"`
	Operator string        `json:"operator,omitempty" validate:"max=100"`
	UseRight string        `json:"use_right,omitempty" validate:"max=200"`
	Terms    IncomeTerms   `json:"income_terms,omitzero"`
	On       ledger.Date   `json:"on" validate:"required"`
	Evidence ledger.Digest `json:"evidence,omitzero"`
}

// RegisterAsset enters an asset in the register (DOMAIN 5.5). Its project has been
// accepted, or pays households; its value by lot, with that of the project's other
// assets, stays within what the lot has paid and owes on the project. A business
// asset states its operator and its income terms.
func RegisterAsset(ctx context.Context, tx *db.Tx, c RegisterAssetCmd) error {
	p, err := projectFile.Load(ctx, tx, c.Project)
	if err != nil {
		return err
	}
	if err := p.ownedBy(tx.Unit); err != nil {
		return err
	}
	if _, err := stepDay(tx, c.On); err != nil {
		return err
	}
	taken, err := assetFile.Exists(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if taken {
		return dossier.ErrExists.With("资产 %s", c.Code)
	}
	a, err := p.newAsset(&c)
	if err != nil {
		return err
	}
	if err := checkValues(ctx, tx, &p, &a); err != nil {
		return err
	}
	if err := assetRegistered.Open(ctx, tx, a.Code, &Asset{}, Registered{a}); err != nil {
		return err
	}
	return projectAsset.Record(ctx, tx, p.Code, &p, AssetListed{a.Code})
}

// newAsset judges what the register can take of a project.
func (p *Project) newAsset(c *RegisterAssetCmd) (Asset, error) {
	a := Asset{
		Code: c.Code, State: AssetRegistered, Project: p.Code, Town: p.Town, Village: c.Village, Name: c.Name, Type: c.Type, Size: c.Size,
		Values: c.Values, Other: c.Other, Value: c.Other, Owner: c.Owner, Manager: c.Manager, Operator: c.Operator, UseRight: c.UseRight,
		Terms: c.Terms, On: c.On, Evidence: c.Evidence,
	}
	if a.Village == "" {
		a.Village = p.Village
	}
	ready := StateAccepted
	if r := p.Route(); r == RouteHousehold {
		ready = StateContracted
	}
	switch {
	case len(c.Code) > 80:
		return a, ErrAsset.With("资产编号 %d 字节，至多 80", len(c.Code)).At("code", "too long", "")
	case p.Asset() == AssetNone:
		return a, ErrAsset.With("项目 %s 不形成资产；如实际形成，请先修改资产类型", p.Code)
	case !p.Reached(ready) || p.Reached(StateClosed):
		return a, ErrAsset.With("项目 %s 现为 %s（%s），须在 %s 之后、办结之前登记", p.Code, p.State, p.State.Chinese(), ready.Chinese())
	case c.Type == AssetBusiness && (c.Operator == "" || c.Terms == IncomeTerms{}):
		return a, ErrAsset.With("资产 %s：经营性资产须填经营主体与收益分配", c.Code).At("operator", "missing", "")
	case c.Other < 0:
		return a, ErrAsset.With("资产 %s：其他投入 %s 为负", c.Code, c.Other).At("other_value", "negative", c.Other.String())
	}
	seen := map[ledger.LotID]bool{}
	for i, v := range c.Values {
		if v.Amount <= 0 || v.Amount > ledger.MaxLine || seen[v.Lot] {
			return a, ErrAsset.With("资产 %s：原值第 %d 行金额 %s 须大于零，一批次一行", c.Code, i+1, v.Amount).At("values["+strconv.Itoa(i)+"]", "amount", v.Amount.String())
		}
		seen[v.Lot] = true
		a.Value += v.Amount
	}
	if a.Value == 0 {
		return a, ErrAsset.With("资产 %s：原值为零", c.Code).At("values", "missing", "")
	}
	return a, nil
}

// checkValues holds the values by lot against the ledger.
func checkValues(ctx context.Context, tx *db.Tx, p *Project, a *Asset) error {
	taken := map[ledger.LotID]ledger.Amount{}
	for _, code := range p.Assets {
		old, err := assetFile.Load(ctx, tx, code)
		if err != nil {
			return err
		}
		for _, v := range old.Values {
			taken[v.Lot] += v.Amount
		}
	}
	m, err := figuresAt(ctx, tx, p.Code, 0)
	if err != nil {
		return err
	}
	for _, v := range a.Values {
		var have ledger.Amount
		for _, r := range m.lots {
			if r.LotID == v.Lot {
				have += r.Paid + r.Payable
			}
		}
		if left := have - taken[v.Lot]; v.Amount > left {
			return ErrAssetValue.With("资产 %s 项目 %s 批次 %s：原值 %s，已付与应付 %s，已登记 %s，超出 %s", a.Code, p.Code, v.Lot, v.Amount, have, taken[v.Lot], v.Amount-left)
		}
	}
	return nil
}

// HandOverCmd hands an asset over to its owner.
type HandOverCmd struct {
	Asset    string        `json:"asset" validate:"required,max=64"`
	On       ledger.Date   `json:"on" validate:"required"`
	Owner    string        `json:"owner,omitempty" validate:"max=100"`   // as registered when left out
	Manager  string        `json:"manager,omitempty" validate:"max=100"` // 管护责任人
	Document string        `json:"document" validate:"required,max=80"`  // 确权移交书
	Evidence ledger.Digest `json:"evidence" validate:"required"`
}

// HandOverAsset hands an asset over (DOMAIN 5.5). With its last one an evaluated
// project becomes HANDED_OVER; one evaluated later is moved by the event hand_over.
func HandOverAsset(ctx context.Context, tx *db.Tx, c HandOverCmd) error {
	a, err := assetFile.Load(ctx, tx, c.Asset)
	if err != nil {
		return err
	}
	p, err := projectFile.Load(ctx, tx, a.Project)
	if err != nil {
		return err
	}
	if err := p.ownedBy(tx.Unit); err != nil {
		return err
	}
	switch _, err := stepDay(tx, c.On); {
	case err != nil:
		return err
	case a.State == AssetHandedOver:
		return ErrAssetHanded.With("资产 %s 已于 %s 移交 %s", a.Code, a.HandedOn, a.Owner)
	case c.On < a.On:
		return ErrOrder.With("资产 %s：登记 %s，移交 %s", a.Code, a.On, c.On)
	}
	f := HandedOver{On: c.On, Owner: c.Owner, Manager: c.Manager, Document: c.Document, Evidence: c.Evidence}
	if f.Owner == "" {
		f.Owner = a.Owner
	}
	if f.Manager == "" {
		f.Manager = a.Manager
	}
	if err := assetHandedOver.Record(ctx, tx, a.Code, &a, f); err != nil {
		return err
	}
	if p.State != StateEvaluated {
		return nil
	}
	var k known
	if err := k.learnAssets(ctx, tx, &p); err != nil || k.handed < k.assets {
		return err
	}
	return Advance(ctx, tx, p.Code, Step{Event: EventHandOver, On: max(c.On, p.Since), Document: c.Document, Evidence: []ledger.Digest{c.Evidence}})
}

// learnAssets counts the project's assets and those handed over.
func (k *known) learnAssets(ctx context.Context, tx *db.Tx, p *Project) error {
	for _, code := range p.Assets {
		a, err := assetFile.Load(ctx, tx, code)
		if err != nil {
			return err
		}
		k.assets++
		if a.State == AssetHandedOver {
			k.handed++
		} else {
			k.waiting = append(k.waiting, code)
		}
	}
	return nil
}
