package cmsfile

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// TestOfficialICD10CM reads both fiscal years: the row counts, the code file
// against the order file, the derived headers, and the addenda, which lead from
// the one year exactly to the other.
func TestOfficialICD10CM(t *testing.T) {
	before := map[string]CodeRow{}
	for _, test := range []struct {
		year                    string
		rows, billable, changes int
		size                    Addenda
	}{
		{"2024", 97296, 74044, 603, Addenda{Before: ListSize{23121, 73674}, After: ListSize{23252, 74044}}},
		{"2025", 97584, 74260, 388, Addenda{Before: ListSize{23252, 74044}, After: ListSize{23324, 74260}}},
	} {
		all := official(t, "icd10cm/cm"+test.year+".zip")
		order, err := take(Order(member(t, all, "order_"+test.year+".txt"), code.ICD10CM))
		if err != nil {
			t.Fatal(err)
		}
		codes, err := take(Codes(member(t, all, "cm_codes_"+test.year+".txt"), code.ICD10CM))
		if err != nil {
			t.Fatal(err)
		}
		if len(order) != test.rows || len(codes) != test.billable {
			t.Errorf("%s: %d rows, %d codes; want %d, %d", test.year, len(order), len(codes), test.rows, test.billable)
		}
		now, headers := map[string]CodeRow{}, map[string]bool{}
		var billable []CodeRow
		for _, r := range order {
			now[r.Code] = r
			if r.Billable {
				r.Short = ""
				billable = append(billable, r)
			} else {
				headers[r.Code] = true
			}
		}
		if !slices.Equal(billable, codes) {
			t.Errorf("%s: the code file is not the order file's billable codes", test.year)
		}
		derived := map[string]bool{}
		for h := range Headers(func(yield func(string) bool) {
			for _, r := range codes {
				if !yield(r.Code) {
					return
				}
			}
		}) {
			derived[h] = true
		}
		if !maps.Equal(derived, headers) {
			t.Errorf("%s: %d headers derived, not the %d of the order file", test.year, len(derived), len(headers))
		}
		a, err := ReadAddenda(member(t, all, "order_addenda_"+test.year+".txt"), code.ICD10CM, PartAddenda)
		if err != nil || len(a.Changes) != test.changes || a.Before != test.size.Before || a.After != test.size.After {
			t.Errorf("%s: %v, %d changes, %v to %v", test.year, err, len(a.Changes), a.Before, a.After)
		}
		short, err := ReadAddenda(member(t, all, "codes_addenda_"+test.year+".txt"), code.ICD10CM, PartCodeAddenda)
		if err != nil || short.After != (ListSize{Codes: test.billable}) {
			t.Errorf("%s: code addenda: %v, to %v", test.year, err, short.After)
		}
		if len(before) > 0 && !maps.Equal(applied(before, a), now) {
			t.Errorf("%s: the addenda does not lead from the year before to this one", test.year)
		}
		before = now
	}
}

func applied(list map[string]CodeRow, a Addenda) map[string]CodeRow {
	list = maps.Clone(list)
	for _, c := range a.Changes {
		if c.Op == OpDelete || c.Op == OpFrom {
			delete(list, c.Code)
		} else {
			list[c.Code] = c.CodeRow
		}
	}
	return list
}

func TestOfficialICD10PCS(t *testing.T) {
	all := official(t, "icd10pcs/pcs2025.zip")
	codes, err := take(Codes(member(t, all, "pcs_codes_2025.txt"), code.ICD10PCS))
	if err != nil || len(codes) != 78948 {
		t.Fatalf("%d codes, %v; want 78948", len(codes), err)
	}
	a, err := ReadAddenda(member(t, all, "codes_addenda_2025.txt"), code.ICD10PCS, PartCodeAddenda)
	if err != nil || len(a.Changes) != 371+61 || a.After.Codes != 78948 {
		t.Fatalf("%d changes, to %v, %v", len(a.Changes), a.After, err)
	}
}

func TestOfficialGEM(t *testing.T) {
	for _, test := range []struct {
		file, member, kind, part string
		rows, without            int
		first                    GEMRow
	}{
		{"gem2018cm.zip", "I9gem.txt", GEMCM, PartFromICD9, 24860, 422, GEMRow{From: code.Code{System: code.ICD9CM, Code: "001.0"}, To: code.Code{System: code.ICD10CM, Code: "A00.0"}}},
		{"gem2018cm.zip", "I10gem.txt", GEMCM, PartToICD9, 81593, 731, GEMRow{From: code.Code{System: code.ICD10CM, Code: "A00.0"}, To: code.Code{System: code.ICD9CM, Code: "001.0"}}},
		{"gem2018pcs.zip", "gem_i9pcs.txt", GEMPCS, PartFromICD9, 73593, 210, GEMRow{From: code.Code{System: ICD9PCS, Code: "00.01"}, To: code.Code{System: code.ICD10PCS, Code: "6A750Z4"}, Approximate: true}},
		{"gem2018pcs.zip", "gem_pcsi9.txt", GEMPCS, PartToICD9, 101025, 31, GEMRow{From: code.Code{System: code.ICD10PCS, Code: "0016070"}, To: code.Code{System: ICD9PCS, Code: "02.31"}, Approximate: true}},
	} {
		rows, err := take(GEM(member(t, official(t, "gems/"+test.file), test.member), test.kind, test.part))
		if err != nil {
			t.Error(err)
			continue
		}
		without := 0
		for _, r := range rows {
			if r.NoMap {
				without++
			}
		}
		if len(rows) != test.rows || without != test.without || rows[0] != test.first {
			t.Errorf("%s: %d rows, %d without a target, first %+v", test.member, len(rows), without, rows[0])
		}
	}
}

