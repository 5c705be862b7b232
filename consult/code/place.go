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
var stateOutline = outlined(stateNames)

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

// stateTyped returns the state of two letters typed without capitals, or "".
// Those that are words too count only after a place and a comma.
func (s *scan) stateTyped(b, e int) string {
	switch st := strings.ToUpper(s.s[b:e]); st {
	case "IN", "OR", "ME", "HI", "OK", "OH", "ID", "AL", "DE", "LA", "MA", "PA", "MO", "CO", "MD", "AS":
		if pb, pe, ok := s.wordBefore(b, ","); ok && s.has(pe, ",") && s.run(pb, isLetter) == pe && pe-pb > 3 && s.cue(pb, pe) == 0 {
			return st
		}
		return ""
	default:
		return st
	}
}

// cities are large places, and the last words of place names, after which five
// digits are a postal code.
var cities = set(`phoenix tucson mesa angeles francisco diego sacramento oakland fresno bakersfield anaheim denver hartford miami orlando tampa jacksonville tallahassee
	atlanta savannah honolulu boise chicago peoria indianapolis wichita louisville lexington orleans baltimore boston worcester detroit lansing minneapolis
	memphis nashville knoxville chattanooga omaha lincoln vegas reno newark albuquerque brooklyn bronx queens manhattan buffalo rochester syracuse albany
	charlotte raleigh durham greensboro cleveland columbus cincinnati toledo akron dayton tulsa portland salem philadelphia pittsburgh allentown providence
	charleston houston dallas austin antonio worth paso plano lubbock amarillo richmond norfolk seattle spokane tacoma milwaukee madison anchorage
	city beach springs falls heights hills park valley grove rapids island ridge creek mills haven harbor bluffs shores junction township`)

// city tells whether the word s[b:e] ends the name of a place, by itself or by
// the ending that only such names have.
func (s *scan) city(b, e int) bool {
	if !s.is(b, isUpper) || !s.is(b+1, isLower) || e-b < 4 || s.run(b, isLetter) < e {
		return false
	}
	w := s.s[b:e]
	return cities[string(s.lower(b, e, new([20]byte)))] || strings.HasSuffix(w, "ville") || strings.HasSuffix(w, "burg") || strings.HasSuffix(w, "burgh") || strings.HasSuffix(w, "polis")
}

// typedStreet tells whether a street in small letters follows e: "97110 sunset
// blvd".
func (s *scan) typedStreet(e int) bool {
	i := e
	for n := range 4 {
		b, we, ok := s.wordAfter(i, ".")
		if !ok || s.has(i, "\n") {
			return false
		}
		switch string(s.lower(b, we, new([20]byte))) {
		case "blvd", "boulevard", "ave", "avenue", "street", "pkwy", "parkway", "hwy", "highway", "fwy", "rd", "road", "ln":
			return n > 0 || s.is(s.blanks(we), isDigit)
		case "st":
			return n > 0 && s.closes(we)
		case "and", "or", "with", "for", "on", "at", "the", "to", "in", "of", "is", "was", "from", "by":
			return false
		}
		i = we
	}
	return false
}

// addressed tells whether capitalised words, a state and its postal code
// follow e on the line: "20610 Main, Dayton, OH 45429".
func (s *scan) addressed(e int) bool {
	i := e
	for n := range 7 {
		b, we, ok := s.wordAfter(i, ",.#")
		if !ok || s.has(i, "\n") || !s.is(b, isUpper|isDigit) {
			return false
		}
		if n > 0 && we-b == 2 && stateZIPs[s.s[b:we]] != nil {
			zb, ze, ok := s.wordAfter(we, ",")
			return ok && ze-zb == 5 && s.digits(zb, ze)
		}
		if n == 0 && !s.is(b, isUpper) || n == 0 && we-b < 2 && !s.has(b, "NSEW") || we-b == 5 && s.digits(b, we) {
			return false
		}
		i = we
	}
	return false
}
