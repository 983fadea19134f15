//go:build !fundbook_bench

package db

// What bench takes away from a writer to weigh it; a program in use has no switches.
const logOff, daysOff = false, false