func TestOfficialTabular(t *testing.T) {
	list, err := Tabular(official(t, "icd10cm/icd10cm_tabular_2021.xml.gz")[0])
	if err != nil {
		t.Fatal(err)
	}
	definitions, characters, excludes, kinds := map[string]bool{}, map[string]string{}, map[string]bool{}, map[string]int{}
	for _, x := range list.Extensions {
		definitions[x.Owner] = true
		characters[x.Owner] += x.Char
	}
	for _, n := range list.Notes {
		kinds[n.Kind]++
		if n.Kind == "excludes1" {
			excludes[n.Owner+" "+n.First] = true
		}
	}
	if list.Version != "2021" || list.Chapters != 22 || list.Diags != 45017 || len(list.Sections) != 22+296 {
		t.Errorf("version %s, %d chapters, %d codes, %d sections", list.Version, list.Chapters, list.Diags, len(list.Sections))
	}
	if len(excludes) != 2625 || len(definitions) != 507 || len(list.Extensions) != 1787 {
		t.Errorf("%d Excludes1 blocks, %d definitions of %d characters", len(excludes), len(definitions), len(list.Extensions))
	}
	if characters["S52"] != "ABCDEFGHJKMNPQRS" || characters["S52.52"] != "ADGKPS" {
		t.Errorf("S52 takes %s, S52.52 %s", characters["S52"], characters["S52.52"])
	}
	want := map[string]int{"includes": 1015, "inclusion_term": 11617, "excludes1": 5441, "excludes2": 2253, "code_first": 317,
		"use_additional": 774, "code_also": 206, "note": 183, "seven_chr_note": 507}
	if !maps.Equal(kinds, want) {
		t.Errorf("notes by kind %v, want %v", kinds, want)
	}
}

// TestOfficialIdentified: each file of these kinds is told for what it is, and
// no other file is taken for one of them.
func TestOfficialIdentified(t *testing.T) {
	want := map[string]string{
		"icd10cm_order_2024.txt": "icd10cm order FY2024", "icd10cm_codes_2024.txt": "icd10cm codes FY2024",
		"icd10cm_order_addenda_2024.txt": "icd10cm addenda FY2024", "icd10cm_codes_addenda_2024.txt": "icd10cm code-addenda FY2024",
		"icd10cm_order_2025.txt": "icd10cm order FY2025", "icd10cm_codes_2025.txt": "icd10cm codes FY2025",
		"icd10cm_order_addenda_2025.txt": "icd10cm addenda FY2025", "icd10cm_codes_addenda_2025.txt": "icd10cm code-addenda FY2025",
		"icd10cm_tabular_2021.xml.gz": "icd10cm-tabular tabular FY2021",
		"icd10pcs_codes_2025.txt":     "icd10pcs codes FY2025", "codes_addenda_2025.txt": "icd10pcs code-addenda FY2025",
		"2018_I9gem.txt": "gem-cm from-icd9 2018", "2018_I10gem.txt": "gem-cm to-icd9 2018",
		"gem_i9pcs.txt": "gem-pcs from-icd9 2018", "gem_pcsi9.txt": "gem-pcs to-icd9 2018",
	}
	got := map[string]string{}
	for _, m := range everyOfficial(t) {
		h, err := headOf(m)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, l := range slices.Concat(icdLayouts, gemLayouts) {
			if l.is(h) {
				id := l.ident(h)
				base := filepath.Base(m.Name)
				if got[base] != "" {
					t.Errorf("%s is told to be %s and %s", m, got[base], id.Kind)
				}
				got[base] = strings.Join([]string{id.Kind, id.Part, id.Period.Name}, " ")
			}
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("told %v,\nwant %v", got, want)
	}
}

// everyOfficial is every member of the shared data but mails.
func everyOfficial(t *testing.T) (all []Member) {
	t.Helper()
	one := official(t, "icd10cm/cm2025.zip")[0]
	root := filepath.Dir(filepath.Dir(one.Path))
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "mail":
			return filepath.SkipDir
		case d.IsDir():
			return nil
		}
		members, err := Open(path)
		if own := (*Error)(nil); errors.As(err, &own) {
			return nil
		}
		all = append(all, members...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
