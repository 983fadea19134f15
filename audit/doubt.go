package audit

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/internal/translog"
	"fundbook/ledger"
)

// The faults of doubts.
var (
	ErrDoubtRule    = fault.New(fault.NotFound, "doubt.rule", "没有这条疑点规则（规则 8.1）", "there is no such doubt rule (8.1)")
	ErrDoubtUnknown = fault.New(fault.NotFound, "doubt.unknown", "规则没有提示这一疑点，也没有它的核实记录", "no rule shows this doubt, and nobody has handled it")
	ErrDoubtStatus  = fault.New(fault.Refused, "doubt.status", "核实结果不合要求（规则 8.1）", "the result is not allowed (8.1)")
	ErrDoubtPolicy  = fault.New(fault.Refused, "doubt.policy", "疑点规则的政策参数不是规定范围内的整数", "a parameter of the doubt rules is no number of its range")
)

// DoubtStatus (核实状态) is what people made of a doubt. A rule never decides.
type DoubtStatus string

// The statuses of a doubt (DOMAIN 8.1).
const (
	DoubtOpen      DoubtStatus = "UNVERIFIED" // 未核实
	DoubtExcluded  DoubtStatus = "EXCLUDED"   // 排除
	DoubtConfirmed DoubtStatus = "CONFIRMED"  // 属实
)

// Chinese returns the name of the status.
func (s DoubtStatus) Chinese() string {
	switch s {
	case DoubtExcluded:
		return "排除"
	case DoubtConfirmed:
		return "属实"
	default:
		return "未核实"
	}
}

// Doubt (疑点) is what a rule asks people to look at: evidence, never a verdict. Its
// identity is rule, version and subject, so that the next run finds the same one.
type Doubt struct {
	ID      string        `json:"id"`
	Rule    string        `json:"rule"`
	Version int           `json:"version"`
	Subject string        `json:"subject"`
	Text    string        `json:"text"`
	Amount  ledger.Amount `json:"amount,omitempty"`
	Rows    []DoubtRow    `json:"rows"`
	Digest  ledger.Digest `json:"digest"` // of the rows and the amount

	Status    DoubtStatus `json:"status"`
	Handler   ledger.ID   `json:"handler,omitzero"`
	HandledOn ledger.Date `json:"handled_on,omitzero"`
	Note      string      `json:"note,omitempty"`
	// Changed: the rows are not those that the handler saw.
	Changed bool   `json:"changed,omitempty"`
	Finding string `json:"finding,omitempty"` // that it opened
}

// DoubtRow (证据行) is one thing that a doubt rests on: a record by its sequence
// number, a dossier by its kind and code, with the figure in question. No row names
// a person.
type DoubtRow struct {
	Kind   string        `json:"kind"` // entry, claim, contract, roster, request, invoice, loan, lot, batch, project, notice, document, account, actor
	Code   string        `json:"code,omitempty"`
	Seq    int64         `json:"seq,omitempty"`
	N      int           `json:"n,omitempty"` // row of a roster
	On     ledger.Date   `json:"on,omitzero"`
	Amount ledger.Amount `json:"amount,omitempty"`
	Text   string        `json:"text,omitempty"`
}

// maxDoubtCode is the longest code that a dossier takes, in bytes.
const maxDoubtCode = 80

// doubtID makes the identity of a doubt; a subject that is too long stands as its
// digest.
func doubtID(rule string, version int, subject string) string {
	id := rule + "." + strconv.Itoa(version) + "." + subject
	if len(id) <= maxDoubtCode {
		return id
	}
	sum := sha256.Sum256([]byte(subject))
	return rule + "." + strconv.Itoa(version) + ".#" + hex.EncodeToString(sum[:16])
}

// seal orders the rows of a doubt and takes their digest.
func (d *Doubt) seal(rule *doubtRule) error {
	d.Rule, d.Version, d.Status = rule.ID, rule.Version, DoubtOpen
	d.ID = doubtID(d.Rule, d.Version, d.Subject)
	slices.SortStableFunc(d.Rows, func(a, b DoubtRow) int {
		return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Seq, b.Seq), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Code, b.Code), cmp.Compare(a.N, b.N))
	})
	var e translog.Encoder
	translog.AppendFields(&e, &struct {
		Amount ledger.Amount
		Rows   []DoubtRow
	}{d.Amount, d.Rows})
	body, err := e.Finish()
	if err != nil {
		return fmt.Errorf("digest the rows of doubt %s: %w", d.ID, err)
	}
	d.Digest = sha256.Sum256(body)
	return nil
}

