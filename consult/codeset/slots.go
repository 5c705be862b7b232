package codeset

import "strings"

// A slot is a setting of the transaction with the id of the one release that
// answers for a table: the official one, and beside it the starter's part; 0
// for none. A condition on slots is a list of expressions that are stable over
// a statement, so Postgres leaves all other partitions out when the statement
// starts. With the ids in one array it would probe the partition of every
// release that was ever loaded.
type slot string

// The slots of the tables that a look-up reads. code_rows holds four sets. ptpSlot
// serves a question, which is of one setting; where both settings' edits are asked
// for, each has a slot of its own, and so has each of the three tables of limits.
const (
	ptpSlot      slot = "ncci-ptp-%"
	officePTP    slot = KindPTPPractitioner
	hospitalPTP  slot = KindPTPOutpatient
	officeMUE    slot = KindMUEPractitioner
	hospitalMUE  slot = KindMUEOutpatient
	supplierMUE  slot = KindMUEDME
	addonSlot    slot = KindAddOn
	pfsSlot      slot = KindPFS
	tabularSlot  slot = KindICD10CMTabular
	hcpcsSlot    slot = KindHCPCS
	cptSlot      slot = KindCPT
	icd10cmSlot  slot = KindICD10CM
	icd10pcsSlot slot = KindICD10PCS
	mceSlot      slot = KindMCE
	posSlot      slot = KindPOS
)

var slots = []slot{ptpSlot, officePTP, hospitalPTP, officeMUE, hospitalMUE, supplierMUE, addonSlot, pfsSlot, tabularSlot, hcpcsSlot, cptSlot, icd10cmSlot, icd10pcsSlot, mceSlot, posSlot}

// name is the setting's, of letters, digits and underscores.
func (s slot) name() string {
	return "codeset." + strings.NewReplacer("-%", "", "-", "_").Replace(string(s))
}

// setSlots is the part of settleSQL that fills all slots from live.
func setSlots() string {
	var b strings.Builder
	for _, s := range slots {
		b.WriteString(",\n       set_config('" + s.name() + "', coalesce(max(id) filter (where kind like '" + string(s) + "' and via = ''), 0)::text, true)")
		b.WriteString(", set_config('" + s.name() + "_starter', coalesce(max(id) filter (where kind like '" + string(s) + "' and via <> ''), 0)::text, true)")
	}
	return b.String()
}

// slotted is the condition on the id of a release to be in one of the slots.
func slotted(of ...slot) string {
	var ids []string
	for _, s := range of {
		ids = append(ids, "current_setting('"+s.name()+"')::bigint", "current_setting('"+s.name()+"_starter')::bigint")
	}
	return "in (" + strings.Join(ids, ", ") + ")"
}
