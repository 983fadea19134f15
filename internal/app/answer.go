//go:build !fundbook_answer_early

package app

// answerEarly does nothing: answers wait until the batch is on disk. The build
// tag fundbook_answer_early exists for the crash harness alone, as the control
// that must lose acknowledged writes.
func answerEarly(*flight) error { return nil }
