package code

import "strings"

// stateZIPs holds the first three digits of the postal codes of each state as
// pairs from–through (USPS Publication 65, as generally known). "MD 99213" is
// a doctor beside a code, "MD 21201" is Baltimore.
var stateZIPs = map[string][]int{
	"AL": {350, 369}, "AK": {995, 999}, "AZ": {850, 865}, "AR": {716, 729}, "CA": {900, 961}, "CO": {800, 816},
	"CT": {60, 69}, "DE": {197, 199}, "DC": {200, 205, 569, 569}, "FL": {320, 349}, "GA": {300, 319, 398, 399}, "HI": {967, 968},
	"ID": {832, 838}, "IL": {600, 629}, "IN": {460, 479}, "IA": {500, 528}, "KS": {660, 679}, "KY": {400, 427},
	"LA": {700, 714}, "ME": {39, 49}, "MD": {206, 219}, "MA": {10, 27, 55, 55}, "MI": {480, 499}, "MN": {550, 567},
	"MS": {386, 397}, "MO": {630, 658}, "MT": {590, 599}, "NE": {680, 693}, "NV": {889, 898}, "NH": {30, 38},
	"NJ": {70, 89}, "NM": {870, 884}, "NY": {5, 5, 63, 63, 100, 149}, "NC": {270, 289}, "ND": {580, 588}, "OH": {430, 459},
	"OK": {730, 749}, "OR": {970, 979}, "PA": {150, 196}, "PR": {6, 9}, "RI": {28, 29}, "SC": {290, 299},
	"SD": {570, 577}, "TN": {370, 385}, "TX": {750, 799, 885, 885}, "UT": {840, 847}, "VT": {50, 59}, "VA": {201, 201, 220, 246},
	"WA": {980, 994}, "WV": {247, 268}, "WI": {530, 549}, "WY": {820, 831},
}

// stateNames maps the names to the abbreviations. A two-word name is found by
// its last word and checked by its first.
var stateNames = map[string]string{
	"alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO", "connecticut": "CT",
	"delaware": "DE", "florida": "FL", "georgia": "GA", "hawaii": "HI", "idaho": "ID", "illinois": "IL", "indiana": "IN", "iowa": "IA",
	"kansas": "KS", "kentucky": "KY", "louisiana": "LA", "maine": "ME", "maryland": "MD", "massachusetts": "MA", "michigan": "MI",
	"minnesota": "MN", "mississippi": "MS", "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV", "new hampshire": "NH",
	"new jersey": "NJ", "new mexico": "NM", "new york": "NY", "north carolina": "NC", "north dakota": "ND", "ohio": "OH",
	"oklahoma": "OK", "oregon": "OR", "pennsylvania": "PA", "puerto rico": "PR", "rhode island": "RI", "south carolina": "SC",
	"south dakota": "SD", "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT", "virginia": "VA", "washington": "WA",
	"west virginia": "WV", "wisconsin": "WI", "wyoming": "WY",
}

// lastWords end the names of two words.
var lastWords = set(`hampshire jersey mexico york carolina dakota rico island virginia`)

// stateOutline is that of the last words of stateNames.
var stateOutline = func() (o outline) {
	for name := range stateNames {
		o.add(name[strings.LastIndexByte(name, ' ')+1:])
	}
	return o
}()

// stateNamed returns the state whose name ends with the word s[b:e], or "".
func (f *folded) stateNamed(b, e int) string {
	if e-b > maxWord-1 || !stateOutline.may(f, b, e) {
		return ""
	}
	var buf [20]byte
	word := f.lower(b, e, &buf)
	if lastWords[string(word)] {
		if pb, pe, ok := f.wordBefore(b, ""); ok {
			if st := stateNames[strings.ToLower(f.s[pb:pe])+" "+string(word)]; st != "" {
				return st
			}
		}
	}
	return stateNames[string(word)]
}
