package code

import (
	"slices"
	"strings"
)

// A day found in the text with what the words around make of it.
type statedDay struct {
	writtenDay
	b, e int    // span
	i, j int    // first and last token
	kind string // fact name, "" undecided, "-" another date

	explicit  bool // "DOS" or "date of service" names it
	afterCode bool // "10060 on 11/3/2025"
}

// dayCues tell what a date near them is.
var dayCues = func() map[string]string {
	out := make(map[string]string)
	for kind, words := range map[string]string{
		"date_of_service": `dos service seen visit performed billed done treated came presented encounter administered injected procedure appointment appt`,
		"surgery_date":    `surgery surg sx surgical operated operation op postop operative`,
		"-": `dob born birth birthdate denied denial received sent dated paid processed effective since eob wrote posted expires
			expired through until received printed signed retro date remit check asof revised`,
	} {
		for _, w := range strings.Fields(words) {
			out[w] = kind
		}
	}
	return out
}()

// dates finds the days that the text states and says which is which.
func (r *reader) dates() {
	var days []statedDay
	for i := 0; i < len(r.toks); i++ {
		t := r.toks[i]
		if t.code {
			continue
		}
		d, e, ok := r.dateAt(t.b, r.run(t.b, isDigit))
		if !ok {
			d, e, ok = r.namedDate(t.b, t.e)
		}
		if !ok {
			continue
		}
		j := i
		for j+1 < len(r.toks) && r.toks[j+1].b < e {
			j++
		}
		kind, explicit := r.dayKind(i, j)
		days = append(days, statedDay{d, t.b, e, i, j, kind, explicit, r.afterCode(i)})
		for k := i; k <= j; k++ {
			r.toks[k].code = true
		}
		i = j
	}
	if len(days) == 1 && days[0].kind == "" && days[0].year > 0 && r.region != Quote && slices.ContainsFunc(r.toks, func(t token) bool { return t.code && t.b < days[0].b || t.b > days[0].e && t.code }) {
		days[0].kind = "date_of_service" // a lone date in a mail about codes
	}
	tellApart(days)
	r.emitDays(days)
}

// afterCode tells whether a code stands right before the date at token i, or
// before its "on".
func (r *reader) afterCode(i int) bool {
	if r.word(i-1) == "on" {
		i--
	}
	if i > 1 && len(r.word(i-1)) == 2 && !r.toks[i-1].code {
		i-- // a modifier glued to the code
	}
	return i > 0 && r.toks[i-1].code && !r.toks[i].stop
}

// tellApart settles what several service dates are: beside an explicit one, or
// beside a later visit, the day of a code is the day of an earlier procedure;
// any other day that the explicit one does not repeat is no date of service.
func tellApart(days []statedDay) {
	var explicit, visit string
	for _, d := range days {
		switch {
		case d.kind != "date_of_service" || d.year == 0:
		case d.explicit:
			explicit = d.String()
		case !d.afterCode:
			visit = max(visit, d.String())
		}
	}
	for i, d := range days {
		if d.kind != "date_of_service" || d.explicit || d.year == 0 || d.String() == explicit {
			continue
		}
		switch {
		case d.afterCode && d.String() < max(explicit, visit) && (explicit == "" || d.String() < explicit):
			days[i].kind = "surgery_date"
		case explicit != "":
			days[i].kind = "-"
		}
	}
}

// dayKind looks for the nearest cue: up to five words before in the sentence,
// then two after. "on" alone makes a date of service.
func (r *reader) dayKind(i, j int) (kind string, explicit bool) {
	for k := j + 1; k < len(r.toks) && k <= j+12; k++ {
		if r.word(k) == "wrote" {
			return "-", false
		}
		if r.toks[k].stop {
			break
		}
	}
	on := false
	for k := i - 1; k >= 0 && k >= i-5; k-- {
		w := r.word(k)
		if r.toks[k].code && strings.HasPrefix(w, "992") {
			return "date_of_service", false // the day of a visit, whatever was spoken of before it
		}
		if kind, ok := dayCues[w]; ok {
			if w == "date" && k+2 < i && r.word(k+1) == "of" && r.word(k+2) == "service" {
				return "date_of_service", true
			}
			if w == "op" && r.word(k-1) != "post" && r.word(k-1) != "pre" {
				continue
			}
			return kind, w == "dos" || w == "service"
		}
		on = on || w == "on"
		if r.toks[k].stop || r.toks[k+1].stop {
			break
		}
	}
	for k := j + 1; k < len(r.toks) && k <= j+2 && !r.toks[k].stop; k++ {
		if kind, ok := dayCues[r.word(k)]; ok && kind != "-" {
			return kind, r.word(k) == "dos"
		}
	}
	if on {
		return "date_of_service", false
	}
	return "", false
}

