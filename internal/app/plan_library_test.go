package app_test

import (
	"fmt"

	"fundbook/internal/app"
	"fundbook/ledger"
	"fundbook/projects"
)

// The ways into the library that tests of plans and contracts take. They stand on
// the stub of the library; when it goes, this file and export_plan_test.go are
// written with the library's own commands, and no other test changes.

// intoLibrary puts a project of 2026 into the library of a county and returns its
// code.
func intoLibrary(s *store, county string, p projects.Project) (string, error) {
	key := s.nextKey()
	p.Code, p.Year, p.State = fmt.Sprintf("360726101203-2026-%.2s-%s", p.Category, key[len(key)-4:]), 2026, projects.StateInLibrary
	_, err := s.Do(s.t.Context(), app.Request{County: county, Who: finance, Key: key, Raw: []byte(key)}, app.EnterProject(p))
	return p.Code, err
}

// toProcured takes a planned project on until a contract may be signed; a project
// that is further already is refused.
func toProcured(s *store, county, code string, on ledger.Date) error {
	for _, step := range []projects.Step{
		{Event: projects.EventPrePost, On: on, From: on, To: on.AddDays(10), Evidence: []ledger.Digest{{1}}},
		{Event: projects.EventProcure, On: on, Document: "中标通知书"},
	} {
		key := s.nextKey()
		if _, err := s.Do(s.t.Context(), app.Request{County: county, Who: finance, Key: key, Raw: []byte(key)}, app.StepProject(code, step)); err != nil {
			return err
		}
	}
	return nil
}
