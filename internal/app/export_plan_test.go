package app

import (
	"context"

	"fundbook/internal/db"
	"fundbook/projects"
)

// Ways into the library for tests of plans and contracts. They stand on the stub of
// the library: when it goes, they are written with its commands.

// EnterProject puts a project into the library.
func EnterProject(p projects.Project) Command {
	return roomCmd[projects.Project]{
		spec: Spec{"test.enter", "", "", "plan.test"}, body: p,
		do: func(ctx context.Context, tx *db.Tx, p projects.Project) error { return projects.StubEnter(ctx, tx, p) },
	}
}

// StepProject moves a project on.
func StepProject(code string, steps ...projects.Step) Command {
	return roomCmd[struct{}]{
		spec: Spec{"test.step", "", "", "plan.test"},
		do: func(ctx context.Context, tx *db.Tx, _ struct{}) error {
			for _, s := range steps {
				if err := projects.Advance(ctx, tx, code, s); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
