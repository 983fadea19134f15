package payments

import (
	"strconv"

	"fundbook/ledger"
)

// arrival is the clock from the upper tier's document to the money (DOMAIN 1.5): what
// of a lot that an upper tier issued has authority and no cash yet, in calendar days
// since the day of its document, or of its first authority where the document states
// no day. Money that the county itself, donors or units give has no such clock.
func (m *monitor) arrival() error {
	var full, zero, long int
	err := m.ps.settleAll(m.Day, map[string]*int{policyArriveFull: &full, policyArriveZero: &zero, policyArriveLong: &long})
	if err != nil {
		return err
	}
	_, basis, err := m.ps.settleOn(policyArriveFull, m.Day)
	if err != nil {
		return err
	}
	for i := range m.Lots {
		l := &m.Lots[i]
		since := m.Documents[l.LotID]
		if since == 0 {
			since = m.Issued[l.LotID]
		}
		missing, days := l.Authority-l.Arrived, int(m.Day-since)
		if !fromAbove(l.Tier) || since == 0 || missing <= 0 || days <= full {
			continue
		}
		level := AlertYellow
		switch {
		case days > long:
			level = AlertRed
		case days > zero:
			level = AlertOrange
		}
		m.out = append(m.out, Alert{
			Level: level, Rule: "arrive", Clause: basis, Subject: "批次 " + l.Lot + " " + l.Source, Lot: l.Lot, Since: since, Days: days, Limit: full,
			Amount: missing, Base: l.Authority,
			Text: "上级发文后 " + strconv.Itoa(days) + " 日资金未到位：指标 " + l.Authority.String() + "，已到位 " + l.Arrived.String() + "，未到位 " +
				missing.String() + "，自 " + since.String(),
			Remedy: "催拨上级资金并登记到位（E02）；上级已收回的登记核减（E01r）",
		})
	}
	return nil
}

// fromAbove reports whether an upper tier sends the money of a lot.
func fromAbove(t ledger.Tier) bool {
	return t == ledger.TierCentral || t == ledger.TierProvince || t == ledger.TierCentralProvince || t == ledger.TierCity
}
