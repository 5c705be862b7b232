package edit

import (
	"compress/gzip"
	"html"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// TestCodeFirstWordings reads notes in each wording that the tabular list uses:
// what must stand before, what may, and what the note calls it.
func TestCodeFirstWordings(t *testing.T) {
	for _, tt := range []struct {
		text, carrier string
		manifestation bool
		want          string // must, may, others, unsure; open where the list is of examples or of no codes
		subject       string
	}{
		// a manifestation or its like: something always stands before
		{"underlying disease", "G01", false, "must open", "underlying disease"},
		{"underlying disease.", "L45", false, "must open", "underlying disease"},
		{"underlying disease, such as: amyloidosis (E85.-)", "G63", false, "must open", "underlying disease"},
		{"the underlying condition, such as: cystic fibrosis (E84.-); malnutrition (E40-E46)", "E08.9", false, "must open", "the underlying condition"},
		{"underlying disease or condition, such as: Parkinson's disease (G20)", "R47.82", false, "must open", "underlying disease or condition"},
		{"underlying disorder such as: Alzheimer's disease (G30.-)", "Z91.83", false, "must open", "underlying disorder"},
		{"underlying neoplasm (C00-D49)", "G13.0", false, "must", "underlying neoplasm"},
		{"underlying chronic kidney disease (CKD) (N18.-)", "D63.1", false, "must", "underlying chronic kidney disease (CKD)"},
		{"underlying infection, such as: sepsis NOS (A41.9); infection following a procedure (T81.4-)", "R65.20", false, "must open", "underlying infection"},
		{"the underlying physiological condition or sequelae of cerebrovascular disease.", "F01.50", false, "must open", "the underlying physiological condition or sequelae of cerebrovascular disease"},
		{"the associated physical disorder, such as: asthma (J45.-)", "F54", true, "must open", "the associated physical disorder"},
		{"neoplasm (C00-D49)", "D63.0", true, "must", "neoplasm"},
		// alternatives, each only where the patient has it
		{"postprocedural sepsis (T81.4-); sepsis during labor (O75.3)", "A41.9", false, "may", ""},
		{"heart failure due to hypertension (I11.0); rheumatic heart failure (I09.81)", "I50.9", false, "may", ""},
		{"tachycardia complicating: abortion (O00-O07, O08.8); obstetric surgery (O75.4)", "I47.1", false, "may", ""},
		{"pre-existing cardiomyopathy complicating pregnancy (O99.4)", "I42.0", false, "may", "pre-existing cardiomyopathy complicating pregnancy"},
		{"neoplasm (C00-D49)", "D63.8", false, "may", "neoplasm"},
		{"associated renal disease", "M10.30", false, "may open", "associated renal disease"},
		{"(T51-T65) to identify chemical and intent", "T20.40XA", false, "may", ""},
		{"related disorders, such as: otitis media (H65.-); upper respiratory infection (J06.9)", "B97.4", false, "may open", "related disorders"},
		{"condition resulting from (sequela) of malnutrition", "E64.0", false, "may open", "condition resulting from (sequela) of malnutrition"},
		{"Code first underlying disease", "H36", false, "must open", "underlying disease"},
		// a cause need not be found
		{"underlying cause", "I31.4", false, "may open", "underlying cause"},
		{"the underlying cause, such as: anemia (D50.0-D64.9)", "I21.A1", false, "may open", "the underlying cause"},
		// where there is one
		{"underlying condition, if known", "R64", false, "may open", "underlying condition"},
		{"underlying disease, if known, such as: scleroderma (M34.-)", "K31.84", false, "may open", "underlying disease"},
		{"underlying disease, if known, such as: scleroderma (M34.-)", "K31.84", true, "may open", "underlying disease"},
		{", if applicable, any causal condition, such as: enlarged prostate (N40.1)", "R35.0", false, "may open", "any causal condition"},
		{", if applicable, associated postprocedural complication", "M79.A11", false, "may open", "associated postprocedural complication"},
		{"associated influenza, if applicable (J09.X1, J10.0-, J11.0-)", "J18.9", false, "may", "associated influenza"},
		{"poisoning due to drug or toxin, if applicable (T36-T65 with fifth or sixth character 1-4 or 6)", "D64.2", false, "may", "poisoning due to drug or toxin"},
		{"any associated: fracture of skull (S02.-); intracranial injury (S06.-)", "R40.20", false, "may", ""},
		{"any routine childhood examination", "Z23", false, "may open", "any routine childhood examination"},
		// only of adverse effects
		{", for adverse effects, the nature of the adverse effect, such as: adverse effect NOS (T88.7)", "T36.0X5A", false, "must open", "the nature of the adverse effect"},
		{", for adverse effects, the nature of the adverse effect, such as: adverse effect NOS (T88.7)", "T39.015A", false, "must open", "the nature of the adverse effect"},
		{", for adverse effects, the nature of the adverse effect, such as: adverse effect NOS (T88.7)", "T36.0X1A", false, "others open", "the nature of the adverse effect"},
		{", for adverse effects, the nature of the adverse effect, such as: adverse effect NOS (T88.7)", "T36.0X6A", false, "others open", "the nature of the adverse effect"},
		{", for adverse effects, the nature of the adverse effect, such as: adverse effect NOS (T88.7)", "T36.0", false, "unsure open", "the nature of the adverse effect"},
	} {
		d := demandOf(codeset.Note{Text: tt.text, Refs: codeset.Refs(tt.text)}, tt.carrier, tt.manifestation)
		got := "may"
		switch {
		case d.others:
			got = "others"
		case d.unsure:
			got = "unsure"
		case d.must:
			got = "must"
		}
		if d.open {
			got += " open"
		}
		if got != tt.want || d.subject != tt.subject {
			t.Errorf("%s %q: %s of %q, want %s of %q", tt.carrier, tt.text, got, d.subject, tt.want, tt.subject)
		}
	}
}

const (
	ofAdverse = ", for adverse effects, the nature of the adverse effect, such as: adverse effect NOS (T88.7); aspirin gastritis (K29.-); dermatitis (L27.-)"
	ofSepsis  = "postprocedural sepsis (T81.4-); sepsis during labor (O75.3)"
	ofFailure = "heart failure due to hypertension (I11.0); rheumatic heart failure (I09.81)"
	ofRSV     = "related disorders, such as: otitis media (H65.-); upper respiratory infection (J06.9)"
	ofEye     = "underlying disease, such as: lipid storage disorders (E75.-); sickle-cell disorders (D57.-)"
	ofFlu     = "associated influenza, if applicable (J10.0-)"
)

// firsts is a world of code-first notes.
func firsts() *world {
	w := newWorld().dx("T36.0X1A", "T36.0X5A", "T36.0X6A", "K29.00", "R21", "L27.0", "J18.9", "A41.9", "N39.0", "T81.44XA", "I50.9", "I11.0", "J20.9", "B97.4", "J06.9",
		"H36.89", "E11.9", "D57.1", "D63.1", "N18.6", "N18", "Z23", "J12.82", "U07.1", "M79.A11")
	note := func(owner, bears, text string) { w.note("code_first", owner, bears, text, codeset.Refs(text)...) }
	note("T36-T50", "T36.0X1A T36.0X5A T36.0X6A", ofAdverse)
	note("A41", "A41.9", ofSepsis)
	note("I50", "I50.9", ofFailure)
	note("B97.4", "B97.4", ofRSV)
	note("H36", "H36.89", ofEye)
	note("D63.1", "D63.1", "underlying chronic kidney disease (CKD) (N18.-)")
	note("Z23", "Z23", "any routine childhood examination")
	note("J12", "J12.82", ofFlu)
	note("J12.82", "J12.82", "COVID-19 (U07.1)")
	note("M79.A", "M79.A11", ", if applicable, associated postprocedural complication")
	return w
}

// TestCodeFirst: W1, W2, W3 and W13 of the second audit.
func TestCodeFirst(t *testing.T) {
	rows := []row{
		{claim: "dx:T36.0X1A dx:K29.00"},
		{claim: "dx:T36.0X1A"},
		{claim: "dx:T36.0X6A dx:J18.9"},
		{claim: "dx:T36.0X5A", want: "required T36.0X5A", says: "asks for the nature of the adverse effect before T36.0X5A (T88.7"},
		{claim: "dx:T36.0X5A dx:R21", want: "required T36.0X5A"},
		{claim: "dx:R21 dx:T36.0X5A", want: "undecided T36.0X5A", says: "puts the nature of the adverse effect|the record tells whether R21 is that"},
		{claim: "dx:L27.0 dx:T36.0X5A", want: "satisfied T36.0X5A/L27.0"},
		{claim: "dx:T36.0X5A dx:L27.0", want: "required T36.0X5A/L27.0", says: "the other way round"},
		{claim: "dx:R21 dx:T36.0X5A dx:K29.00", want: "undecided T36.0X5A/K29.00", says: "it names K29.00, which stands behind"},
		{claim: "dx:A41.9", want: "undecided A41.9", says: "puts what it names (T81.4-, O75.3) before A41.9 where that is documented"},
		{claim: "dx:A41.9 dx:N39.0", want: "undecided A41.9"},
		{claim: "dx:T81.44XA dx:A41.9", want: "satisfied A41.9/T81.44XA"},
		{claim: "dx:A41.9 dx:T81.44XA", want: "required A41.9/T81.44XA"},
		{claim: "dx:I50.9", want: "undecided I50.9"},
		{claim: "dx:I50.9 dx:I11.0", want: "required I50.9/I11.0"},
		{claim: "dx:J20.9 dx:B97.4", want: "undecided B97.4", says: "puts the related disorders (H65.-, J06.9)|the record tells whether J20.9 is that"},
		{claim: "dx:B97.4", want: "undecided B97.4"},
		{claim: "dx:J06.9 dx:B97.4", want: "satisfied B97.4/J06.9"},
		{claim: "dx:H36.89 dx:E11.9", want: "required H36.89", says: "asks for the underlying disease before H36.89 (E75.-, D57.-)"},
		{claim: "dx:E11.9 dx:H36.89", want: "undecided H36.89", says: "the record tells whether E11.9 is that"},
		{claim: "dx:D57.1 dx:H36.89", want: "satisfied H36.89/D57.1"},
		{claim: "dx:E11.9 dx:D63.1", want: "required D63.1", says: "asks for the underlying chronic kidney disease (CKD) before D63.1 (N18.-)"},
		{claim: "dx:N18 dx:D63.1", want: "satisfied D63.1/N18"},
		{claim: "dx:Z23 dx:E11.9", want: "undecided Z23", says: "puts any routine childhood examination before Z23|the note names no code"},
		{claim: "dx:M79.A11", want: "undecided M79.A11", says: "puts the associated postprocedural complication before M79.A11"},
		{claim: "dx:U07.1 dx:J12.82", want: "satisfied J12.82/U07.1"},
		{claim: "dx:J12.82 dx:U07.1", want: "required J12.82/U07.1"},
		{claim: "dx:J12.82", want: "undecided J12.82; undecided J12.82"},
	}
	for i := range rows {
		rows[i].name, rows[i].rule, rows[i].world = rows[i].claim, "icd10cm.code_first", firsts()
	}
	run(t, rows)
}

// TestAgentsAreNoManifestations: W4 of the second audit.
func TestAgentsAreNoManifestations(t *testing.T) {
	w := newWorld()
	for c, title := range map[string]string{
		"B96.20": "Unspecified agent as the cause of diseases classified elsewhere", "H36.89": "Retinal disorders in diseases classified elsewhere",
		"N52.1": "Dysfunction due to diseases classified elsewhere", "R50.81": "Fever presenting with conditions classified elsewhere",
	} {
		w.put(code.ICD10CM, c, func(cf *codeset.CodeFacts) { cf.Title = title })
	}
	run(t, []row{
		{name: "agent first", world: w, claim: "dx:B96.20", rule: "icd10cm.manifestation"},
		{name: "in", world: w, claim: "dx:H36.89", rule: "icd10cm.manifestation", want: "required H36.89"},
		{name: "due to", world: w, claim: "dx:N52.1", rule: "icd10cm.manifestation", want: "required N52.1"},
		{name: "with", world: w, claim: "dx:R50.81", rule: "icd10cm.manifestation", want: "required R50.81"},
	})
}

func TestWider(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"K00-K95", "K63.5", true}, {"K00-K95", "D12", true}, {"K63.5", "K00-K95", false}, {"K00-K95", "K55-K64", true}, {"K55-K64", "K00-K95", false}, {"K00-K95", "K00-K95", false},
		{"J12", "J12.82", true}, {"J12.82", "J12", false}, {"G43", "R51", false}, {"Z79.4", "Z79.84", false},
	} {
		if got := wider(tt.a, tt.b); got != tt.want {
			t.Errorf("%s wider than %s: %v", tt.a, tt.b, got)
		}
	}
}

