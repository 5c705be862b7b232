package code

import (
	"slices"
	"strings"
	"testing"
)

func TestIdentifiers(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"Pt John Smith, DOB 03/14/1958, MRN: 00123456 had 20610.", "name John Smith; dob 03/14/1958; mrn 00123456"},
		{"patient Mary O'Brien-Lopez was seen 3/14/2025 for 99213", "name Mary O'Brien-Lopez"},
		{"Mrs. Alvarez called about her bill", "name Alvarez"},
		{"Mr. Jones's knee was injected", "name Jones"},
		{"Patient: SMITH, JOHN Q\nDOS 3/1/2025", "name SMITH, JOHN Q"},
		{"Patient Name: Ana de la Cruz", "name Ana de la Cruz"},
		{"Robert Chen (DOB: March 3, 1961) denied", "name Robert Chen; dob March 3, 1961"},
		{"RE: Jane Doe DOB 1/2/1950", "name Jane Doe; dob 1/2/1950"},
		{"Re: Claim Denial 99213", ""},
		{"SSN 123-45-6789, MBI 1EG4-TE5-MK73, also 1EG4TE5MK73", "ssn 123-45-6789; mbi 1EG4-TE5-MK73; mbi 1EG4TE5MK73"},
		{"BCBS member ID XYZ123456789, group # 77002", "member_id XYZ123456789; member_id 77002"},
		{"acct 445566 and claim # 2025-0314-99", "account 445566; account 2025-0314-99"},
		{"claim 99213 was denied", ""},
		{"chart 99213?", ""},
		{"her number is (713) 555-0142 or 555-0199, ana.cruz@example.com", "phone 713) 555-0142; phone 555-0199; email ana.cruz@example.com"},
		{"lives at 1420 Oak Hill Drive, Apt 4, Houston, TX 77002-1234.", "address 1420 Oak Hill Drive, Apt 4, Houston, TX 77002-1234"},
		{"Pt presents with knee pain; Patient Medicare; PT SEEN FOR 97161", ""},
		{"The patient Has Medicare and Dr. Patel billed 99213-25", ""},
		{"99213 and 20610 on 3/14/2025, CO-97, NPI 1234567893, NDC 0003-0293-28", ""},
		{"0DTJ4ZZ, S52521A, 11042 x2", ""},
	} {
		var got []string
		for _, f := range Identifiers(Body, tt.text) {
			if tt.text[f.Start:f.End] != f.Text {
				t.Errorf("%q: span %d-%d is %q", f.Text, f.Start, f.End, tt.text[f.Start:f.End])
			}
			got = append(got, f.Kind+" "+f.Text)
		}
		if s := strings.Join(got, "; "); s != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.text, s, tt.want)
		}
	}
}

// The sender's own address and phone in the signature are no patient's.
func TestIdentifiersOfSignature(t *testing.T) {
	got := Identifiers(Signature, "Jane Doe, CPC\n4800 Main Street, Houston, TX 77002\n713-555-0142 jane@example.com\nSSN 123-45-6789")
	if !slices.ContainsFunc(got, func(f Identifier) bool { return f.Kind == SSN }) || len(got) != 1 {
		t.Errorf("%+v", got)
	}
}

func FuzzIdentifiers(f *testing.F) {
	for _, s := range []string{"pt Ana O'Neil-Ruiz, DOB 1/2/1950", "1EG4-TE5-MK73", "(713) 555-0142", "a@b.c", "1 Aa St, TX 77002-1234", "Mr. \xff", "ＭＲＮ： １２３４5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, i := range Identifiers(Body, text) {
			if i.Start < end || i.Start >= i.End || i.End > len(text) || text[i.Start:i.End] != i.Text {
				t.Fatalf("%q: %+v does not slice the text behind %d", text, i, end)
			}
			end = i.End
		}
	})
}
