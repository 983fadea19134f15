package projects

import (
	"slices"

	"fundbook/ledger"
)

// noticeTypes are the notices whose posting gates ask for (DOMAIN 6.3), and what
// their subject is.
var noticeTypes = []struct {
	typ, subject string
}{
	{"N4", "level"}, {"N5", ""}, {"N6", ""}, {"N8", "roster"}, {"N10", ""}, {"N11", ""},
}

// noticeDays is how many days a notice of each type stays posted, by policy.
type noticeDays []struct {
	typ  string
	days int
}

// of returns the days of a type; what no policy says is 10 (DOMAIN 6.1).
func (d noticeDays) of(typ string) int {
	for _, x := range d {
		if x.typ == typ {
			return x.days
		}
	}
	return defaultNoticeDays
}

const defaultNoticeDays = 10

// notice returns the notice of a type and subject that stands.
func (p *Project) notice(typ, subject string) (Posted, bool) {
	for i := len(p.Posted) - 1; i >= 0; i-- {
		if n := p.Posted[i]; n.Type == typ && n.Subject == subject && !n.Withdrawn {
			return n, true
		}
	}
	return Posted{}, false
}

// PeriodOver reports whether the period of a notice is over on a day: at least
// minDays days, counted from the day after posting, and the whole period that the
// notice itself states, its last day inclusive (DOMAIN 6.3). until is that last
// day, zero when no such notice stands: never posted, or withdrawn.
func (p *Project) PeriodOver(typ, subject string, day ledger.Date, minDays int) (ok bool, until ledger.Date) {
	n, found := p.notice(typ, subject)
	if !found {
		return false, 0
	}
	until = max(n.To, n.From.AddDays(minDays))
	return day > until, until
}

// Published reports whether a notice of a type and subject stands on a day: posted
// on it or before, and not withdrawn.
func (p *Project) Published(typ, subject string, day ledger.Date) bool {
	n, found := p.notice(typ, subject)
	return found && n.From <= day
}

// resultOf is the subject of the list of results of a roster that was paid, which
// is a notice N8 of its own (DOMAIN 6.3: after payment a result list).
func resultOf(roster string) string { return roster + "/result" }

// ResultsPublished reports whether the results of a roster's payment are published
// on a day.
func (p *Project) ResultsPublished(roster string, day ledger.Date) bool {
	return p.Published("N8", resultOf(roster), day)
}

// checkNotice refuses a posting that is not what its type asks for: its subject, a
// photo, a period long enough, a day not after today, and no second one while one
// stands.
func (p *Project) checkNotice(n *Posted, k *known) error {
	i := slices.IndexFunc(noticeTypes, func(x struct{ typ, subject string }) bool { return x.typ == n.Type })
	if i < 0 {
		return ErrNoticeType.With("项目 %s：%q 不在 N4、N5、N6、N8、N10、N11 之内", p.Code, n.Type)
	}
	want := noticeTypes[i].subject
	levels := []string{LevelVillage, LevelTownship, LevelCounty}
	switch {
	case want == "level" && !slices.Contains(levels, n.Subject):
		return ErrNoticeType.With("项目 %s：N4 须指明层级 village、township 或 county，不是 %q", p.Code, n.Subject)
	case want == "roster" && n.Subject == "":
		return ErrNoticeType.With("项目 %s：N8 须指明名册", p.Code)
	case n.Evidence == ledger.Digest{}:
		return ErrEvidence.With("项目 %s：%s 须附张贴照片的摘要", p.Code, n.Type)
	case n.From.IsZero() || n.From > k.today:
		return ErrOrder.With("项目 %s：%s 张贴日 %s，今天 %s", p.Code, n.Type, n.From, k.today)
	}
	if last := n.From.AddDays(k.days.of(n.Type)); n.To < last && n.Type != "N10" { // a plate stays for good
		return ErrNoticeShort.With("项目 %s：%s 自 %s 至 %s，须至 %s（含）即次日起 %d 日；请延长", p.Code, n.Type, n.From, n.To, last, k.days.of(n.Type))
	}
	if old, stands := p.notice(n.Type, n.Subject); stands {
		return ErrNoticeStands.With("项目 %s：%s %s 自 %s 张贴至 %s", p.Code, n.Type, n.Subject, old.From, old.To)
	}
	return nil
}

// withdraw takes the standing notice of a type and subject down.
func (p *Project) withdraw(typ, subject string) {
	for i := range p.Posted {
		if n := &p.Posted[i]; n.Type == typ && n.Subject == subject {
			n.Withdrawn = true
		}
	}
}

// withdrawEntry takes every notice N4 down: what was posted is not what the project
// says any more, and the clocks restart (DOMAIN 6.4).
func (p *Project) withdrawEntry() {
	for _, level := range []string{LevelVillage, LevelTownship, LevelCounty} {
		p.withdraw("N4", level)
	}
}
