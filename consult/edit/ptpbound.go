package edit

import (
	"slices"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// unclearDay leaves a pair open of which one code is the surgery, where the facts
// put that on different days or name a day that cannot be read: an edit binds
// services of one day.
func (k *checker) unclearDay(p codeset.PTP) (done bool) {
	if dates := k.datesOfService(); len(dates) > 1 {
		k.openDay(p, "date_of_service", "the dates of service "+listed(dates)+" are stated",
			[2]string{"the two services are of one day", "they are of different days"})
		return true
	}
	days, why := k.surgeryDays()
	if !k.inDoubt(p.Column1, p.Column2) {
		return false
	}
	if why == "" {
		dates := make([]string, len(days))
		for i, d := range days {
			dates[i] = d.Format(time.DateOnly)
		}
		why = listed(dates) + " are stated"
	}
	k.openDay(p, "surgery_date", "the day of the surgery is not clear: "+why,
		[2]string{"the surgery was on " + k.date() + " as the other service", "it was on another day"})
	return true
}

// inDoubt says whether the facts leave open that two codes of the claim are of one
// day.
func (k *checker) inDoubt(a, b string) bool {
	if len(k.datesOfService()) > 1 {
		return true
	}
	days, unread := k.surgeryDays()
	if unread == "" && len(days) < 2 || k.withPrimary(a) || k.withPrimary(b) {
		return false
	}
	of := k.ofSurgery()
	return slices.Contains(of, a) != slices.Contains(of, b)
}

// openDay leaves the pair open for want of a date; the answers are that the two
// are of one day, and that they are not.
func (k *checker) openDay(p codeset.PTP, fact, why string, answers [2]string) {
	verdict, outcome := k.boundBy(p)
	f := k.edit(p, Undecided)
	f.Missing = []string{fact}
	f.Branches = []Branch{
		{answers[0], verdict, outcome},
		{answers[1], "clear", "The edit does not bind the two services; a global period may."},
	}
	f.Statement = k.sayMedicare(p.Source, "%s, indicator %s, for services of one day, and %s%s", k.pairText(p), p.Indicator, why, k.history(&f, p)+k.either(p))
	k.add(f)
}

// datesOfService are the different ones that the question states.
func (k *checker) datesOfService() []string {
	return k.different("date_of_service")
}

// listed joins two or more words for a sentence.
func listed(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// withPrimary tells an add-on code, which is of its primary's day whatever day
// that is (PPRRVU GLOB DAYS ZZZ).
func (k *checker) withPrimary(c string) bool {
	row := k.pfs(c)
	return row != nil && row.Global == "ZZZ"
}

// boundBy is what a row makes of the claim's pair where it binds the two.
func (k *checker) boundBy(p codeset.PTP) (verdict, outcome string) {
	if p.Indicator == "0" {
		return "bundled", p.Column2 + " is denied whatever its modifier."
	}
	if b := k.bypass(p); b.on != "" {
		return "modifier_present", "Modifier " + k.named(p, b) + " on " + b.on + " lets both be paid if the record bears it out."
	}
	return "modifier_allowed", p.Column2 + " is denied unless a modifier that NCCI accepts fits."
}

// byOthers judges a row that binds one provider, or one specialty of one group
// (NCCI Policy Manual chapter I, section A; CMS IOM 100-04 chapter 12, section
// 30.6.5), where the claim's two services are stated to be by two. Of more than
// two services the fact does not say which, and the row is judged as if by one.
func (k *checker) byOthers(p codeset.PTP) (done bool) {
	bothSaid := k.yesAndNo("same_provider")
	if !k.is("same_provider", "no") && !bothSaid || len(k.codes) != 2 {
		return false
	}
	if bothSaid {
		k.openProvider(p)
		return true
	}
	group, _ := k.fact("same_group")
	specialties, alike := k.specialties(), k.specialtyTold()
	pair := p.Column1 + "/" + p.Column2
	switch {
	case group == "no":
		k.skip("ncci.ptp", pair, "the edit binds one provider or one specialty of one group, and providers of different groups are stated")
		return true
	case len(specialties) > 1:
		k.skip("ncci.ptp", pair, "the edit binds one provider or one specialty of one group, and providers of different specialties are stated: "+strings.Join(specialties, ", "))
		return true
	case alike == "different":
		k.skip("ncci.ptp", pair, "the edit binds one provider or one specialty of one group, and providers of different specialties are stated")
		return true
	case group == "yes" && alike == "same":
		return false
	}
	f := k.edit(p, Undecided)
	f.Missing, f.Statement = []string{"same_group"}, "different providers are stated, and whether the edit binds them depends on group and specialty"
	switch {
	case group == "yes" && len(specialties) == 1:
		f.Missing, f.Statement = []string{"specialty"}, "different providers of one group are stated with one specialty, "+specialties[0]+", and whether the edit binds them depends on whether both are of it"
	case group == "yes":
		f.Missing, f.Statement = []string{"specialty"}, "different providers of one group are stated, and whether the edit binds them depends on their specialties"
	case alike == "same":
		f.Statement = "different providers of one specialty are stated, and whether the edit binds them depends on their group"
	}
	k.perProvider(f, p, "the providers are of one group and one specialty", "they are of different groups or specialties")
	return true
}

// openProvider leaves the pair open where one provider and two are stated.
func (k *checker) openProvider(p codeset.PTP) {
	f := k.edit(p, Undecided)
	f.Missing, f.Statement = []string{"same_provider"}, "one provider and different ones are both stated, and the edit binds one provider"
	k.perProvider(f, p, "it was one provider, or two of one group and one specialty", "they were of different groups or specialties")
}

// perProvider completes an undecided finding with its two answers: that the edit
// binds the providers, and that it does not.
func (k *checker) perProvider(f Finding, p codeset.PTP, bound, free string) {
	verdict, outcome := k.boundBy(p)
	f.Branches = []Branch{
		{bound, verdict, "The two count as one provider: " + outcome},
		{free, "clear", "The edit does not bind the two services."},
	}
	f.Statement = k.sayMedicare(p.Source, "%s, indicator %s: %s%s", k.pairText(p), p.Indicator, f.Statement, k.history(&f, p)+k.either(p))
	k.add(f)
}

// compares reads a stated specialty that names none and says of two providers'
// specialties that they are the "same" or "different"; "" for any other.
func compares(specialty string) string {
	switch strings.TrimSuffix(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(specialty)), "the "), " specialty") {
	case "same", "yes":
		return "same"
	case "different", "another", "other", "a different", "not same", "not the same", "no":
		return "different"
	}
	return ""
}

// specialties are the different ones that the question names. One may be of
// either provider and says nothing of the other's.
func (k *checker) specialties() []string {
	return slices.DeleteFunc(k.different("specialty"), func(s string) bool { return compares(s) != "" })
}

// specialtyTold says whether the specialties of two providers are stated to be
// "same" or "different", by a word or by naming two; "" where they are not, or
// where both are.
func (k *checker) specialtyTold() string {
	told := ""
	if len(k.specialties()) > 1 {
		told = "different"
	}
	for _, v := range k.c.Facts["specialty"] {
		switch word := compares(v); {
		case word == "" || word == told:
		case told != "":
			return ""
		default:
			told = word
		}
	}
	return told
}

// oneProvider reminds whom an edit binds, where the question states two
// providers.
func (k *checker) oneProvider() string {
	switch {
	case !k.is("same_provider", "no"):
		return ""
	case len(k.codes) == 2:
		return "; a provider of the same group and specialty counts as one provider with the other"
	}
	return "; different providers are stated: this holds if these two are by one provider or group"
}
