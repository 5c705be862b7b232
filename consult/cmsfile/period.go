package cmsfile

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A Cadence is how often a kind is published, which is how long a release of
// it speaks.
type Cadence int

// The cadences of published tables.
const (
	Quarterly     Cadence = iota // PTP, MUE, add-on
	QuarterOrYear                // HCPCS, once a year until 2019
	FiscalYearly                 // ICD-10-CM and PCS, MCE: October to September, an April update within
	Schedule                     // the fee schedule: named by its first month, to the end of that quarter
	Yearly                       // calendar year: GEMs, CPT, place of service, localities
	Monthly                      // coverage documents
)

// A Period is the name of a release and the days that it speaks for.
type Period struct {
	Name string    // 2024Q3, FY2026, FY2026-APR, 2025-10, 2019
	From time.Time // first day, midnight UTC
	To   time.Time // last day
}

// IsZero reports that no period is known.
func (p Period) IsZero() bool { return p.Name == "" }

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// Quarter is a calendar quarter, 1 to 4.
func Quarter(year, q int) Period {
	from := date(year, time.Month(3*q-2), 1)
	return Period{fmt.Sprintf("%dQ%d", year, q), from, from.AddDate(0, 3, -1)}
}

// FiscalYear is October of the year before to September, with april only from
// the update of 1 April on.
func FiscalYear(year int, april bool) Period {
	if april {
		return Period{fmt.Sprintf("FY%d-APR", year), date(year, time.April, 1), date(year, time.September, 30)}
	}
	return Period{fmt.Sprintf("FY%d", year), date(year-1, time.October, 1), date(year, time.September, 30)}
}

// Year is a calendar year.
func Year(year int) Period {
	return Period{strconv.Itoa(year), date(year, time.January, 1), date(year, time.December, 31)}
}

// From is the period that begins in a month: to the end of its quarter for a
// fee schedule, of the month for coverage documents.
func (c Cadence) from(year int, m time.Month) Period {
	p := Period{fmt.Sprintf("%d-%02d", year, m), date(year, m, 1), date(year, m+1, 0)}
	if c == Schedule {
		p.To = Quarter(year, (int(m)+2)/3).To
	}
	return p
}

var (
	quarterName = regexp.MustCompile(`(20\d\d)[-_ ]?[qQ]([1-4])`)
	versionName = regexp.MustCompile(`(?i)\bv(\d\d)\.?([0-3])(?:r\d)?\b`)
	ptpName     = regexp.MustCompile(`(?i)cci(?:pra|oph)[-_ ]?v(\d\d)\.?([0-3])`)
	fiscalName  = regexp.MustCompile(`(?i)FY[-_ ]?(20\d\d)(?:[-_ ]?(APR))?`)
	effective   = regexp.MustCompile(`(?i)eff(?:ective)?[-_ ]*(\d\d)[-_](\d\d)[-_](20\d\d)`)
	monthFirst  = regexp.MustCompile(`(?i)(JAN|APR|JUL|OCT)[a-z]*[-_ ]*(?:\d\d?,?[-_ ]+)?(20\d\d)`)
	yearFirst   = regexp.MustCompile(`(?i)(20\d\d)[-_ ]*(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)`)
	yearMonth   = regexp.MustCompile(`(20\d\d)-(0[1-9]|1[0-2])`)
	rvuName     = regexp.MustCompile(`(?i)RVU(\d\d)([A-D])`)
	anyYear     = regexp.MustCompile(`(?:^|[^\d])(20\d\d|19\d\d)(?:[^\d]|$)`)
	months      = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
)

// ParsePeriod reads a release's name as the contract writes them, and for PTP
// the version too: v30.2 is 2024Q3.
func (c Cadence) ParsePeriod(name string) (Period, bool) {
	if p, ok := c.periodIn(name); ok && (strings.EqualFold(p.Name, name) || versionName.FindString(name) == name) {
		return p, true
	}
	return Period{}, false
}

// periodIn finds a period in a title or in a file's path.
func (c Cadence) periodIn(text string) (Period, bool) {
	switch c {
	case Quarterly:
		return quarterIn(text)
	case QuarterOrYear:
		if p, ok := quarterIn(text); ok {
			return p, true
		}
		return yearIn(text)
	case FiscalYearly:
		return fiscalIn(text)
	case Schedule, Monthly:
		return c.monthIn(text)
	}
	return yearIn(text)
}

func quarterIn(text string) (Period, bool) {
	if m := ptpName.FindStringSubmatch(text); m != nil {
		return version(m)
	}
	if m := quarterName.FindStringSubmatch(text); m != nil {
		return Quarter(number(m[1]), number(m[2])), true
	}
	if m := effective.FindStringSubmatch(text); m != nil {
		return Quarter(number(m[3]), (number(m[1])+2)/3), number(m[1]) >= 1 && number(m[1]) <= 12
	}
	if y, m, ok := namedMonth(text); ok {
		return Quarter(y, (int(m)+2)/3), true
	}
	if m := versionName.FindStringSubmatch(text); m != nil {
		return version(m)
	}
	return Period{}, false
}

// version reads an NCCI version: 30.2 is the third quarter of 2024.
func version(m []string) (Period, bool) {
	return Quarter(1994+number(m[1]), number(m[2])+1), true
}

func fiscalIn(text string) (Period, bool) {
	if m := fiscalName.FindStringSubmatch(text); m != nil {
		return FiscalYear(number(m[1]), m[2] != ""), true
	}
	y, ok := yearIn(text)
	if !ok {
		return Period{}, false
	}
	april := regexp.MustCompile(`(?i)(^|[^a-z])apr(il)?([^a-z]|$)`).MatchString(text)
	return FiscalYear(y.From.Year(), april), true
}

func (c Cadence) monthIn(text string) (Period, bool) {
	if m := yearMonth.FindStringSubmatch(text); m != nil {
		return c.from(number(m[1]), time.Month(number(m[2]))), true
	}
	if y, m, ok := namedMonth(text); ok {
		return c.from(y, m), true
	}
	if m := rvuName.FindStringSubmatch(text); m != nil {
		return c.from(2000+number(m[1]), time.Month(3*(int(strings.ToUpper(m[2])[0])-'A')+1)), true
	}
	return Period{}, false
}

func namedMonth(text string) (year int, m time.Month, ok bool) {
	if s := yearFirst.FindStringSubmatch(text); s != nil {
		return number(s[1]), month(s[2]), true
	}
	if s := monthFirst.FindStringSubmatch(text); s != nil {
		return number(s[2]), month(s[1]), true
	}
	return 0, 0, false
}

func month(s string) time.Month {
	return time.Month(strings.Index(months, strings.ToUpper(s[:3]))/3 + 1)
}

func yearIn(text string) (Period, bool) {
	if m := anyYear.FindStringSubmatch(text); m != nil {
		return Year(number(m[1])), true
	}
	return Period{}, false
}

// number reads digits that a pattern has found.
func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
