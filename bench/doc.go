// Package bench measures the program as it runs in a county: the built binary,
// served on the loopback over PostgreSQL and over SQLite, under closed loops of
// real posts, in one interleaved run with pgbench on the same server. Absolute
// figures drift with the machine, so targets are ratios of figures of one round.
//
// No test asserts a time; `make bench` writes docs/benchmarks.md.
package bench
