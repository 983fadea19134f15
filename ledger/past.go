package ledger

// past is an entry of the log with its sequence number. A few rules judge by
// what was posted rather than by balances: the year-end close (E24) takes from
// 61xx, 5xxx and 7302 what the year has received, spent and executed.
type past struct {
	seq   int64
	entry *Entry
}

// history is a set of entries in order of recording.
type history []past

// closes reports whether an entry is the year-end close, or one turned red.
func (h history) closes(e *Entry) bool {
	if e.Event == "E24" {
		return true
	}
	if e.Event != "E23" {
		return false
	}
	for i := range h {
		if h[i].seq == e.Reverses {
			return h[i].entry.Event == "E24"
		}
	}
	return false
}

// sum adds up the lines that want takes, the close left out, debit positive.
func (h history) sum(want func(e *Entry, k *Key) bool) (Amount, error) {
	var total Amount
	for i := range h {
		e := h[i].entry
		if h.closes(e) {
			continue
		}
		for j := range e.lines {
			if !want(e, &e.lines[j].Key) {
				continue
			}
			var err error
			if total, err = Add(total, e.lines[j].Net()); err != nil {
				return 0, err
			}
		}
	}
	return total, nil
}

// touches reports whether an entry has a line that want takes.
func (e *Entry) touches(want func(*Key) bool) bool {
	for i := range e.lines {
		if want(&e.lines[i].Key) {
			return true
		}
	}
	return false
}
