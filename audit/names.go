package audit

import (
	"strings"
	"unicode"

	"fundbook/ledger"
)

// accountNames prints keys as accounts of hledger, one name a key.
type accountNames struct {
	lots  map[ledger.LotID]string // code by identifier
	names map[ledger.Key]string
	taken map[string]ledger.Key
}

func newAccountNames(lots []ledger.Lot) *accountNames {
	a := &accountNames{lots: map[ledger.LotID]string{}, names: map[ledger.Key]string{}, taken: map[string]ledger.Key{}}
	for _, l := range lots {
		a.lots[l.ID] = l.Code
	}
	return a
}

func (a *accountNames) lot(id ledger.LotID) string {
	if code, ok := a.lots[id]; ok {
		return code
	}
	return id.String()
}

// of returns the name: 县级账:资金:1001 国库待拨资金:批次 K1:项目 J1 …. Two keys whose
// dimensions look the same once hledger's own signs are replaced are told apart by
// a number.
func (a *accountNames) of(k ledger.Key) string {
	if name, ok := a.names[k]; ok {
		return name
	}
	parts := []string{"县级账"}
	if k.Book != ledger.County {
		parts[0] = "乡镇账 " + string(k.Book)
	}
	parts = append(parts, groupNames[ledger.GroupOf(k.Account)])
	account := string(k.Account)
	if k.Sub != "" {
		account += "." + k.Sub
	}
	if row, ok := ledger.AccountOf(k.Account); ok {
		account += " " + row.ZH
	}
	parts = append(parts, account, "批次 "+a.lot(k.Lot))
	for _, d := range [...]struct{ zh, v string }{
		{"项目", k.Project}, {"合同", k.Contract}, {"收款方", k.Payee}, {"单位", k.Unit}, {"资金池", k.Pool},
	} {
		if d.v != "" {
			parts = append(parts, d.zh+" "+d.v)
		}
	}
	if !k.Peer.IsZero() {
		parts = append(parts, "对方批次 "+a.lot(k.Peer))
	}
	for i := range parts {
		parts[i] = plain(parts[i])
	}
	name := strings.Join(parts, ":")
	for try := name; ; try += "′" {
		if _, dup := a.taken[try]; !dup {
			name = try
			break
		}
	}
	a.names[k], a.taken[name] = name, k
	return name
}

var groupNames = map[ledger.Group]string{ledger.Money: "资金", ledger.Authority: "指标", ledger.Memo: "备查"}

// plain takes out of a text what hledger reads as a sign: its separators become
// their Chinese forms, white space one space.
func plain(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	return signs.Replace(s)
}

var signs = strings.NewReplacer(":", "：", ";", "；", ",", "，", "|", "｜", "(", "（", ")", "）", "[", "［", "]", "］", "*", "＊", "!", "！", "=", "＝", "@", "＠", "\"", "＂", "#", "＃", "{", "｛", "}", "｝")
