package main

type reportCmd struct{}

// Run is to come.
func (reportCmd) Run(s *session) error { return nil }
