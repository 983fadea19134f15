//go:build !fundbook_raw_events

package app

// rawEvents opens the door for internal events to every caller; only the load
// generators of bench build it so.
const rawEvents = false
