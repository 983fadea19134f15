//go:build unix

package publicity

import (
	"syscall"
	"testing"
	"time"
)

// cpuTime is the processor time of this process, all threads.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func benchmarkRender(b *testing.B, c *printed) {
	fonts := builtin(b)
	b.ReportAllocs()
	b.ResetTimer()
	start, size := cpuTime(b), 0
	for b.Loop() {
		pdf, err := c.paper(fonts)
		if err != nil {
			b.Fatal(err)
		}
		size = len(pdf)
	}
	b.ReportMetric(float64(cpuTime(b)-start)/float64(b.N)/1e6, "cpu-ms/op")
	b.ReportMetric(float64(size)/1000, "kB")
}

// BenchmarkOnePage sets a notice of one page.
func BenchmarkOnePage(b *testing.B) { benchmarkRender(b, variants()["one"]) }

// BenchmarkTwoPages sets a notice of two.
func BenchmarkTwoPages(b *testing.B) { benchmarkRender(b, variants()["short"]) }

// BenchmarkRows500 sets a notice with 500 rows.
func BenchmarkRows500(b *testing.B) {
	c := sampleAllocation(500)
	if err := c.set(); err != nil {
		b.Fatal(err)
	}
	benchmarkRender(b, c)
}

// BenchmarkLoadFonts inflates and parses the built-in fonts.
func BenchmarkLoadFonts(b *testing.B) {
	b.ReportAllocs()
	start := cpuTime(b)
	for b.Loop() {
		if _, err := loadBuiltin(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cpuTime(b)-start)/float64(b.N)/1e6, "cpu-ms/op")
}
