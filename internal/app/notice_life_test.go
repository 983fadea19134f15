package app_test

import (
	"errors"
	"slices"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/workday"
	"fundbook/ledger"
	"fundbook/projects"
	"fundbook/publicity"
)

// issue issues a notice as somebody, with a period of ten days from its day.
func (b *store) issue(who auth.Who, typ publicity.NoticeType, about, on, replaces string) (publicity.ListItem, error) {
	b.t.Helper()
	w := publicity.Wording{Published: day(on), From: day(on), To: day(on).AddDays(10)}
	return b.Issue(b.t.Context(), app.Request{County: county, Who: who, Key: b.nextKey()}, app.IssueNotice{Type: typ, About: about, Replaces: replaces, Wording: w})
}

func (b *store) mustIssue(typ publicity.NoticeType, about, on, replaces string) publicity.ListItem {
	b.t.Helper()
	item, err := b.issue(finance, typ, about, on, replaces)
	if err != nil {
		b.t.Fatalf("issue %s of %s: %v", typ, about, err)
	}
	return item
}

func onBoard(code, on string) publicity.PostCmd {
	return publicity.PostCmd{Notice: code, Place: publicity.PlaceVillage, Where: village, From: day(on), Photo: paper, Poster: "村委会", Witness: "村务监督委员会"}
}

// TestANoticesPostingOpensItsGate follows one notice N5 from its issue to the contract
// that waits for it: not posted, too short, withdrawn, corrected, over.
func TestANoticesPostingOpensItsGate(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		b.divisions()
		code := b.householdProject("", map[ledger.LotID]string{b.lot("L1", "10000.00"): "10000.00"}).Code
		b.must("project.withdraw_notice", projects.WithdrawNoticeCmd{Project: code, Type: "N5", Reason: "改由公告张贴"})
		first := b.mustIssue(publicity.N5, code, "2026-06-01", "")
		b.clock.Store(at("2026-06-15"))

		b.refused(finance, publicity.ErrPhoto, "notice.post", publicity.PostCmd{Notice: first.Code, Place: publicity.PlaceVillage, Where: village, From: day("2026-06-02"), Poster: "村委会"})
		b.refused(finance, publicity.ErrPlace, "notice.post", publicity.PostCmd{Notice: first.Code, Place: publicity.PlaceWeb, From: day("2026-06-02"), Poster: "县财政局"})
		b.refused(finance, publicity.ErrDay, "notice.post", onBoard(first.Code, "2026-06-16"))
		b.refused(finance, publicity.ErrDay, "notice.post", onBoard(first.Code, "2026-05-31"))
		b.must("notice.post", onBoard(first.Code, "2026-06-02"))
		b.refused(finance, publicity.ErrPosted, "notice.post", onBoard(first.Code, "2026-06-03"))
		p := b.project(code)
		if ok, until := p.PeriodOver("N5", "", day("2026-06-12"), 10); ok || until != day("2026-06-12") {
			t.Errorf("on its last day the period is over: %v, until %s", ok, until)
		}
		if ok, _ := p.PeriodOver("N5", "", day("2026-06-13"), 10); !ok {
			t.Error("the day after its last the period is not over")
		}
		if n := p.Posted[len(p.Posted)-1]; n.Notice != first.Code {
			t.Errorf("the project's evidence names notice %q, want %q", n.Notice, first.Code)
		}
		b.must("notice.sign", publicity.SignCmd{Notice: first.Code, Place: publicity.PlaceVillage, Where: village, On: day("2026-06-03"), Signer: "村务监督委员会"})

		second := b.mustIssue(publicity.N5, code, "2026-06-14", first.Code)
		if p := b.project(code); p.Published("N5", "", day("2026-06-15")) {
			t.Error("a corrected notice still opens the gate")
		}
		b.refused(finance, publicity.ErrWithdrawn, "notice.withdraw", publicity.WithdrawCmd{Notice: first.Code, On: day("2026-06-15"), Reason: "再撤"})
		b.must("notice.post", onBoard(second.Code, "2026-06-14"))
		b.must("notice.withdraw", publicity.WithdrawCmd{Notice: second.Code, On: day("2026-06-15"), Reason: "内容有误"})
		if p := b.project(code); p.Published("N5", "", day("2026-06-15")) {
			t.Error("a withdrawn notice still opens the gate")
		}
		b.verified()
	})
}

