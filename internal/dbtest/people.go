package dbtest

import (
	"fmt"
	"strconv"
)

// Nobody has the numbers below: they are counted up, with the check digits that the
// rules ask for.

// ResidentNumber returns the n-th resident number of the tests.
func ResidentNumber(n int) string {
	body := fmt.Sprintf("360726%04d%02d%02d%03d", 1950+n/336%50, 1+n/28%12, 1+n%28, n/16800)
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(body[i]-'0') * w
	}
	return body + string("10X98765432"[sum%11])
}

// CardNumber returns the n-th card of the tests.
func CardNumber(n int) string {
	body := fmt.Sprintf("622800%012d", n)
	for last := range 10 {
		card, sum := body+strconv.Itoa(last), 0
		for i := range len(card) {
			d := int(card[len(card)-1-i] - '0')
			if i%2 == 1 {
				if d *= 2; d > 9 {
					d -= 9
				}
			}
			sum += d
		}
		if sum%10 == 0 {
			return card
		}
	}
	// invariant: one of ten check digits makes the sum fit
	panic("invariant: one of ten digits fits")
}
