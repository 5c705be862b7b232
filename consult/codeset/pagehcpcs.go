package codeset

import (
	"slices"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// An Indicator is one coded field of an official file in plain words.
type Indicator struct {
	Name    string `json:"name"`
	Value   string `json:"value"`             // as in the file
	Meaning string `json:"meaning,omitempty"` // "": not in the layout that this program knows
}

// HCPCS is what the Alpha-Numeric file says of a code or modifier beside title
// and dates (record layout of the file; the words are ours).
type HCPCS struct {
	Short          string      `json:"short,omitempty"`
	Indicators     []Indicator `json:"indicators,omitempty"`
	BETOS          string      `json:"betos,omitempty"`
	XRefs          []string    `json:"xrefs,omitempty"`
	Statute        string      `json:"statute,omitempty"`
	Manuals        []string    `json:"manuals,omitempty"` // coverage issues and carriers manual references
	TypesOfService []string    `json:"types_of_service,omitempty"`
	ProcessingNote string      `json:"processing_note,omitempty"`
	Source         Source      `json:"source"`
}

type hcpcsRow struct {
	ReleaseID       int64
	Short           string
	Pricing         []string
	MultiplePricing string
	Coverage, BETOS string
	XRefs           []string `db:"xrefs"`
	Statute         string
	Manuals         []string
	TypesOfService  []string
	ProcessingNote  string
	Action          string
	ActionFrom      *time.Time
}

// fillHCPCS explains the row of a HCPCS code or modifier: of the release whose
// title the facts give, for what it says changes with the title; without one, of
// the release that answers.
func (p *paging) fillHCPCS(e *Entry, r *pageRows, cf CodeFacts) {
	i := slices.IndexFunc(r.hcpcs, func(h hcpcsRow) bool {
		_, answers := p.byID[h.ReleaseID]
		return h.ReleaseID == cf.worded || cf.worded == 0 && answers
	})
	if i < 0 || e.System != code.HCPCS && e.System != code.Modifier {
		return
	}
	h := r.hcpcs[i]
	e.HCPCS = &HCPCS{Short: h.Short, BETOS: h.BETOS, XRefs: h.XRefs, Statute: h.Statute, Manuals: h.Manuals, TypesOfService: h.TypesOfService,
		ProcessingNote: h.ProcessingNote, Indicators: append(cf.indicators(p.on), h.indicators()...), Source: p.release(h.ReleaseID).source(e.Code)}
}

// release is one that answers for the day, or another published one.
func (p *paging) release(id int64) speaker {
	if r, ok := p.byID[id]; ok {
		return r
	}
	i := slices.IndexFunc(p.all, func(r speaker) bool { return r.ID == id })
	if i < 0 {
		return speaker{}
	}
	return p.all[i]
}

// indicators says of which release or since when the wording is, where that is
// not the release that tells the status.
func (cf CodeFacts) indicators(on time.Time) []Indicator {
	switch {
	case cf.Wording == nil:
		return nil
	case cf.Wording.EffectiveFrom > on.Format(time.DateOnly):
		return []Indicator{{Name: "wording", Value: cf.Wording.EffectiveFrom,
			Meaning: "the wording and what follows stand since then; no release loaded tells those of the day"}}
	}
	return []Indicator{{Name: "wording", Value: cf.Wording.Release, Meaning: "the release whose wording held on the day"}}
}

func (h hcpcsRow) indicators() []Indicator {
	var out []Indicator
	add := func(name, value string, words map[string]string) {
		if value = strings.TrimSpace(value); value != "" {
			out = append(out, Indicator{Name: name, Value: value, Meaning: words[value]})
		}
	}
	add("coverage", h.Coverage, coverageWords)
	for _, v := range h.Pricing {
		add("pricing", v, pricingWords)
	}
	add("multiple pricing", h.MultiplePricing, multiplePricingWords)
	action := len(out)
	add("last action", h.Action, actionWords)
	if len(out) > action && out[action].Meaning != "" && h.ActionFrom != nil {
		out[action].Meaning += ", effective " + day(h.ActionFrom)
	}
	return out
}

// The fields of the record layout by their numbers there.
var (
	coverageWords = map[string]string{ // 16
		"C": "the contractor decides on coverage",
		"D": "special coverage instructions apply",
		"I": "not payable by Medicare",
		"M": "not covered by Medicare",
		"S": "not covered by Medicare, by statute",
	}
	pricingWords = map[string]string{ // 9
		"00": "not priced separately under Part B",
		"11": "priced by national relative value units",
		"12": "priced by national anesthesia base units",
		"13": "priced by the contractor",
		"21": "laboratory fee schedule, up to the national limit",
		"22": "laboratory, priced by the contractor",
		"31": "equipment serviced often, between floor and ceiling",
		"32": "inexpensive or routinely purchased equipment, between floor and ceiling",
		"33": "oxygen and its equipment, between floor and ceiling",
		"34": "supplies of equipment, between floor and ceiling",
		"35": "surgical dressings, between floor and ceiling",
		"36": "capped rental, between floor and ceiling",
		"37": "ostomy, tracheostomy or urological supplies, between floor and ceiling",
		"38": "orthotics, prosthetics or vision, between floor and ceiling",
		"39": "parenteral and enteral nutrition",
		"45": "customized equipment",
		"46": "equipment priced by the contractor",
		"51": "drug",
		"52": "reasonable charge",
		"53": "by statute",
		"54": "vaccination",
		"55": "splints and casts",
		"56": "intraocular lens inserted in the office",
		"57": "priced by the contractor otherwise",
		"99": "no value established",
	}
	multiplePricingWords = map[string]string{ // 10
		"9": "does not apply: not priced separately, or no value established",
		"A": "priced in one way only",
		"B": "professional component by relative value units, the rest by the contractor",
		"C": "interpretation by relative value units, the test by the laboratory fee schedule",
		"G": "laboratory service, by reasonable charge when billed with blood products",
	}
	actionWords = map[string]string{ // 30
		"A": "added",
		"B": "administrative data and long text changed",
		"C": "long text changed",
		"D": "discontinued",
		"F": "administrative data changed",
		"N": "no change",
		"P": "payment data changed",
		"R": "valid again after it was discontinued",
		"S": "short text changed",
		"T": "other data changed",
	}
)
