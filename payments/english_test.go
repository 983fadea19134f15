package payments

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"fundbook/internal/fault"
)

var documents = regexp.MustCompile(`\p{Han}+〔\d+〕\d+号`)

// TestGatesAndNamesHaveEnglish breaks every gate and asks for its name, detail,
// remedy and rule in English; so it does for the names that refusals use. The name
// of a document, 财建〔2022〕183号, is the same in both.
func TestGatesAndNamesHaveEnglish(t *testing.T) {
	t.Parallel()
	said := map[string]string{}
	for g, spoil := range breaks {
		f := allHolds()
		f.Contract, f.Issuers = "H1", nil
		switch spoil(&f); g {
		case GateN8:
			f.NoticeOpen = "名册 R1 公示至 2026-06-01（含），2026-05-30 尚未期满；次日起可办理"
		case GateIssuer:
			f.Issuers = []string{"91350100M000100Y43"}
		case GateLoan:
			f.LoanFaults = []string{"2026 年贴息名册合计 2.00，贷款台账应贴息 1.00，多 1.00"}
		default: // spoiled as it is
		}
		rule := gateRules[g]
		said["gate "+string(g)], said["remedy of "+string(g)], said["detail of "+string(g)] = rule.zh, rule.remedy, rule.fails(&f)
	}
	for i := range gateTable {
		said["basis of "+string(gateTable[i].Kind)+" "+string(gateTable[i].Gate)] = gateTable[i].Basis
	}
	for _, k := range PayKinds() {
		said["payment "+string(k)] = k.Chinese()
	}
	for _, n := range docNames {
		said["document "+string(n.doc)] = n.zh
	}
	for r := range settleReasons {
		said["reason "+string(r)] = r.Chinese()
	}
	for what, zh := range said {
		if en := documents.ReplaceAllString(fault.Words(zh), ""); zh == "" || strings.ContainsFunc(en, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%s: %q reads %q in English", what, zh, en)
		}
	}
}
