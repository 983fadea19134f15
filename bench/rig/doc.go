// Package rig sets up what the benchmarks and the crash harness run: a
// throw-away PostgreSQL server, the fundbook program as it is built for
// production, stores, pgbench, and what the kernel tells of processes. Nothing
// of it is a test double: servers are processes of their own, reached as clients
// reach them.
package rig
