package app_test

import (
	"fmt"

	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/ledger"
	"fundbook/projects"
)

// intoLibrary puts a project of 2026 into the library of a county by 7 February and
// returns its code.
func intoLibrary(s *store, county string, p projects.Project) (string, error) {
	if p.Tier == "" {
		p.Tier = projects.TierCounty
	}
	x := road()
	x.Name, x.Category, x.Unit, x.Town, x.Tier, x.Household = p.Name, p.Category, p.Unit, p.Town, p.Tier, p.Household
	x.Budget, x.Village = p.Budget, p.Village
	if x.Village == "" {
		x.Village = fmt.Sprintf("%.6s101203", county)
	}
	x.Financing = []projects.Financing{{Source: "central", Amount: p.Budget}}
	run := func(name string, body any) error {
		_, err := s.Run(s.t.Context(), app.Request{County: county, Who: finance, Key: s.nextKey()}, name, body)
		return err
	}
	before, err := codesOf(s, county)
	if err != nil {
		return "", err
	}
	if err := run("project.enter", projects.EnterCmd{Particulars: x, On: day("2026-01-02")}); err != nil {
		return "", err
	}
	after, err := codesOf(s, county)
	if err != nil {
		return "", err
	}
	code := ""
	for c := range after {
		if !before[c] {
			code = c
		}
	}
	for _, c := range []projects.AdvanceCmd{
		stepOf(code, projects.EventVote, "2026-01-03"),
		posting(code, projects.EventVillage, "2026-01-04"),
		stepOf(code, projects.EventReview, "2026-01-15"),
		posting(code, projects.EventTown, "2026-01-15"),
		stepOf(code, projects.EventArgue, "2026-01-26"),
		stepOf(code, projects.EventApprove, "2026-01-27"),
		posting(code, projects.EventCounty, "2026-01-27"),
		stepOf(code, projects.EventEnter, "2026-02-07"),
	} {
		if err := run("project.advance", c); err != nil {
			return "", err
		}
	}
	return code, nil
}

func codesOf(s *store, county string) (map[string]bool, error) {
	row, err := db.FindCounty(s.t.Context(), s.db.Read, county)
	if err != nil {
		return nil, err
	}
	list, err := projects.ListProjects(s.t.Context(), s.db.Read, row.County, projects.ProjectFilter{})
	out := map[string]bool{}
	for _, p := range list {
		out[p.Code] = true
	}
	return out, err
}

// toProcured takes a planned project on until a contract may be signed; a project
// that is further already is refused.
func toProcured(s *store, county, code string, on ledger.Date) error {
	post := stepOf(code, projects.EventPrePost, on.String())
	post.From, post.To = on, on.AddDays(10)
	for _, c := range []projects.AdvanceCmd{post, stepOf(code, projects.EventProcure, on.String())} {
		if _, err := s.Run(s.t.Context(), app.Request{County: county, Who: finance, Key: s.nextKey()}, "project.advance", c); err != nil {
			return err
		}
	}
	return nil
}
