package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// localCounty returns the code of a publishing unit that has no division code: X- and
// twelve capitals of a hash of its province and name without spaces, so that the
// same unit has the same code in every store.
func localCounty(province, unit string) string {
	sum := sha256.Sum256([]byte(squash(province) + "\x00" + squash(unit)))
	return "X-" + strings.ToUpper(hex.EncodeToString(sum[:6]))
}
