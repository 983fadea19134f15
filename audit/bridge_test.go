package audit

import (
	"fundbook/internal/translog"
	"fundbook/ledger"
)

// EncodeEntry gives tests the fields of an entry, for records that the ledger
// would never write.
func EncodeEntry(e *ledger.Entry) ([]byte, error) {
	var enc translog.Encoder
	encodeEntry(&enc, e)
	return enc.Finish()
}
