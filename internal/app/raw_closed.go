//go:build !fundbook_raw_events

package app

// rawEvents opens every store of the program for internal events; only the load
// generators of bench build it so.
const rawEvents = false