var publishedFirst = regexp.MustCompile(`(?s)<codeFirst>(.*?)</codeFirst>`)

// TestPublishedWordings reads every code-first note of the published tabular
// list: a sentence has words for what each puts first, and those that must be
// obeyed are the ones about an underlying condition.
func TestPublishedWordings(t *testing.T) {
	f, err := os.Open(publishedFile(t, "icd10cm/icd10cm_tabular_2021.xml.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	list, err := io.ReadAll(unzipped)
	if err != nil {
		t.Fatal(err)
	}
	must, may, read := 0, 0, map[string]bool{}
	for _, block := range publishedFirst.FindAllStringSubmatch(string(list), -1) {
		var items []string
		for _, m := range tabularNote.FindAllStringSubmatch(block[1], -1) {
			items = append(items, html.UnescapeString(m[1]))
		}
		text := strings.ReplaceAll(strings.Join(items, "; "), ":;", ":")
		if read[text] {
			continue
		}
		read[text] = true
		d := demandOf(codeset.Note{Text: text, Refs: codeset.Refs(text)}, "T36.0X5A", false)
		if (d.open || d.must) && d.subject == "" || strings.Contains(d.subject, "applicable") || strings.Contains(d.subject, "if known") || len(d.subject) > 110 {
			t.Errorf("%q is called %q", text, d.subject)
		}
		if d.must {
			must++
			if !strings.HasPrefix(d.subject, "underlying") && !strings.HasPrefix(d.subject, "the underlying") && d.subject != "the nature of the adverse effect" {
				t.Errorf("%q must be obeyed", text)
			}
			continue
		}
		may++
	}
	if len(read) != 203 || must+may != 203 || must < 80 || may < 80 {
		t.Errorf("%d wordings, %d must, %d may", len(read), must, may)
	}
	t.Logf("%d must, %d may", must, may)
}

// TestPartnersSaidOnce: A4 of the second audit. A chapter or block that asks
// where applicable is heard where the claim answers it, and a further code is
// not sought in the carrier's own category.
func TestPartnersSaidOnce(t *testing.T) {
	const tobacco = "code, where applicable, to identify: tobacco use (Z72.0)"
	w := newWorld().dx("J44.0", "J44.1", "J98.11", "Z72.0", "I10").note("use_additional", "J00-J99", "J44.0 J44.1", tobacco, codeset.Refs(tobacco)...).
		note("code_also", "J44.0", "J44.0", "code to identify the infection").note("use_additional", "I10-I16", "I10", "code to identify: tobacco use (Z72.0)", "Z72.0")
	run(t, []row{
		{name: "where applicable", world: w, claim: "dx:J44.1", rule: "icd10cm.use_additional"},
		{name: "answered", world: w, claim: "dx:J44.1 dx:Z72.0", rule: "icd10cm.use_additional", want: "satisfied J44.1/Z72.0"},
		{name: "of all", world: w, claim: "dx:I10", rule: "icd10cm.use_additional", want: "advised I10"},
		{name: "own category", world: w, claim: "dx:J44.0 dx:J44.1 dx:J98.11", rule: "icd10cm.code_also", want: "advised J44.0", says: "whether it means J98.11"},
	})
}
