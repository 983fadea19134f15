package payments

import (
	"fmt"
	"strings"

	"fundbook/ledger"
)

// Requirement (材料要求) is one row of the checklist of DOMAIN 2.2: at a stage, in a
// mode and for a category, a document is mandatory or optional from a day on.
type Requirement struct {
	Mode      string // county, township, or "" for both
	Category  string // works, goods, service, fee …: kind of the contract; "" for all
	Stage     string
	Doc       DocType
	Mandatory bool
	From, To  ledger.Date // To 0: still in force
	Basis     string
}

// The stages of the checklist: five before money moves, one per kind of claim,
// two after.
const (
	StageInitiate  = "initiate"  // 立项
	StageLibrary   = "library"   // 入库
	StageGoals     = "goals"     // 绩效
	StageImplement = "implement" // 实施
	StageComplete  = "complete"  // 竣工
	StageAfter     = "after"     // 后续
)

const basisList = "DOMAIN 2.2：县级报账材料清单、报账程序"

// must and may make rows in force from the beginning.
func must(stage, category string, docs ...DocType) []Requirement {
	return requirementRows(stage, category, true, docs)
}

func may(stage string, docs ...DocType) []Requirement {
	return requirementRows(stage, "", false, docs)
}

func requirementRows(stage, category string, mandatory bool, docs []DocType) []Requirement {
	out := make([]Requirement, len(docs))
	for i, d := range docs {
		out[i] = Requirement{Category: category, Stage: stage, Doc: d, Mandatory: mandatory, From: ledger.MinDate, Basis: basisList}
	}
	return out
}

// requirements is the checklist as data.
var requirements = func() []Requirement {
	var out []Requirement
	for _, rows := range [][]Requirement{
		must(StageInitiate, "", DocApplication, DocResolution, DocGoals, DocPosting),
		must(StageLibrary, "", DocLibraryAsk, DocLibraryOK),
		must(StageGoals, "", DocGoals, DocGoalReview, DocGoalReply, DocMonitor, DocSelfForm, DocSelfReport, DocPosting),
		must(StageImplement, "", DocScheme, DocProcedure, DocBudget, DocPosting, DocContract),
		must(StageComplete, "works", DocFinalAccount, DocAcceptance, DocWorkPhotos, DocAudit, DocPosting),
		must(StageComplete, "goods", DocFinalAccount, DocDelivery, DocPosting),
		must(StageComplete, "service", DocFinalAccount, DocDelivery, DocPosting),
		must(StageAfter, "", DocHandover, DocUpkeep),

		must(string(ClaimAdvance), "", DocClaimForm, DocContract, DocAdvanceAsk),
		may(string(ClaimAdvance), DocGuarantee, DocInvoice, DocWages),
		must(string(ClaimProgress), "", DocClaimForm, DocExpense, DocInvoice),
		must(string(ClaimProgress), "works", DocMeasurement),
		must(string(ClaimProgress), "goods", DocDelivery),
		must(string(ClaimProgress), "service", DocDelivery),
		may(string(ClaimProgress), DocWages, DocWorkPhotos, DocAcceptance),
		must(string(ClaimFinal), "", DocClaimForm, DocExpense, DocInvoice, DocAcceptance, DocPosting),
		must(string(ClaimFinal), "works", DocFinalAccount, DocWorkPhotos),
		may(string(ClaimFinal), DocAudit, DocWages),
		must(string(ClaimRetention), "", DocClaimForm, DocDefectCheck),
		must(string(ClaimFee), "", DocClaimForm, DocExpense, DocInvoice, DocApproval),
		must(string(ClaimRepair), "", DocClaimForm, DocExpense, DocInvoice),
		may(string(ClaimRepair), DocDelivery, DocWorkPhotos),
		must(string(ClaimReleased), "", DocClaimForm, DocGuarantee),
		must(string(ClaimOpening), "", DocClaimForm, DocExpense),
		may(string(ClaimOpening), DocContract, DocInvoice),
		must(string(ClaimOther), "", DocClaimForm, DocExpense, DocInvoice),
		must(string(ClaimEmergency), "", DocClaimForm, DocDecision),
		may(string(ClaimEmergency), DocInvoice, DocWorkPhotos),
	} {
		out = append(out, rows...)
	}
	// In township mode the township's approval form goes with every claim for work
	// done: its leader signs (DOMAIN 2.1).
	for _, k := range []ClaimKind{ClaimProgress, ClaimFinal, ClaimOther} {
		out = append(out, Requirement{
			Mode: ModeTownship, Stage: string(k), Doc: DocApproval, Mandatory: true, From: ledger.MinDate, Basis: "DOMAIN 2.1：乡镇政府对材料完整性、真实性负责",
		})
	}
	return out
}()

// ChecklistItem (清单项) is one document that a stage asks for, and what there is.
type ChecklistItem struct {
	Doc       DocType         `json:"doc"`
	Name      string          `json:"name"`
	Mandatory bool            `json:"mandatory"`
	Present   []ledger.Digest `json:"present,omitempty"`
	Basis     string          `json:"basis"`
}

// Lacking reports whether a mandatory document is not there.
func (i *ChecklistItem) Lacking() bool { return i.Mandatory && len(i.Present) == 0 }

// Ask says which row of the checklist is read: mode, category and stage, on a day.
type Ask struct {
	Mode, Category, Stage string
	Day                   ledger.Date
}

// Checklist (材料清单) holds what there is against what the stage asks for, in the
// order of the table.
func Checklist(a Ask, have []Evidence) []ChecklistItem {
	var out []ChecklistItem
	seen := map[DocType]int{}
	for i := range requirements {
		r := &requirements[i]
		if r.Stage != a.Stage || r.Mode != "" && r.Mode != a.Mode || r.Category != "" && r.Category != a.Category ||
			a.Day < r.From || r.To != 0 && a.Day > r.To {
			continue
		}
		if at, ok := seen[r.Doc]; ok {
			out[at].Mandatory = out[at].Mandatory || r.Mandatory
			continue
		}
		seen[r.Doc] = len(out)
		item := ChecklistItem{Doc: r.Doc, Name: r.Doc.Chinese(), Mandatory: r.Mandatory, Basis: r.Basis}
		for j := range have {
			if have[j].Type == r.Doc {
				item.Present = append(item.Present, have[j].Digest)
			}
		}
		out = append(out, item)
	}
	return out
}

// lacking names the mandatory documents that are not there.
func lacking(items []ChecklistItem) []DocType {
	var out []DocType
	for i := range items {
		if items[i].Lacking() {
			out = append(out, items[i].Doc)
		}
	}
	return out
}

func docList(docs []DocType) string {
	names := make([]string, len(docs))
	for i, d := range docs {
		names[i] = d.Chinese()
	}
	return strings.Join(names, "、")
}

// ChecklistText prints a checklist for people: what is there, what lacks.
func ChecklistText(items []ChecklistItem) string {
	var b strings.Builder
	for i := range items {
		it := &items[i]
		switch {
		case len(it.Present) > 0:
			fmt.Fprintf(&b, "有　%s（%d 份）\n", it.Name, len(it.Present))
		case it.Mandatory:
			fmt.Fprintf(&b, "缺　%s（必备）\n", it.Name)
		default:
			fmt.Fprintf(&b, "无　%s（可选）\n", it.Name)
		}
	}
	return b.String()
}