// DoubtFile (疑点核实记录) is what its handlers recorded of one doubt.
type DoubtFile struct {
	ID       string         `json:"id"`
	Rule     string         `json:"rule"`
	Version  int            `json:"version"`
	Subject  string         `json:"subject"`
	Status   DoubtStatus    `json:"status"`
	Handler  ledger.ID      `json:"handler"`
	On       ledger.Date    `json:"on"`
	Note     string         `json:"note"`
	Amount   ledger.Amount  `json:"amount,omitempty"`
	Digest   ledger.Digest  `json:"digest"` // of the rows that the handler saw
	Document ledger.Digest  `json:"document,omitzero"`
	Earlier  []DoubtHandled `json:"earlier,omitempty"`
}

// DoubtHandled is an earlier result of a doubt.
type DoubtHandled struct {
	Status  DoubtStatus `json:"status"`
	Handler ledger.ID   `json:"handler"`
	On      ledger.Date `json:"on"`
	Note    string      `json:"note"`
}

type doubtResolved struct {
	ID, Rule string
	Version  int
	Subject  string
	Status   DoubtStatus
	On       ledger.Date
	Note     string
	Amount   ledger.Amount
	Digest   ledger.Digest
	Document ledger.Digest
}

var doubtFile = dossier.NewKind("doubt", func(d *DoubtFile) dossier.Index {
	return dossier.Index{Status: string(d.Status), Parent: d.Rule, Title: d.Subject, Year: d.On.Year(), Amount: int64(d.Amount)}
})

var didResolve = dossier.On(doubtFile, "doubt.resolved", func(d *DoubtFile, x *doubtResolved, at dossier.Stamp) {
	if d.ID != "" {
		d.Earlier = append(d.Earlier, DoubtHandled{d.Status, d.Handler, d.On, d.Note})
	}
	d.ID, d.Rule, d.Version, d.Subject, d.Status, d.Handler = x.ID, x.Rule, x.Version, x.Subject, x.Status, at.Actor
	d.On, d.Note, d.Amount, d.Digest, d.Document = x.On, x.Note, x.Amount, x.Digest, x.Document
})

// DoubtCmd records what the handler of a doubt found. AsOf is the day as of which
// the rule was run, today when left out.
type DoubtCmd struct {
	ID       string        `json:"id" validate:"required,max=80"`
	Status   DoubtStatus   `json:"status" validate:"required,oneof=UNVERIFIED EXCLUDED CONFIRMED"`
	Note     string        `json:"note" validate:"required,max=1000"`
	AsOf     ledger.Date   `json:"as_of,omitzero"`
	Document ledger.Digest `json:"document,omitzero"`
}

