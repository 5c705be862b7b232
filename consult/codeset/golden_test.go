package codeset_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// golden holds the facts that the worked cases state (DOMAIN.md E.10), by
// case, as the starter must give them on 2025-11-15. A leading "no" says that
// there is no such row although the starter would have it.
const golden = `
1 pair 20610/99213 1
1 pfs 20610 global 000
3 pair 20610/76942 1
3 pair 20611/76942 1
5 pair 20610/20550 1
7 pair 96406/96405 0
7 mue 96405 1 2
7 mue 96406 1 2
7 pfs 96405 global 000
7 addon 96406 none
3 addon 20611 none
9 pair 96405/11900 1
9 pair 11901/11900 0
11 pair 11042/97597 1
11 mue 11042 1 2
13 addon 11045 11042
15 pair 17110/17000 1
17 pair 11104/11102 0
17 addon 11103 11102
17 addon 11103 11104
17 addon 11103 11106
17 addon 11105 11104
19 pair 11400/12031 1
19 no pair 11402/12032
21 pair 14040/11441 1
23 no pair 12001/99284
23 pair 12001/99213 1
25 pair 45385/45380 1
25 pfs 45385 multiple 3
25 pfs 45385 endobase 45378
27 pair 45380/G0121 0
29 note K63.5 excludes1 D12.-
31 pfs 93000 pctc 4
31 pfs 93005 pctc 3
31 pfs 93010 pctc 2
31 pair 93000/93005 1
31 pair 93000/93010 1
33 pfs 36416 status B
33 mue 36416 0 3
35 mue J1885 8 3
35 drug J1885 15 mg
37 drug J3301 10 mg
37 mue J3301 16 3
37 no pair J3301/20610
39 drug J0696 250 mg
41 status J2001 deleted
41 status J2003 valid
43 pair G0438/G0439 0
45 no pair 99396/99213
45 pfs 99396 status N
47 pfs 99417 status I
47 pfs G2212 status A
49 pair 99213/92014 0
51 no pair 97530/97140
53 pfs 97010 status B
55 pair 90791/99213 0
55 pair 90792/90791 0
57 pair 29881/29877 0
57 pair 29881/G0289 1
57 addon G0289 29881
57 mue G0289 1 2
59 no pair 29827/29823
61 pfs 10060 global 010
63 mue 66984 1 2
63 pfs 66984 global 090
65 pfs 64483 bilateral 1
65 mue 64483 1 2
65 pair 64483/77003 1
69 pair 11721/11720 0
69 pair 11055/11720 1
71 pair 94060/94640 1
73 note E11.9 use_additional Z79.4
73 note Z79.4 excludes1 Z79.84
75 note J44.0 code_also
77 note F17.210 excludes1 Z87.891
79 note G43.909 excludes1 R51.9
81 status M79.31 unknown
81 status M79.3 valid
83 note O80 includes
83 note O80 use_additional Z37.0
87 pfs 99024 status B
89 pair G0101/99213 1
89 pair Q0091/99213 1
89 no pair G0101/99396
91 addon 11045 11042
93 pair 17311/88305 1
95 pfs 77067 bilateral 2
`

func TestGolden(t *testing.T) {
	tx := begin(t)
	for _, line := range strings.Split(strings.TrimSpace(golden), "\n") {
		number, want, _ := strings.Cut(line, " ")
		want, no := strings.CutPrefix(want, "no ")
		var codes []string
		for _, w := range strings.FieldsFunc(want, func(r rune) bool { return r == ' ' || r == '/' })[1:] {
			for _, system := range []string{"cpt", "hcpcs", "icd10cm"} {
				codes = append(codes, system+" "+w)
			}
		}
		f := gather(t, tx, "2025-11-15", codes...)
		words := strings.Fields(want)
		got := stated(f, words[0])
		found := slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, want) })
		switch {
		case found == no:
			t.Errorf("case %s: %q (no: %v) in %q", number, want, no, got)
		case no && words[0] == "pair":
			a, b, _ := strings.Cut(words[1], "/")
			if !f.Core[a] || !f.Core[b] {
				t.Errorf("case %s: %s and %s must both be in the core", number, a, b)
			}
		}
	}
}

// stated lists the facts of f of one sort as golden writes them.
func stated(f codeset.Facts, sort string) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, p := range f.Pairs {
		if sort == "pair" && p.InForce {
			say("pair %s/%s %s", p.Column1, p.Column2, p.Indicator)
		}
	}
	for _, n := range f.Notes {
		for _, c := range n.Bears {
			if sort == "note" {
				say("note %s %s %s", c, n.Kind, strings.Join(n.Refs, ","))
			}
		}
	}
	for _, cf := range f.Codes {
		c := cf.Code.Code
		switch {
		case sort == "addon" && cf.NotAddOn:
			say("addon %s none", c)
		case sort == "status" && cf.Status != "":
			say("status %s %s", c, cf.Status)
		case sort == "mue" && cf.MUE != nil:
			say("mue %s %d %s", c, cf.MUE.Limit, cf.MUE.MAI)
		case sort == "drug" && cf.Drug != nil:
			say("drug %s %g %s", c, cf.Drug.Amount, cf.Drug.Unit)
		}
		for _, a := range cf.AddOn {
			if sort == "addon" {
				say("addon %s %s", c, a.Primary)
			}
		}
		for _, p := range cf.PFS {
			if sort == "pfs" && p.Mod == "" {
				say("pfs %s status %s", c, p.Status)
				say("pfs %s global %s", c, p.Global)
				say("pfs %s pctc %s", c, p.PCTC)
				say("pfs %s multiple %s", c, p.Multiple)
				say("pfs %s bilateral %s", c, p.Bilateral)
				say("pfs %s endobase %s", c, p.EndoBase)
			}
		}
	}
	return out
}