// TestAnotherTownshipsNotice: a township issues and posts its own only.
func TestAnotherTownshipsNotice(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		b.divisions()
		code := b.householdProject("", map[ledger.LotID]string{b.lot("L1", "10000.00"): "10000.00"}).Code
		other := auth.Who{ID: [16]byte{15: 77}, Name: "另一乡", Role: auth.Township, County: county, Unit: "另一乡"}
		if _, err := b.issue(other, publicity.N5, code, "2026-06-01", ""); !errors.Is(err, publicity.ErrNoticeUnit) {
			t.Errorf("another township issues: %v", err)
		}
		n := b.mustIssue(publicity.N5, code, "2026-06-01", "")
		if err := b.as(other, "notice.post", onBoard(n.Code, "2026-06-02")); !errors.Is(err, publicity.ErrNoticeUnit) && err == nil {
			t.Errorf("another township posts: %v", err)
		}
	})
}

// TestAnAcceptedObjectionHoldsItsLineOnly registers objections to a list of households:
// the disputed row waits until it is answered, an anonymous one blocks by decision only,
// and an upheld one takes the notice down.
func TestAnAcceptedObjectionHoldsItsLineOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		b.divisions()
		project := b.householdProject("", map[ledger.LotID]string{b.lot("L1", "10000.00"): "10000.00"})
		const roster = "R1"
		b.boundRoster(roster, project, households(0, 3, "1", "100.00"))
		b.at("2026-06-15")
		n := b.mustIssue(publicity.N8, roster, "2026-06-01", "")
		b.must("notice.post", onBoard(n.Code, "2026-06-02"))
		object := publicity.ObjectCmd{Notice: n.Code, Channel: "letter", Register: "来信〔2026〕1号", Line: 2, Text: "该户不符合条件", On: day("2026-06-03")}
		b.refused(finance, workday.ErrYear, "objection.register", object)
		b.policy("workdays.2026", "off 0101-0103 0619-0621; on 0104")
		wrong := object
		wrong.Line = 9
		b.refused(finance, publicity.ErrObjectionLine, "objection.register", wrong)
		wrong = object
		wrong.Text = "其身份证 " + dbtest.ResidentNumber(1)
		b.refused(finance, publicity.ErrPrivate, "objection.register", wrong)
		b.must("objection.register", object)
		anonymous := object
		anonymous.Anonymous, anonymous.Register, anonymous.Line = true, "", 3
		b.must("objection.register", anonymous)

		b.must("objection.assign", publicity.AssignCmd{Objection: n.Code + "-1", Handler: "乡镇纪委"})
		b.must("objection.accept", publicity.AcceptObjectionCmd{Objection: n.Code + "-1", On: day("2026-06-04")})
		b.refused(finance, publicity.ErrAnonymous, "objection.accept", publicity.AcceptObjectionCmd{Objection: n.Code + "-2", On: day("2026-06-04")})
		r := b.rosterState(roster)
		if r.Lines[1].Blocked == "" || r.Lines[0].Blocked != "" || r.Lines[2].Blocked != "" {
			t.Errorf("the rows after one accepted objection: %+v", r.Lines)
		}
		b.refused(finance, publicity.ErrObjectionTerm, "objection.prolong", publicity.ProlongCmd{Objection: n.Code + "-1", Until: day("2026-06-05"), Reason: "核查"})
		b.must("objection.prolong", publicity.ProlongCmd{Objection: n.Code + "-1", Until: day("2026-07-05"), Reason: "须实地核查"})
		b.refused(finance, publicity.ErrObjectionTerm, "objection.lapse", publicity.LapseCmd{Objection: n.Code + "-1"})
		b.must("objection.answer", publicity.AnswerCmd{Objection: n.Code + "-1", On: day("2026-06-10"), Answer: "经核查符合条件", Decision: "核〔2026〕1号"})
		if r := b.rosterState(roster); r.Lines[1].Blocked != "" {
			t.Errorf("a dismissed objection still holds its row: %+v", r.Lines[1])
		}
		b.must("objection.publish", publicity.PublishAnswerCmd{Objection: n.Code + "-1", On: day("2026-06-11")})
		b.refused(finance, publicity.ErrObjection, "objection.answer", publicity.AnswerCmd{Objection: n.Code + "-1", On: day("2026-06-12"), Answer: "再答", Decision: "核〔2026〕2号"})
		b.must("objection.accept", publicity.AcceptObjectionCmd{Objection: n.Code + "-2", On: day("2026-06-12"), Decision: "决〔2026〕3号"})
		b.must("objection.answer", publicity.AnswerCmd{Objection: n.Code + "-2", On: day("2026-06-13"), Upheld: true, Answer: "不符合条件，予以取消", Decision: "核〔2026〕4号"})
		if r := b.rosterState(roster); r.Lines[2].Blocked == "" {
			t.Error("an upheld objection lets its row be paid")
		}
		f, err := dossierOf[publicity.File](t.Context(), d.Read, countyNo, "notice", n.Code)
		if err != nil || f.Withdrawn != day("2026-06-13") || len(f.Objections) != 2 {
			t.Errorf("after an upheld objection the notice stands: %+v, %v", f, err)
		}
		if p := b.project(project.Code); p.Published("N8", roster, day("2026-06-14")) {
			t.Error("after an upheld objection the list still counts as published")
		}
		b.verified()
	})
}

