package payments

import (
	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// Invoice (发票) is one invoice of the county, by its number. It may be drawn on
// several times and by several projects, never beyond its amount; the same number
// with another issuer, amount or file is refused (DOMAIN 2.2, A14).
type Invoice struct {
	Series   string        `json:"series,omitempty"` // 发票代码, of invoices before 数电票
	Number   string        `json:"number"`
	Issuer   string        `json:"issuer"`
	IssuerID string        `json:"issuer_id,omitempty"` // 统一社会信用代码
	Date     ledger.Date   `json:"date"`
	Amount   ledger.Amount `json:"amount"` // 价税合计
	File     ledger.Digest `json:"file"`
	Draws    []InvoiceDraw `json:"draws,omitempty"`
}

// InvoiceDraw (发票使用) is what a claim draws on an invoice.
type InvoiceDraw struct {
	Claim  string        `json:"claim"`
	Amount ledger.Amount `json:"amount"`
}

// InvoiceUse is an invoice as a claim states it: its particulars, and how much of
// it the claim draws.
type InvoiceUse struct {
	Series   string        `json:"series,omitempty" validate:"max=20"`
	Number   string        `json:"number" validate:"required,min=4,max=40"`
	Issuer   string        `json:"issuer" validate:"required,max=100"`
	IssuerID string        `json:"issuer_id,omitempty" validate:"max=18"`
	Date     ledger.Date   `json:"date" validate:"required"`
	Amount   ledger.Amount `json:"amount"`
	File     ledger.Digest `json:"file" validate:"required"`
	Draw     ledger.Amount `json:"draw"`
}

// Key is the code of the invoice's dossier.
func (u *InvoiceUse) Key() string {
	if u.Series == "" {
		return u.Number
	}
	return u.Series + "-" + u.Number
}

type (
	invoiceDrawn struct {
		Use   InvoiceUse
		Claim string
	}
	invoiceReleased struct{ Claim string }
)

var invoiceFile = dossier.NewKind("invoice", func(v *Invoice) dossier.Index {
	status := "OPEN"
	if v.Left() == 0 {
		status = "DRAWN"
	}
	return dossier.Index{Status: status, Parent: v.IssuerID, Title: v.Issuer, Year: v.Date.Year(), Amount: int64(v.Amount)}
})

var (
	drewInvoice = dossier.On(invoiceFile, "invoice.drawn", func(v *Invoice, f *invoiceDrawn, _ dossier.Stamp) {
		if v.Number == "" {
			u := &f.Use
			*v = Invoice{Series: u.Series, Number: u.Number, Issuer: u.Issuer, IssuerID: u.IssuerID, Date: u.Date, Amount: u.Amount, File: u.File}
		}
		v.Draws = append(v.Draws, InvoiceDraw{f.Claim, f.Use.Draw})
	})
	releasedInvoice = dossier.On(invoiceFile, "invoice.released", func(v *Invoice, f *invoiceReleased, _ dossier.Stamp) {
		kept := v.Draws[:0:0]
		for _, d := range v.Draws {
			if d.Claim != f.Claim {
				kept = append(kept, d)
			}
		}
		v.Draws = kept
	})
)

// Left is what nobody has drawn yet.
func (v *Invoice) Left() ledger.Amount {
	left := v.Amount
	for _, d := range v.Draws {
		left -= d.Amount
	}
	return left
}

// draw decides whether a claim may draw on an invoice; v is the zero Invoice when
// its number is new.
func (v *Invoice) draw(u *InvoiceUse, claim string, claimed ledger.Date) (invoiceDrawn, error) {
	where := "发票 " + u.Key()
	switch {
	case u.Amount <= 0 || u.Amount > ledger.MaxLine || u.Draw <= 0:
		return invoiceDrawn{}, ErrInvoice.With("%s：票面金额 %s、本次使用 %s 均须大于零", where, u.Amount, u.Draw)
	case u.Date > claimed:
		return invoiceDrawn{}, ErrInvoice.With("%s：开票日期 %s 晚于报账日期 %s", where, u.Date, claimed)
	}
	left := u.Amount
	if v.Number != "" {
		switch {
		case v.Issuer != u.Issuer || v.IssuerID != u.IssuerID:
			return invoiceDrawn{}, ErrInvoiceOther.With("%s 已登记的开票方为 %s %s，此次为 %s %s（A14）；请核对原件", where, v.Issuer, v.IssuerID, u.Issuer, u.IssuerID)
		case v.Amount != u.Amount:
			return invoiceDrawn{}, ErrInvoiceOther.With("%s 已登记的金额为 %s，此次为 %s（A14）；请核对原件", where, v.Amount, u.Amount)
		case v.File != u.File:
			return invoiceDrawn{}, ErrInvoiceOther.With("%s 已登记的文件摘要与此次不同（A14）；请用原登记的文件", where)
		case v.Date != u.Date:
			return invoiceDrawn{}, ErrInvoiceOther.With("%s 已登记的开票日期为 %s，此次为 %s（A14）；请核对原件", where, v.Date, u.Date)
		}
		left = v.Left()
	}
	if u.Draw > left {
		return invoiceDrawn{}, ErrInvoiceSpent.With("%s 票面 %s，尚可使用 %s，本次 %s，超出 %s", where, u.Amount, left, u.Draw, u.Draw-left)
	}
	return invoiceDrawn{*u, claim}, nil
}
