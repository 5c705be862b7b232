package cmsfile

import (
	"testing"
)

func BenchmarkPTP(b *testing.B) {
	m := official(b, "ncci/ccipra-v302-layout.txt.gz")[0]
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range PTP(m, Tabs) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 2546017 {
			b.Fatal(n)
		}
	}
}
