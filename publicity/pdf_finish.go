package publicity

import (
	"bytes"
	"crypto/sha256"
	"fmt"
)

// familyOf names font i so that the name the library makes of it ("utf8" and
// the family) is as long as the one finish puts there.
func familyOf(i int) string { return fmt.Sprintf("xx+fundbook%03d", i) }

// finish corrects three things the library cannot be told, without moving a
// byte that the cross-reference table points to: the version (ActualText is of
// 1.5), the names of the fonts (a subset carries six capital letters), and the
// missing file identifier.
func finish(pdf []byte, fonts []embedded) []byte {
	pdf = bytes.Replace(pdf, []byte("%PDF-1.3"), []byte("%PDF-1.7"), 1)
	for i, f := range fonts {
		if f.data == nil {
			continue
		}
		old := []byte("/utf8" + f.family)
		pdf = bytes.ReplaceAll(pdf, old, fmt.Appendf(nil, "/%s+Fundbook%03d", tagOf(f.data), i))
	}
	sum := sha256.Sum256(pdf)
	id := fmt.Sprintf("/ID [<%X> <%X>]\n>>\nstartxref", sum[:16], sum[:16])
	at := bytes.LastIndex(pdf, []byte(">>\nstartxref"))
	if at < 0 {
		return pdf
	}
	return append(append(pdf[:at:at], id...), pdf[at+len(">>\nstartxref"):]...)
}

// tagOf derives the six letters of a subset from its bytes.
func tagOf(data []byte) []byte {
	sum := sha256.Sum256(data)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return tag
}
