//go:build fundbook_bench

package db

import (
	"os"
	"slices"
	"strings"
)

// FBBENCH_OFF names what the load generators of bench take away from the writer: log
// (leaf hashes, Merkle edge, tiles), days (day totals). Such a store cannot be
// verified, nor opened again.
var (
	off     = strings.Split(os.Getenv("FBBENCH_OFF"), ",")
	logOff  = isOff("log")
	daysOff = isOff("days")
)

func isOff(name string) bool { return slices.Contains(off, name) }
