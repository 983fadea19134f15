package app

import (
	"context"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/projects"
)

// StubProject puts a project into the library as it is given.
type StubProject struct {
	everywhere
	projects.Project
}

// Spec returns the command's row.
func (StubProject) Spec() Spec                     { return Spec{Name: "project.stub"} }
func (StubProject) check() error                   { return nil }
func (StubProject) permissions() []auth.Permission { return nil }
func (c StubProject) run(ctx context.Context, tx *db.Tx) error {
	return projects.EnterStub(ctx, tx, c.Project)
}
