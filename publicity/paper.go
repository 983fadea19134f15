package publicity

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// PaperName is the name under which an issued PDF is kept: its SHA-256.
func PaperName(pdf [32]byte) string { return hex.EncodeToString(pdf[:]) + ".pdf" }

// wrongPaper says why the kept PDF of a notice is not the one that was issued, or
// nothing (law 9).
func wrongPaper(papers fs.FS, n *Notice) string {
	if papers == nil {
		return ""
	}
	name := PaperName(n.PDF)
	got, size, err := hashPaper(papers, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("公告 %s 发布时的 PDF 缺失：%s", n.Code(), name)
	case err != nil:
		return fmt.Sprintf("公告 %s 发布时的 PDF 不能读取：%s：%v", n.Code(), name, err)
	case !bytes.Equal(got, n.PDF[:]):
		return fmt.Sprintf("公告 %s 发布时的 PDF 已被改动：%s 有 %d 字节，散列为 %x", n.Code(), name, size, got)
	}
	return ""
}

var errNotFile = errors.New("not a regular file")

func hashPaper(papers fs.FS, name string) (sum []byte, size int64, err error) {
	info, err := fs.Stat(papers, name) // before opening: a pipe would block
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, errNotFile
	}
	f, err := papers.Open(name)
	if err != nil {
		return nil, 0, err
	}
	h := sha256.New()
	size, err = io.Copy(h, f)
	if errClose := f.Close(); err == nil {
		err = errClose
	}
	return h.Sum(nil), size, err
}
