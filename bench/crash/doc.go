// Package crash is the harness that shows what a crash does to acknowledged
// posts. Clients pay under load and keep, outside the database, what the service
// acknowledged; servers and PostgreSQL are killed under them; each payment whose
// answer was lost is sent again with the same key until it is acknowledged. Then
// the log must hold every payment exactly once, where the answer said.
//
// Its tests also run controls that must fail, so that the harness is seen to see.
package crash
