package app

import (
	"context"

	"fundbook/internal/db"
)

// RoomCommand is a command of a room that is no operation of the product: tests
// bring dossiers into a state by it.
func RoomCommand[T any](body T, do func(ctx context.Context, tx *db.Tx, body T) error) Command {
	return roomCmd[T]{spec: Spec{Name: "test.state", Permission: "post.test"}, township: true, body: body, do: do}
}
