package edit

// datedCases are what only the published files know: cases whose history
// differs, on both sides of their day, pairs of which the whole table shows
// that there is no edit, and what stands beside a case only there.
var datedCases = []workedCase{
	{"1 in force", "2024-08-15", "99213-25 20610", "ncci.ptp modifier_present 20610/99213 i1", "in force since 2020-01-01", "as of 2024Q3"},
	{"1 of an earlier row", "2019-12-31", "99213-25 20610", "ncci.ptp modifier_present 20610/99213 i1; !pfs.; !ncci.mue", "to 2019-12-31|by the dates in 2024Q3", "since 2020-01-01|000 global days"},
	{"19b", "2024-08-15", "11402 12032", "ncci.ptp clear 11402/12032", "no edit in force between 11402 and 12032 on 2024-08-15, which alone does not make both payable", "is denied|indicator 1"},
	{"23", "2024-08-15", "12001 99284", "ncci.ptp clear 12001/99284", "no edit in force between 12001 and 99284|paid only with modifier 25", "57|59"},
	{"37", "2024-08-15", "20610 J3301", "ncci.ptp clear 20610/J3301", "no edit in force between 20610 and J3301", "is denied"},
	{"41 of the injection", "2024-08-15", "20610 J2001", "ncci.ptp modifier_allowed 20610/J2001 i1", "20610 (column 1) with J2001 (column 2)|indicator 1|a separate encounter or a use of J2001 apart from 20610; given as anesthesia by whoever does 20610, J2001 is part of it and takes no such modifier|if J2001 was given for 20610: Report 20610 alone", "25|lets both be paid|anatomic modifier"},
	{"41 after its end", "2024-11-15", "20610 J2001", "code.status replaced J2001 > J2003", "its last day was 2024-09-30; it is replaced by J2003", "J2001 is a valid"},
	{"45", "2024-08-15", "99396 99213", "ncci.ptp clear 99396/99213", "no edit in force between 99396 and 99213", "is denied"},
	{"51 in 2019", "2019-06-03", "97530 97140", "ncci.ptp modifier_allowed 97140/97530 i1",
		"97140 (column 1) with 97530 (column 2), in force from 2000-01-01 to 2019-12-31, indicator 1|97530 is denied|stands on 97530|separate session or time", "no edit in force|separate site|limits"},
	{"51 on its last day", "2019-12-31", "97530 97140", "ncci.ptp modifier_allowed 97140/97530 i1", "97530 is denied", "no edit in force"},
	{"51 the day after", "2020-01-01", "97530 97140", "ncci.ptp clear 97140/97530 i1", "its last edit ended on 2019-12-31", "is denied"},
	{"51 in 2024", "2024-08-15", "97530 97140", "ncci.ptp clear 97140/97530 i1", "no edit in force between 97530 and 97140 on 2024-08-15; its last edit ended on 2019-12-31, which alone does not make both payable", "is denied|59"},
	{"59 on its last day", "2016-06-30", "29823 29827", "ncci.ptp modifier_allowed 29827/29823 i1", "29827 (column 1) with 29823 (column 2), in force from 2000-01-01 to 2016-06-30, indicator 1|29823 is denied", "no edit in force"},
	{"59 the day after", "2016-07-01", "29823 29827", "ncci.ptp clear 29827/29823 i1", "its last edit ended on 2016-06-30", "is denied"},
	{"59 in 2024", "2024-08-15", "29823 29827", "ncci.ptp clear 29827/29823 i1", "its last edit ended on 2016-06-30", "is denied|indicator 1"},
	{"89", "2024-08-15", "G0101 99396", "ncci.ptp clear G0101/99396", "no edit in force between G0101 and 99396", "is denied"},
	{"13", "2024-08-15", "11042 11045x2", "ncci.addon primary_present 11045/11042; ncci.ptp clear 11042/11045", "limits 11045 to 12 units a day (MAI 3)|2 units are within it", "exceed"},
	{"67 at 2024", "2024-08-15", "99291 99292 minutes=104", "ncci.ptp clear 99291/99292; ncci.addon primary_present 99292/99291", "no edit in force between 99291 and 99292", "74|75|104|minutes"},
	{"73 with both drugs", "2025-02-01", "dx:Z79.84 dx:Z79.4", "icd10cm.excludes1 allowed_together Z79.4/Z79.84; icd10cm.excludes2 allowed_together Z79.84/Z79.4",
		"Excludes1 at Z79.4 names Z79.84|Excludes2 at Z79.84 names Z79.4|as of FY2021", "Excludes1 at Z79.84"},
	{"75 imported", "2025-02-01", "dx:J44.0 dx:J18.9", "icd10cm.code_also satisfied J44.0/J18.9", "J18.9 answers the code-also note at J44.0", "J44.1|not reported together"},
	{"83", "2025-02-01", "dx:O80 dx:O70.0 dx:Z37.0 patient_sex=female patient_age=29", "icd10cm.excludes1 conflict O80/O70.0; icd10cm.use_additional satisfied O80/Z37.0; " +
		"icd10cm.code_first satisfied O80; icd10cm.sex consistent O80; icd10cm.age consistent O80",
		"O80 is not reported with any other code of chapter 15|the patient is female|aged 9 to 64|the patient is aged 29", "Report O80 and O70.0 both|male"},
	{"83 of another patient", "2024-08-15", "dx:O80 patient_sex=male patient_age=70", "icd10cm.sex conflict O80; icd10cm.age conflict O80",
		"O80 for female patients only, but the patient is male|aged 9 to 64 only, but the patient is aged 70", "O80 is complete"},
	{"a limited reference", "2025-02-01", "dx:G43.909 dx:T36.0X1A", "icd10cm.use_additional advised G43.909; !icd10cm.use_additional satisfied", "T36-T50 with fifth or sixth character 5", "T36.0X1A answers"},
	{"a limited reference that is met", "2025-02-01", "dx:G43.909 dx:T36.0X5A", "icd10cm.use_additional satisfied G43.909/T36.0X5A", "T36.0X5A answers", ""},
	{"a manifestation by the list", "2025-02-01", "dx:D63.0", "icd10cm.manifestation required D63.0", "D63.0 is a manifestation code|its underlying condition goes before it", ""},
	{"sides of two lines", "2025-02-01", "20610-RT 20550-LT dx:M17.11", "icd10cm.laterality conflict M17.11", "M17.11 names the right side|modifier LT on 20550", "M17.11 names the left"},

	// 59 and X on either column, from 2019-07-01 (C.3).
	{"59 on column one before", "2019-06-30", "20610-59 20550", "ncci.ptp modifier_allowed 20610/20550 i1 +59 XE XP XS XU on 20550", "20550 is denied|59 on 20610 does not count, because until 2019-06-30 Medicare took it on column 2 only", "lets both be paid"},
	{"59 on column one", "2019-07-01", "20610-59 20550", "ncci.ptp modifier_present 20610/20550 i1", "modifier 59 on 20610 lets both be paid if the record shows", "does not count|is denied"},
	{"59 on column two before", "2019-06-30", "20610 20550-59", "ncci.ptp modifier_present 20610/20550 i1", "modifier 59 on 20550 lets both be paid", "does not count"},
	{"59 on column two", "2019-07-01", "20610 20550-59", "ncci.ptp modifier_present 20610/20550 i1", "modifier 59 on 20550 lets both be paid", "does not count"},

	// ICD-10-CM of FY2025, of which the day before knows nothing.
	{"obesity", "2024-10-01", "dx:E66.811 dx:E66.81", "icd10cm.complete complete E66.811; icd10cm.complete incomplete E66.81", "E66.811, E66.812, E66.813", "E66.81 is complete"},
	{"obesity before", "2024-09-30", "dx:E66.811 dx:E66.81", "!code.status; !icd10cm.complete", "", "is a valid code|is complete|unknown"},
	{"disc degeneration", "2025-02-01", "dx:M51.36", "icd10cm.complete incomplete M51.36", "M51.360, M51.361, M51.362, M51.369", "M51.36 is complete|can be billed"},
	{"methylprednisolone before", "2024-03-31", "J1030 J1020 J1040 J1010", "code.status valid J1030; code.status valid J1020; code.status valid J1040; code.status not_yet_effective J1010",
		"J1030 is a valid code on 2024-03-31", "no longer|replaced"},
	{"methylprednisolone", "2024-04-01", "J1030 J1020 J1040 J1010", "code.status replaced J1030; code.status replaced J1020; code.status replaced J1040; code.status valid J1010",
		"J1020 is no longer valid on 2024-04-01; its last day was 2024-03-31; it is replaced by J1010", "not yet"},
	{"lidocaine before", "2024-09-30", "J2001 J2003 J2004", "code.status valid J2001; code.status not_yet_effective J2003; code.status not_yet_effective J2004", "J2001 is a valid code on 2024-09-30", "no longer"},
	{"lidocaine", "2024-10-01", "J2001 J2003 J2004", "code.status replaced J2001; code.status valid J2003; code.status valid J2004", "its last day was 2024-09-30", "not yet"},
	{"JZ before it existed", "2022-12-31", "J3301-JZx4 dose=40_mg vial=single-dose wasted=0_mg", "drug.units consistent J3301", "2023-01-01", "report JZ on"},
	{"JZ", "2023-07-01", "J3301x4 dose=40_mg vial=single-dose wasted=0_mg", "drug.waste jz J3301", "report JZ on the line of the administered amount", "report the discarded units"},
	{"JW before it was required", "2024-08-15", "J3301x4 J3301-JWx4 dose=40_mg vial=single-dose wasted=40_mg", "drug.waste jw J3301", "JW", "report JZ on"},
}
