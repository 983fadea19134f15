// Package load makes the load of the benchmarks and of the crash harness: what a
// county posts all day, sent over HTTP in closed loops, with every answer
// checked.
package load