// rosterState reads a roster.
func (b *store) rosterState(code string) projects.Roster {
	b.t.Helper()
	r, err := dossierOf[projects.Roster](b.t.Context(), b.db.Read, countyNo, "roster", code)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// TestAnObjectionLapses: a term that is over without an answer lets the row go on, and
// the answer is still owed; the village's notice of the quarter says how it ended.
func TestAnObjectionLapses(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		b.divisions()
		project := b.householdProject("", map[ledger.LotID]string{b.lot("L1", "10000.00"): "10000.00"})
		b.boundRoster("R1", project, households(0, 2, "1", "100.00"))
		b.policy("workdays.2026", "off 0101-0103 0619-0621; on 0104")
		n := b.mustIssue(publicity.N8, "R1", "2026-06-01", "")
		b.must("notice.post", onBoard(n.Code, "2026-06-02"))
		b.must("objection.register", publicity.ObjectCmd{Notice: n.Code, Channel: "hotline", Register: "来电1", Line: 1, Part: "金额", Text: "金额不符", On: day("2026-06-03")})
		b.must("objection.accept", publicity.AcceptObjectionCmd{Objection: n.Code + "-1", On: day("2026-06-04")})
		b.at("2026-06-19")
		b.refused(finance, publicity.ErrObjectionTerm, "objection.lapse", publicity.LapseCmd{Objection: n.Code + "-1"})
		b.at("2026-06-20")
		b.must("objection.lapse", publicity.LapseCmd{Objection: n.Code + "-1"})
		if r := b.rosterState("R1"); r.Lines[0].Blocked != "" {
			t.Errorf("after its term the row is still held: %+v", r.Lines[0])
		}
		b.must("objection.answer", publicity.AnswerCmd{Objection: n.Code + "-1", On: day("2026-06-20"), Answer: "金额无误", Decision: "核〔2026〕9号"})
		b.at("2026-07-01")
		item := b.mustIssue(publicity.N9, village+"/2026Q2", "2026-07-01", "")
		v, err := b.VerifyCode(t.Context(), item.Code)
		if err != nil {
			t.Fatal(err)
		}
		last := v.Content.Parts[len(v.Content.Parts)-1]
		if want := []publicity.Fact{{Label: "2026-06-03 金额", Text: "异议不成立：金额无误"}}; !slices.Equal(last.Facts, want) {
			t.Errorf("the village's notice says %+v, want %+v", last.Facts, want)
		}
		b.verified()
	})
}
