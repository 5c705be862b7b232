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
		{"pt jordan pell (member id xek44120981)", "name jordan pell; member_id xek44120981"},
		{"pt undergoes surgery (knee)", ""},
		{"Box 1a XQP99213001, Box 2 Bui, Kim, Box 3 04/17/1990", "member_id XQP99213001; name Bui, Kim; dob 04/17/1990"},
		{"Mrs. Hall, member ID U8827 20610 02", "name Hall; member_id U8827 20610 02"},
		{"Patient: Ida Brandt\nWhy is the visit of Ida Brandt unpaid", "name Ida Brandt; name Ida Brandt"},
		{"Ms. Long was seen", "name Long"},
		{"MS-DRG 470 v. DRG 469", ""},
		{"MS Medicaid patient", ""},
		{"pt Ann Lee (4/2/1961)", "name Ann Lee; dob 4/2/1961"},
		{"pt Ann Lee, 4/2/2025", "name Ann Lee"},
		{"our patient's cell is 713-555-0142", "phone 713-555-0142"},
		{"the patient's pharmacy fax 701-555-0124", ""},
		{"her number is 713-555-0142, ours is not", "phone 713-555-0142"},
		{"call our billing line 713-555-0171 about the patient", ""},
		{"patient, helpdesk@example.net", ""},
		{"pt e-mail l.hollis@example.net", "email l.hollis@example.net"},
		{"patient portal help 1-877-555-0150", ""},
		{"we moved to 6624 Fannin St Ste 1620, Houston, TX 77030", ""},
		{"patient lives at 9420 N 27th Street, Phoenix, AZ 85028", "address 9420 N 27th Street, Phoenix, AZ 85028"},
		{"patient's PO Box 10060, Naples, FL 34102", "address PO Box 10060, Naples, FL 34102"},
		{"invoice account # 77067-A", ""},
		{"pt Ruiz, invoice 20553", "name Ruiz"},
		{"LCD L33312, article A52369, tax id 25-5554521, https://x.example/99213", ""},
		{"Dr. Alvarez and Jane Doe, CPC, billed 99213", ""},
		{"John Patel, MD saw the patient", ""},
		{"CPT 99213 please, pt seen\n\nThanks,\nJane Doe, CPC\nLakeside Clinic, 12 Oak St, Houston TX 77002\n713-555-0100 jane@example.com", ""},
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
