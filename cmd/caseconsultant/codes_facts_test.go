package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// TestFactValue: usual words become what the checks compare, and a value that they
// could not compare is refused in one line that lists what is read.
func TestFactValue(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"setting=hospital outpatient": "outpatient", "setting=HOPD": "outpatient", "setting=Outpatient": "outpatient", "setting=ambulatory surgery center": "asc",
		"setting=ASC": "asc", "setting=supplier": "dme supplier", "setting=DMEPOS supplier": "dme supplier", "setting=emergency room": "emergency", "setting=office": "office",
		"same_site=YES": "yes", "same_site=n": "no", "same_site=same knee": "yes", "same_provider=different physician": "no", "new_patient=established patient": "no",
		"patient_sex=F": "female", "patient_sex=man": "male", "laterality=RT": "right", "laterality=both": "bilateral", "laterality=left knee": "left",
		"place_of_service=22": "22", "place_of_service=POS 11": "11", "surgery_code=g0105": "G0105", "minutes=40 minutes": "40", "size_cm=1.2": "1.2",
		"patient_age=67": "67", "dose=60 mg": "60 mg", "specialty=Dermatology": "Dermatology", "vial=100 mg": "100 mg", "relation_to_surgery=staged": "planned",
	} {
		_, got, err := factOf(given)
		if err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", given, got, err, want)
		}
	}
	for given, says := range map[string]string{
		"setting=moon": "office, outpatient, inpatient, asc", "setting=hospital": "outpatient", "same_site=perhaps": "yes, no", "same_site=same knee, other hip": "yes, no",
		"same_group=maybe": "yes, no", "new_patient=1": "yes, no", "laterality=up": "left, right, bilateral", "patient_sex=x": "female, male",
		"place_of_service=moon": "two digits", "place_of_service=office": "two digits", "surgery_date=11/07/2025": "YYYY-MM-DD", "surgery_code=hip": "five characters",
		"minutes=many": "a number", "patient_age=-1": "a number", "mdm=huge": "straightforward, low, moderate, high",
	} {
		if _, got, err := factOf(given); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %q, %v, want an error with %q", given, got, err, says)
		}
	}
}

// TestFactValuesAgree holds the closed values to those that the recogniser states
// and that the checks compare.
func TestFactValuesAgree(t *testing.T) {
	t.Parallel()
	seen := 0
	for glob, form := range map[string]*regexp.Regexp{
		"../../consult/edit/*.go":      regexp.MustCompile(`k\.is\("([a-z_]+)", "([^"]+)"\)`),
		"../../consult/code/fact*.go":  regexp.MustCompile(`(?m)^([a-z_]+) \| ([^|]+) \| `),
		"../../consult/code/factm*.go": regexp.MustCompile(`emit\("([a-z_]+)", "([^"]+)"`),
	} {
		files, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range form.FindAllStringSubmatch(string(text), -1) {
				accepted, closed := factValues[m[1]]
				if !closed || strings.HasSuffix(file, "_test.go") {
					continue
				}
				seen++
				if !slices.ContainsFunc(accepted, func(words []string) bool { return words[0] == m[2] }) {
					t.Errorf("%s has %s=%s, --fact does not take it", file, m[1], m[2])
				}
			}
		}
	}
	if seen < 20 {
		t.Errorf("%d values: the sources read otherwise now", seen)
	}
}

// TestClaimLines: units of factors run to tens of thousands, none is no line.
func TestClaimLines(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]int{"J7190x22000": 22000, "99213x99999": 99999, "J7190X120000": 120000, "J3301x4": 4, "20610-RT": 0} {
		if l, err := parseLine(given); err != nil || l.Units != want {
			t.Errorf("%s: %+v, %v", given, l, err)
		}
	}
	for _, given := range []string{"99213x0", "99213x00", "99213x", "99213x-1", "99213x12345678"} {
		if l, err := parseLine(given); err == nil {
			t.Errorf("%s: %+v", given, l)
		}
	}
	for given, want := range map[string]string{"e119": "E11.9", "M17.11": "M17.11", "QA0.0139": "QA0.0139", "S52521A": "S52.521A", "250.00": "250.00", "V72.31": "V72.31",
		"E849.0": "E849.0", "c7a.010": "C7A.010", "999": "999", "U07.1": "U07.1", "nonsense": "", "E11.9.1x34": "", "12": "", "25000000": "", "": ""} {
		got, err := parseDx(given)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v, want %q", given, got, err, want)
		}
	}
}

// TestUnknownPayer: a payer that is said to be unknown is none.
func TestUnknownPayer(t *testing.T) {
	t.Parallel()
	for _, c := range []codesCheckCmd{{Lines: claimWords{"99213"}, Payer: "unknown"}, {Lines: claimWords{"99213"}, Fact: []string{"payer=Unknown"}}} {
		claim, err := c.claim()
		if err != nil || claim.Payer != "" || edit.PayerOf(claim.Payer) != edit.Unstated {
			t.Errorf("%+v: payer %q, %v", c, claim.Payer, err)
		}
	}
}

// TestFlagsBetweenLines: lines may stand around flags and their values.
func TestFlagsBetweenLines(t *testing.T) {
	t.Parallel()
	b := newBinary(t, "")
	for _, args := range []string{
		"codes check 20610 --payer Medicare 99213 --on 11/15/2025 96372",
		"codes check --json 20610 --fact same_site=no --dx=E11.9 99213 --on=11/15/2025",
	} {
		b.fails(t, exitUsage, "YYYY-MM-DD", "", strings.Fields(args)...)
	}
	b.fails(t, exitUsage, "nope is no claim line", "", "codes", "check", "20610", "--payer", "Medicare", "nope")
	b.fails(t, exitUsage, "--bogus", "", "codes", "check", "20610", "--bogus", "x", "99213")
}

// TestVialFact: a vial tells the kind of container or its size, in the recogniser's
// words too.
func TestVialFact(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{"single-dose": true, "MDV": true, "80 mg": true, "100 mg/4 ml SDV": true, "2 vials of 80 mg": true, "10 mL": true,
		"purple": false, "yes": false, "2": false} {
		if _, err := factValue("vial", value); (err == nil) != want {
			t.Errorf("vial=%s: %v", value, err)
		}
	}
}

// TestNoLines: without lines the JSON has an empty array.
func TestNoLines(t *testing.T) {
	b := newBinary(t, "")
	out := b.good(t, "", "codes", "check", "--json", "--dx", "E11.9")
	if !strings.Contains(out, `"lines":[]`) {
		t.Errorf("%.200s", out)
	}
}
