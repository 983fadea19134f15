package samplecounty

import (
	"fmt"
	"strconv"
	"strings"
)

// person is a payee that cannot exist: a name of the sample, born in the year 1900,
// with a number and a card that are counted up and only their check digits right.
type person struct {
	name, id, card string
	village        string
}

const (
	idChecks = "10X98765432"
	digitsZH = "〇一二三四五六七八九"
)

// someone makes the next person of a village.
func (b *builder) someone(village string) person {
	n := b.cards
	b.cards++
	return person{name: "样例户" + spelled(n+1), id: residentID(n), card: bankCard(n), village: village}
}

// spelled writes a number with Chinese digits: names have no others.
func spelled(n int) string {
	zh := []rune(digitsZH)
	var out strings.Builder
	for _, r := range fmt.Sprintf("%04d", n) {
		out.WriteRune(zh[r-'0'])
	}
	return out.String()
}

// residentID is the n-th number: nobody born in 1900 is a payee. Its check digit is
// that of GB 11643.
func residentID(n int) string {
	body := fmt.Sprintf("3607261900%02d%02d%03d", 1+n/28/900%12, 1+n/900%28, n%900)
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(body[i]-'0') * w
	}
	return body + string(idChecks[sum%11])
}

// bankCard is the n-th card of no bank, with its Luhn digit.
func bankCard(n int) string {
	body := fmt.Sprintf("629999%012d", n)
	sum := 0
	for i := range len(body) {
		d := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return body + strconv.Itoa((10-sum%10)%10)
}

// creditCode is the credit code of the n-th firm of the sample: a serial of zeros
// that no authority gives out, with the check character of GB 32100.
func creditCode(n int) string {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	body := fmt.Sprintf("91360726%09d", n)
	sum, weight := 0, 1
	for i := range len(body) {
		sum += strings.IndexByte(alphabet, body[i]) * weight
		weight = weight * 3 % 31
	}
	return body + string(alphabet[(31-sum%31)%31])
}

// tag prints a small number for codes.
func (*builder) tag(n int) string { return fmt.Sprintf("%03d", n+1) }
