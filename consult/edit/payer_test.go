package edit

import "testing"

func TestPayerOf(t *testing.T) {
	for name, want := range map[string]PayerKind{
		"": Unstated, " ": Unstated, "unknown": Unstated, "Unknown.": Unstated, "n/a": Unstated, "not stated": Unstated, "unknown Medicare plan": Medicare,
		"Medicare": Medicare, "MCR": Medicare, "Medicare Part B": Medicare, "Railroad Medicare": Medicare, "traditional Medicare": Medicare,
		"Medicare and Medicaid": Medicare, "Palmetto GBA": Medicare, "Noridian": Medicare, "National Government Services (NGS)": Medicare,
		"Medicare Advantage": Advantage, "Humana Medicare": Advantage, "Aetna Medicare": Advantage, "Medicare HMO": Advantage, "UHC-Medicare": Advantage,
		"Medicaid": Medicaid, "Texas Medicaid": Medicaid, "MCD": Medicaid, "Medi-Cal": Medicaid,
		"Aetna": Other, "BCBS of Texas": Other, "commercial": Other, "workers comp": Other, "Medicaring Inc": Other, "songs": Other,
	} {
		if got := PayerOf(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}