// emitDays emits what is decided; a day without its year takes that of the
// full date of service, or the year before where it would lie after it.
func (r *reader) emitDays(days []statedDay) {
	var full writtenDay
	for _, d := range days {
		if d.kind == "date_of_service" && d.year > 0 && full.year == 0 {
			full = d.writtenDay
		}
	}
	for _, d := range days {
		if d.kind != "date_of_service" && d.kind != "surgery_date" {
			continue
		}
		if d.year == 0 {
			if full.year == 0 {
				continue
			}
			d.year = full.year
			if d.month > full.month || d.month == full.month && d.day > full.day {
				d.year--
			}
		}
		r.emitAt(d.kind, d.String(), d.b, d.e)
	}
}

// afterSurgery reads "post-op day 8", "POD 8", "day 8", "8 days after" and "2
// weeks post-op" as days_after_surgery.
func (r *reader) afterSurgery(i int) {
	t := r.toks[i]
	switch t.w {
	case "day", "pod":
		if i+1 < len(r.toks) && r.toks[i+1].n >= 0 && !r.toks[i+1].code && !r.toks[i+1].stop && r.toks[i+1].n <= 365 {
			next := r.word(i + 2)
			if next != "supply" && next != "course" && r.word(i-1) != "per" && r.word(i-1) != "same" {
				r.emit("days_after_surgery", plain(r.toks[i+1].n), i, i+1)
			}
		}
	case "days", "weeks", "wks", "week":
		if i == 0 || r.toks[i-1].n < 0 || r.toks[i-1].code || t.stop {
			return
		}
		n := r.toks[i-1].n
		if t.w != "days" {
			n *= 7
		}
		switch r.word(i + 1) {
		case "after", "post", "postop", "later", "following", "out", "s":
			r.emit("days_after_surgery", plain(n), i-1, i)
		}
	}
}

// surgeryBefore tells whether the code whose last token precedes i is named
// as the surgery: "surgery 2/1 was 27447", "in the global of 27447".
func (r *reader) surgeryBefore(i int) bool {
	for k := i - 1; k > 0 && k >= i-8 && !r.toks[k].stop; k-- {
		switch r.word(k - 1) {
		case "surgery", "global", "operation", "postop", "surgical":
			return true
		case "with", "and", "bill", "code", "seen", "visit", "for":
			return false
		}
	}
	return false
}

// startStop reads "9:00-9:23" and "9:00 to 9:23 am".
func (r *reader) startStop() {
	for i := 0; i+3 < len(r.toks); i++ {
		h1, m1, ok := r.clockAt(i)
		if !ok {
			continue
		}
		j := i + 2
		for j < i+5 && (r.word(j) == "to" || r.word(j) == "until" || r.word(j) == "am" || r.word(j) == "pm") {
			j++
		}
		h2, m2, ok := r.clockAt(j)
		if !ok || r.toks[j].b-r.toks[i+1].e > 12 {
			continue
		}
		pad := func(n float64) string {
			if n < 10 {
				return "0" + plain(n)
			}
			return plain(n)
		}
		r.emit("start_stop", pad(h1)+":"+pad(m1)+"-"+pad(h2)+":"+pad(m2), i, j+1)
		i = j + 1
	}
}

func (r *reader) clockAt(i int) (h, m float64, ok bool) {
	if i < 0 || i+1 >= len(r.toks) || r.toks[i].n < 0 || r.toks[i+1].n < 0 || r.toks[i+1].b != r.toks[i].e+1 || !r.has(r.toks[i].e, ":") || len(r.word(i+1)) != 2 {
		return 0, 0, false
	}
	return r.toks[i].n, r.toks[i+1].n, r.toks[i].n < 24 && r.toks[i+1].n < 60
}
