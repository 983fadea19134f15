//go:build fundbook_raw_events

package app

const rawEvents = true
