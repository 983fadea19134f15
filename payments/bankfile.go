package payments

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"fundbook/internal/fault"
	"fundbook/internal/seal"
	"fundbook/internal/sheet"
	"fundbook/ledger"
	"fundbook/projects"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// The columns of the file that the bank pays by, and of the one it answers with.
// The last line of both is the total: 合计, number of rows, check code (of the first
// file only), amount.
const (
	colBatch   = "批次"
	colNo      = "序号"
	colHolder  = "户名"
	colAccount = "账号"
	colSum     = "金额"
	colNote    = "摘要"
	colResult  = "结果"
	colReason  = "原因"
	totalMark  = "合计"
)

// The encodings of a bank file.
const (
	encodingUTF8    = "utf-8"
	encodingGB18030 = "gb18030"
)

// ErrBankEncoding says that a bank file cannot be written in the encoding asked
// for.
var ErrBankEncoding = fault.New(fault.Refused, "batch.encoding", "银行文件不能用所选编码写出", "the bank file cannot be written in the encoding asked for")

// bankFile makes the file of a batch: the same bytes whenever it is made. The check
// code is a keyed digest, so that the file's digest in the log cannot be found by
// trying names and cards.
func bankFile(b *Batch, payees []projects.Payee, encoding, checkCode string) ([]byte, error) {
	rows := make([][]string, 0, len(payees)+2)
	rows = append(rows, []string{colBatch, colNo, colHolder, colAccount, colSum, colNote})
	var total ledger.Amount
	for i := range payees {
		p := &payees[i]
		rows = append(rows, []string{b.Code, strconv.Itoa(p.N), p.Person.Name, p.Person.Card, p.Amount.String(), b.Roster})
		total += p.Amount
	}
	rows = append(rows, []string{totalMark, strconv.Itoa(len(payees)), checkCode, "", total.String(), ""})
	var buf bytes.Buffer
	if err := sheet.Write(&buf, rows); err != nil {
		return nil, err
	}
	if encoding != encodingGB18030 {
		return buf.Bytes(), nil
	}
	out, err := simplifiedchinese.GB18030.NewEncoder().Bytes(bytes.TrimPrefix(buf.Bytes(), []byte("\uFEFF")))
	if err != nil {
		return nil, ErrBankEncoding.With("%s", encoding)
	}
	return out, nil
}

// checkCodeOf is the check code of a batch's file.
func checkCodeOf(box *seal.Box, county, batch string) string {
	x := box.Index("bank-file", county+"/"+batch)
	return hex.EncodeToString(x[:16])
}

// digestOf is how the log names a bank file.
func digestOf(file []byte) ledger.Digest { return sha256.Sum256(file) }
