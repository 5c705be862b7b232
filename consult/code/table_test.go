package code

import "testing"

// Pasted tables: the header says what a column holds, whatever parts the cells.
func TestTables(t *testing.T) {
	check(t, [][2]string{
		{"CPT\tMod\tUnits\tDx\tCharge\n99213\t25\t1\tM54.50\t145.00\n20610\tRT\t1\tM17.11\t210.00\n", "cpt 99213[25]x1; icd10cm M54.50; cpt 20610[RT]x1; icd10cm M17.11"},
		{"CPT  Mod  Units  Dx  Charge\n99213  25  1  M54.50  145.00\nJ3301  4  M17.11  60.00\n", "cpt 99213[25]x1; icd10cm M54.50; hcpcs J3301x4; icd10cm M17.11"},
		{"CPT Mod Units Dx Charge\n99213 25 1 M54.50 145.00\nJ3301 4 M17.11 60.00\n", "cpt 99213[25]x1; icd10cm M54.50; hcpcs J3301x4; icd10cm M17.11"},
		{"| CPT | Mod | Units |\n|-----|-----|-------|\n| 97110 | GP | 2 |\n| 97140 | GP 59 | 1 |\n", "cpt 97110[GP]x2; cpt 97140[GP,59]x1"},
		{"Code;Modifier;Qty\n64483;50;1\n64484;50;2\n", "cpt 64483[50]x1; cpt 64484[50]x2"},
		{"\"proc\",\"mod1\",\"mod2\",\"units\"\n\"97530\",\"GP\",\"59\",\"3\"\n", "cpt 97530[GP,59]x3"},
		{"HCPCS   Qty   Billed\nA4253   2     38.00\nE0607   1     64.10\n", "hcpcs A4253x2; hcpcs E0607x1"},
		{"DOS        CPT    M1  M2  Un  Charge\n02/03/25   11730  T5      1   120.00\n02/03/25   11732  T6  59  2   90.00\n", "cpt 11730[T5]x1; cpt 11732[T6,59]x2"},
		{"Rev  HCPCS  Units  Total\n0250         12     84.00\n0636 J1885   2      48.00\n0450 99283   1     610.00\n", "revenue 0250x12; revenue 0636; hcpcs J1885x2; revenue 0450; cpt 99283x1"},
		{"Rev Code\tProc\tMods\tQty\n320\t73562\tRT\t1\n0510\t99213\t25\t1\n", "revenue 0320; cpt 73562[RT]x1; revenue 0510; cpt 99213[25]x1"},
		{"DOS|POS|CPT|DX\n1/6/25|11|99213|I10\n1/6/25|22|93010|R55\n", "pos 11; cpt 99213; icd10cm I10; pos 22; cpt 93010; icd10cm R55"},
		{"Proc   Mod  Billed  Allowed  Reason  Remark\n99214  25   180.00  0.00     97      N130\n11102       160.00  92.10    45\n", "cpt 99214[25]; carc 97; rarc N130; cpt 11102; carc 45"},
		{"Claim #\tCPT\tUnits\n20610\t99213\t1\n45378\t99214\t1\n", "cpt 99213x1; cpt 99214x1"},
		{"Acct   Zip    CPT\n10060  77002  99213\n", "cpt 99213"},
		{"Patient,Acct,Code,Mods,Units\nDoe,20610,99213,25,1\nRoe,45378,11200,,1\n", "cpt 99213[25]x1; cpt 11200x1"},
		{"Line  Procedure  Units  Dx Ptr\n1     99215      1      A,B\n2     G2211      1      A\n", "cpt 99215x1; hcpcs G2211x1"},
		{"CPT | Modifier | # of units\n95165 | | 20\n", "cpt 95165x20"},
		{"Units  CPT    Mods\n4      97110  GP KX\n", "cpt 97110[GP,KX]x4"},
		{"CPT\tUnits\n\n97110\t2\n\n97112\t1\n", "cpt 97110x2; cpt 97112x1"},
		{"Procedure Code  Modifiers  Place of Service\n99309           25         31\n", "cpt 99309[25]; pos 31"},
		{"CPT   DX1    DX2\n99213 E11.9  Z79.4\n", "cpt 99213; icd10cm E11.9; icd10cm Z79.4"},
		{"CPT  Mod  Units\n99213-25  1\n", "cpt 99213[25]x1"},
	})
}

// What only resembles a table leaves the reading as it is.
func TestNoTables(t *testing.T) {
	check(t, [][2]string{
		{"Please look at codes and units.\n99213 25 minutes\n", "cpt 99213"},
		{"CPT code, modifier and units please\n99213-25 x 1, then 20610\n", "cpt 99213[25]x1; cpt 20610"},
		{"CPT  Mod  Units\n\n\nWe sent 99213 with 2 notes", "cpt 99213"},
		{"CPT\tMod\n99213\t25\nthe rest is 20610-RT and M17.11", "cpt 99213[25]; cpt 20610[RT]; icd10cm M17.11"},
		{"Units billed\n99213", "cpt 99213"},
		{"Dear all,\n99213 25", "cpt 99213[25]"},
	})
}