// ResolveDoubt records a result. The rule is run again on what is committed, so that
// the rows that the result speaks of are known; a doubt that its rule no longer shows
// keeps those of the last result.
func ResolveDoubt(ctx context.Context, tx *db.Tx, c DoubtCmd) error {
	on := today(tx)
	asOf := c.AsOf
	if asOf == 0 {
		asOf = on
	}
	if asOf > on {
		return ErrDoubtStatus.With("疑点 %s：截至日期 %s，今天 %s", c.ID, asOf, on)
	}
	rule, err := doubtRuleOf(c.ID)
	if err != nil {
		return err
	}
	known, err := doubtFile.Exists(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	var file DoubtFile
	if known {
		if file, err = doubtFile.Load(ctx, tx, c.ID); err != nil {
			return err
		}
	}
	q, err := tx.DB(ctx)
	if err != nil {
		return err
	}
	list, err := runDoubts(ctx, q, tx.CountyNo(), asOf, []*doubtRule{rule})
	if err != nil {
		return err
	}
	x, err := resolve(&c, &file, list, on)
	if err != nil {
		return err
	}
	if known {
		return didResolve.Record(ctx, tx, c.ID, &file, x)
	}
	return didResolve.Open(ctx, tx, c.ID, &file, x)
}

// resolve decides what is recorded of a doubt, from what its rule shows now and what
// was recorded before.
func resolve(c *DoubtCmd, file *DoubtFile, list []Doubt, on ledger.Date) (doubtResolved, error) {
	x := doubtResolved{
		ID: c.ID, Rule: file.Rule, Version: file.Version, Subject: file.Subject, Status: c.Status, On: on, Note: c.Note,
		Amount: file.Amount, Digest: file.Digest, Document: c.Document,
	}
	i := slices.IndexFunc(list, func(d Doubt) bool { return d.ID == c.ID })
	switch {
	case i >= 0:
		d := &list[i]
		x.Rule, x.Version, x.Subject, x.Amount, x.Digest = d.Rule, d.Version, d.Subject, d.Amount, d.Digest
	case file.ID == "":
		return x, ErrDoubtUnknown.With("%s；请用最近一次运行给出的编号", c.ID)
	}
	if file.ID == c.ID && file.Status == c.Status && file.Note == c.Note && file.Digest == x.Digest {
		return x, ErrDoubtStatus.With("疑点 %s 已于 %s 登记为%s，内容相同", c.ID, file.On, file.Status.Chinese())
	}
	return x, nil
}

// doubtRuleOf returns the rule that an identity belongs to.
func doubtRuleOf(id string) (*doubtRule, error) {
	name, rest, _ := strings.Cut(id, ".")
	version, _, ok := strings.Cut(rest, ".")
	for i := range doubtRules {
		if r := &doubtRules[i]; ok && r.ID == name && strconv.Itoa(r.Version) == version {
			return r, nil
		}
	}
	return nil, ErrDoubtRule.With("%q；编号形如 A05.1.项目/合同", id)
}

// DoubtRule (疑点规则) is a row of the table of rules.
type DoubtRule struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	ZH      string `json:"zh"`
	EN      string `json:"en"`
	Subject string `json:"subject"` // what a doubt of the rule is about
	Guard   string `json:"guard"`   // what keeps the case from coming in through commands
}

// DoubtRules lists the rules in order.
func DoubtRules() []DoubtRule {
	out := make([]DoubtRule, len(doubtRules))
	for i := range doubtRules {
		out[i] = doubtRules[i].DoubtRule
	}
	return out
}

// DoubtsMarkdown prints the rules, their parameters and the kinds of violation as
// docs/doubts.md.
func DoubtsMarkdown() string {
	var b strings.Builder
	b.WriteString(`# 疑点规则与整改 · Doubt rules and rectification

Generated from the code by ` + "`make golden`" + `. A rule reads what is recorded and shows evidence rows (sequence numbers, codes, amounts); it never decides. A doubt is 未核实 until a person records 排除 or 属实 (` + "`doubt.resolve`" + `); its identity is rule.version.subject, so that the next run finds the same one. One that is 属实 may open a finding (` + "`finding.open`" + `), once.

## 规则 · Rules

| rule | version | 规则 | what it shows | subject | kept out by |
|---|---|---|---|---|---|
`)
	for i := range doubtRules {
		r := &doubtRules[i]
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s | %s |\n", r.ID, r.Version, r.ZH, r.EN, r.Subject, r.Guard)
	}
	b.WriteString("\n## 参数 · Parameters\n\nPolicies with what holds where a county has set none.\n\n| policy | value | 意思 | meaning |\n|---|---|---|---|\n")
	for _, p := range doubtPolicies {
		fmt.Fprintf(&b, "| `%s` | %d | %s | %s |\n", p.name, p.value, p.zh, p.en)
	}
	b.WriteString("\n## 问题类别 · Kinds of violation\n\n| code | 类别 | kind |\n|---|---|---|\n")
	for _, v := range violations {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", v.Code, v.ZH, v.EN)
	}
	b.WriteString("\n## 整改状态 · States of a finding\n\n| event | 事项 | from | to |\n|---|---|---|---|\n| `open` | 立案 |  | 立案 |\n")
	for i := range findingTable {
		r := &findingTable[i]
		names := make([]string, len(r.from))
		for j, s := range r.from {
			names[j] = s.Chinese()
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.event, r.zh, strings.Join(names, "、"), r.to.Chinese())
	}
	return b.String()
}
