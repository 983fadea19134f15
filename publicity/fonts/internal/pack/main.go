// Command pack makes the compressed fonts that fundbook carries inside itself.
//
// It reads the four TrueType files named in the table below from a folder,
// refuses any whose SHA-256 differs from the one recorded there, and writes
// each as NAME.ttf.zst. Run it from the module root:
//
//	go run ./publicity/fonts/internal/pack -from DIR -to publicity/fonts
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
)

// source is one font file and what its bytes must be.
type source struct {
	file, sha256 string
}

func sources() []source {
	return []source{
		{"NotoSerifSC-Regular.ttf", "655c7c5dcd8f6bdf7b04beeacb4ecac99aa6fe20fec13706f9ae672e112a4fed"},
		{"NotoSerifSC-Black.ttf", "1d3c7c9fe2d52ae48f2a6ad6e49241d505e0dd33eeeda99e7e0b21484dfaf7fd"},
		{"NotoSansSC-Medium.ttf", "2a9f9f40cfb8a13fa9a0773d7886be739a41cf0215e425ab300c2847219470f0"},
		{"FundbookKai-Regular.ttf", "313385fcd3898c4f19106b948f728e3a1c0f50a61acfaf91892d062597769a37"},
	}
}

func main() {
	from := flag.String("from", "", "folder that holds the TrueType files")
	to := flag.String("to", "publicity/fonts", "folder to write the compressed files to")
	flag.Parse()
	if err := run(*from, *to); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	// One worker and the best level: the same bytes on every run.
	enc, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.SpeedBestCompression),
		zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(16<<20))
	if err != nil {
		return err
	}
	total := 0
	for _, s := range sources() {
		data, err := os.ReadFile(filepath.Join(from, s.file))
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		if got := hex.EncodeToString(sum[:]); got != s.sha256 {
			return fmt.Errorf("%s: SHA-256 is %s, want %s", s.file, got, s.sha256)
		}
		packed := enc.EncodeAll(data, nil)
		if err := os.WriteFile(filepath.Join(to, s.file+".zst"), packed, 0o644); err != nil {
			return err
		}
		total += len(packed)
		fmt.Printf("%-28s %9d -> %9d\n", s.file, len(data), len(packed))
	}
	fmt.Printf("%-28s %22d\n", "together", total)
	return enc.Close()
}
