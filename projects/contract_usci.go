package projects

import "strings"

// usciAlphabet are the characters of a unified social credit code: digits and
// capital letters without I, O, S, V, Z.
const usciAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// usciWeights are 3^(i−1) mod 31.
var usciWeights = [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}

// usciCheck computes the check character over the first 17 (GB 32100-2015). ok is
// false when one of them is not in the alphabet.
func usciCheck(first string) (check byte, ok bool) {
	sum := 0
	for i := range usciWeights {
		n := strings.IndexByte(usciAlphabet, first[i])
		if n < 0 {
			return 0, false
		}
		sum += n * usciWeights[i]
	}
	return usciAlphabet[(31-sum%31)%31], true
}

// checkCreditCode refuses a text that is no unified social credit code (统一社会信用
// 代码), with what is wrong.
func checkCreditCode(code string) error {
	if len(code) != 18 {
		return ErrUSCI.With("%.40q：%d 个字符，应为 18 个", code, len(code))
	}
	want, ok := usciCheck(code[:17])
	switch {
	case !ok:
		return ErrUSCI.With("%q：前 17 位只能是数字和大写字母（不含 I、O、S、V、Z）", code)
	case code[17] != want:
		return ErrUSCI.With("%q：校验码应为 %c，请核对营业执照或法人证书", code, want)
	}
	return nil
}
