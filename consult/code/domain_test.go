package code

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// short prints a mention as the tables of the tests write it:
// "cpt 99213[25,59]x2", a range "cpt 11400-11406", a repair "… ~".
func short(m Mention) string {
	out := string(m.System) + " " + m.Code
	if m.Through != "" {
		out += "-" + m.Through
	}
	if len(m.Modifiers) > 0 {
		out += "[" + strings.Join(m.Modifiers, ",") + "]"
	}
	if m.Units > 0 {
		out += fmt.Sprintf("x%d", m.Units)
	}
	if strings.HasPrefix(m.Note, "read ") {
		out += " ~"
	}
	return out
}

func recognise(text string, status func(Code) Status) (out []string) {
	for _, m := range Resolve(text, Find(Body, text), status) {
		out = append(out, short(m))
	}
	return out
}

// domain holds DOMAIN.md D.7, line by line; a line with several texts has
// several rows. Expectations are in the order of the text, of an ambiguous
// place likelier first.
var domain = []struct {
	n    int
	text string
	want string // mentions, joined by "; "
}{
	{1, "99213-25 and 20610-RT", "cpt 99213[25]; cpt 20610[RT]"},
	{2, "DOS 3/14/2025 we billed 99213, 14 and 15", "cpt 99213; cpt 99214; cpt 99215"},
	{3, "Houston TX 77002", ""},
	{4, "fluoro 77002 with 20610", "cpt 77002; cpt 20610"},
	{5, "call 713-555-0142 x99213", ""},
	{6, "paid $92.03, allowed 99,213.00", ""},
	{7, "96405/96406?", "cpt 96405; cpt 96406"},
	{8, "11400–11406", "cpt 11400-11406"},
	{9, "J9040 x 2", "hcpcs J9040x2"},
	{10, "2 x J3301", "hcpcs J3301x2"},
	{11, "Kenalog 40mg J3301 4 units", "hcpcs J3301x4"},
	{12, "E119 and Z794", "icd10cm E11.9; icd10cm Z79.4"},
	{13, "S52521A", "icd10cm S52.521A"},
	{14, "0DTJ4ZZ", "icd10pcs 0DTJ4ZZ"},
	{15, "QA0.0139", "icd10cm QA0.0139"},
	{16, "CO-97 N130", "carc 97; rarc N130"},
	{17, "hydronephrosis N13.0", "icd10cm N13.0"},
	{18, "N130", "icd10cm N13.0; rarc N130"},
	{19, "Denver, CO 80202", ""},
	{20, "MA 02115", ""},
	{20, "MA130", "rarc MA130"},
	{21, "PT seen for eval 97161", "cpt 97161"},
	{22, "45378-PT", "cpt 45378[PT]"},
	{23, "insulin 100U, 1000U heparin", ""},
	{24, "0001U and 0042T", "cpt 0001U; cpt 0042T"},
	{25, "HbA1c 7.2, B12 low, L5-S1, T12 fx", ""},
	{26, "CPT99213", "cpt 99213"},
	{26, "code:99213,", "cpt 99213"},
	{26, "(99214)", "cpt 99214"},
	{27, "9921325", "cpt 99213[25]"},
	{28, "97110 GP 59 x2", "cpt 97110[GP,59]x2"},
	{29, "mod 25", "modifier 25"},
	{29, "25 modifier", "modifier 25"},
	{29, "append -59", "modifier 59"},
	{30, "25 y/o", ""},
	{30, "59 minutes", ""},
	{30, "50 mg", ""},
	{31, "modifiers X{EPSU}", "modifier XE; modifier XP; modifier XS; modifier XU"},
	{32, "ICD-9 250.00, V72.31", "icd9cm 250.00; icd9cm V72.31"},
	{33, "V72.31XA", "icd10cm V72.31XA"},
	{34, "LCD L33312 / A52369", "lcd L33312; article A52369"},
	{35, "45 CFR 164.312", ""},
	{36, "NDC 0003-0293-28", "ndc 0003-0293-28"},
	{37, "NPI 1234567893", ""},
	{38, "[case-20610]", ""},
	{38, "claim# 20250314-99213-01", ""},
	{39, "99213 vs 99214", "cpt 99213; cpt 99214"},
	{40, "A0100", "hcpcs A0100; icd10cm A01.00"},
	{40, "A0100 ambulance transport", "hcpcs A0100"},
	{40, "typhoid, dx A0100", "icd10cm A01.00"},
	{41, "E0601 for G47.33", "hcpcs E0601; icd10cm G47.33"},
	{42, "POS 11", "pos 11"},
	{42, "place of service 22", "pos 22"},
	{43, "rev code 0450, DRG 470, APC 5072", "revenue 0450; drg 470; apc 5072"},
	{44, "E11.-", "icd10cm E11"},
	{44, "M54.5x", "icd10cm M54.5"},
	{45, "C44.31 l", "icd10cm C44.311 ~"},
	{45, "C44.3ll", "icd10cm C44.311 ~"},
	{46, "l7000, 17OO3 x 12", "cpt 17000 ~; cpt 17003x12 ~"},
	{47, "T814XXA", "icd10cm T81.4XXA"},
	{46, "99Z13", "cpt 99213 ~"},
	{48, "Suite 20610, 100 Main", ""},
	{50, "99202-5", "cpt 99202-99205"},
}

func TestDomainLines(t *testing.T) {
	for _, tt := range domain {
		if got := strings.Join(recognise(tt.text, nil), "; "); got != tt.want {
			t.Errorf("D.7 line %d %q:\n got %q\nwant %q", tt.n, tt.text, got, tt.want)
		}
	}
}

// Line 49: the new text's code is asked about, the quoted one is context.
func TestQuoteIsContext(t *testing.T) {
	body, quote := "same question but with 20611", "> can we bill 99214 with 20610?"
	mentions := append(Resolve(body, Find(Body, body), nil), Resolve(quote, Find(Quote, quote), nil)...)
	lines, _ := Lines(mentions)
	if len(lines) != 1 || lines[0].Code != "20611" {
		t.Errorf("lines = %v, want 20611 alone", lines)
	}
	if !slices.ContainsFunc(mentions, func(m Mention) bool { return m.Code == "99214" && m.Region == Quote }) {
		t.Errorf("99214 is not kept as context: %v", mentions)
	}
	lines, _ = Lines(mentions[1:])
	if len(lines) != 2 {
		t.Errorf("a body without codes: lines = %v, want those of the quote", lines)
	}
}
