// Package ledgertest is what the tests of other packages need to exercise a
// ledger: scripts of postings that an accountant can read (Script), the lots of
// the random county (Lots) and a seeded mix of its business (RandomPosting). It
// is used by tests and by the generator of docs/cookbook, never by the product.
package ledgertest

import (
	"crypto/sha256"

	"fundbook/ledger"
)

// LotID returns the identifier that a script's lot code stands for. Short ASCII
// codes keep their order, so that ties in draws fall as the codes sort.
func LotID(code string) ledger.LotID {
	id := ledger.LotID{0x01, 0x90, 0, 0, 0, 0, 0x70, 0, 0x80}
	tail := id[9:]
	if len(code) <= len(tail) {
		copy(tail, code)
		return id
	}
	sum := sha256.Sum256([]byte(code))
	id[8] = 0x90
	copy(tail, sum[:])
	return id
}
