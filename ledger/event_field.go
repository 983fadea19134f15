package ledger

import (
	"math/bits"
	"strings"
)

// Field is a set of fields of a Posting.
type Field uint32

// The fields that an event may take. Event, step, dates, memo, decision, waiver
// and attachments go with every one.
const (
	FieldParts Field = 1 << iota
	FieldDraw
	FieldOffset
	FieldRetention
	FieldProject
	FieldContract
	FieldPayee
	FieldUnit
	FieldPool
	FieldTownship
	FieldCash
	FieldFrom
	FieldInto
	FieldToLot
	FieldToProject
	FieldToContract
	FieldToPayee
	FieldToUnit
	FieldCost
	FieldOriginYear
	FieldReverses
	FieldCounterparty
	FieldDue
	FieldOpening
	FieldBase
)

// fieldNames are the JSON location and the Chinese name of each field, in the
// order of the bits.
var fieldNames = [...]struct{ location, zh string }{
	{"parts", "金额"},
	{"draw", "抽取"},
	{"offset", "冲抵预付"},
	{"retention", "扣留质保金"},
	{"project", "项目"},
	{"contract", "合同/名册"},
	{"payee", "收款方"},
	{"unit", "单位"},
	{"pool", "资金池"},
	{"township", "乡镇账套"},
	{"cash", "资金账户"},
	{"from", "转出科目"},
	{"into", "转入科目"},
	{"to.lot", "对方批次"},
	{"to.project", "对方项目"},
	{"to.contract", "对方合同"},
	{"to.payee", "对方收款方"},
	{"to.unit", "对方单位"},
	{"cost", "支出科目"},
	{"origin_year", "原列支年度"},
	{"reverses", "原凭证序号"},
	{"counterparty", "收回方"},
	{"due", "归还期限"},
	{"opening", "期初余额"},
	{"base", "拆分基数"},
}

// Names returns the JSON locations of the fields in f.
func (f Field) Names() []string {
	var out []string
	f.each(func(i int) { out = append(out, fieldNames[i].location) })
	return out
}

// String lists the fields in f in Chinese with their JSON locations.
func (f Field) String() string {
	var out []string
	f.each(func(i int) { out = append(out, fieldNames[i].zh+"("+fieldNames[i].location+")") })
	return strings.Join(out, "、")
}

func (f Field) each(do func(i int)) {
	for ; f != 0; f &= f - 1 {
		do(bits.TrailingZeros32(uint32(f)))
	}
}

const (
	partFields = FieldParts | FieldDraw | FieldOffset | FieldRetention
	debtFields = FieldProject | FieldContract | FieldPayee
	runFields  = debtFields | FieldUnit
)

// dimField pairs a dimension of the chart with the field that fills it.
var dimFields = [...]struct {
	dim   Dim
	field Field
}{
	{DimProject, FieldProject},
	{DimContract, FieldContract},
	{DimPayee, FieldPayee},
	{DimUnit, FieldUnit},
	{DimPool, FieldPool},
}

func fieldsOf(d Dim) Field {
	var f Field
	for _, x := range dimFields {
		if d&x.dim != 0 {
			f |= x.field
		}
	}
	return f
}

// given returns the fields that the posting carries.
func (p *Posting) given() Field {
	var f Field
	set := func(on bool, x Field) {
		if on {
			f |= x
		}
	}
	set(p.Draw != nil, FieldDraw)
	set(p.Project != "", FieldProject)
	set(p.Contract != "", FieldContract)
	set(p.Payee != "", FieldPayee)
	set(p.Unit != "", FieldUnit)
	set(p.Pool != "", FieldPool)
	set(p.Township != "", FieldTownship)
	set(p.Cash != "", FieldCash)
	set(p.From != "", FieldFrom)
	set(p.Into != "", FieldInto)
	set(p.Cost != "", FieldCost)
	set(p.OriginYear != 0, FieldOriginYear)
	set(p.Reverses != 0, FieldReverses)
	set(p.Counterparty != "", FieldCounterparty)
	set(p.Due != 0, FieldDue)
	set(len(p.Opening) > 0, FieldOpening)
	set(p.Base != 0, FieldBase)
	if p.To != nil {
		set(!p.To.Lot.IsZero(), FieldToLot)
		set(p.To.Project != "", FieldToProject)
		set(p.To.Contract != "", FieldToContract)
		set(p.To.Payee != "", FieldToPayee)
		set(p.To.Unit != "", FieldToUnit)
	}
	set(len(p.Parts) > 0, FieldParts)
	for i := range p.Parts {
		set(p.Parts[i].Offset != 0, FieldOffset)
		set(p.Parts[i].Retention != 0, FieldRetention)
		set(p.Parts[i].Unit != "", FieldUnit)
	}
	return f
}

// takes returns the fields that the posting must and may carry: those of the
// step, and the dimensions of the pots it names.
func (s *EventStep) takes(p *Posting) (must, may Field) {
	must, may = s.Required, s.Optional
	for _, pot := range [...]Code{p.From, p.Into} {
		if pot == "" {
			continue
		}
		if a := chartIndex[pot]; a != nil {
			must |= fieldsOf(a.Must)
			may |= fieldsOf(a.May)
		}
	}
	if s.rowsFor(p).ownCash() {
		may |= FieldCash
	}
	if p.Draw != nil && may&FieldDraw != 0 { // the draw computes the parts
		must &^= FieldParts
		may &^= partFields &^ FieldDraw
		must |= FieldDraw
	}
	return must, may
}

// checkFields refuses missing and superfluous fields by name.
func (s *EventStep) checkFields(p *Posting) error {
	must, may := s.takes(p)
	have := p.given()
	missing := must &^ have
	if p.Township != "" || p.everyPartHasUnit() {
		missing &^= FieldUnit
	}
	superfluous := have &^ (must | may)
	if missing|superfluous == 0 {
		return nil
	}
	var detail []string
	if missing != 0 {
		detail = append(detail, "缺 "+missing.String())
	}
	if superfluous != 0 {
		detail = append(detail, "多 "+superfluous.String())
	}
	if superfluous&FieldTownship != 0 {
		detail = append(detail, "本事项只在县级账办理（4.3）"+townshipWay(p.Event))
	}
	f := ErrPosting.With("%s：%s", p.label(), strings.Join(detail, "；"))
	missing.each(func(i int) { f = f.At(fieldNames[i].location, "missing", "") })
	superfluous.each(func(i int) { f = f.At(fieldNames[i].location, "superfluous", "") })
	return f
}

// townshipWay says by which events a township does what an event of the county
// does: it pays before the county approves, never a payable of the county but a
// retention or a card batch.
func townshipWay(e EventCode) string {
	switch e {
	case "E11", "E12", "E12v", "E12e":
		return "；乡镇支付用 E25 request、pay，由县 approve"
	case "E14", "E14g", "E14d":
		return "；乡镇返还质保金用 E14t"
	}
	return ""
}

func (p *Posting) everyPartHasUnit() bool {
	for i := range p.Parts {
		if p.Parts[i].Unit == "" {
			return false
		}
	}
	return len(p.Parts) > 0
}

// label names event and step in messages.
func (p *Posting) label() string {
	if p.Step == "" {
		return string(p.Event)
	}
	return string(p.Event) + " " + p.Step
}
