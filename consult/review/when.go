package review

import (
	"fmt"
	"time"
)

// A moment is a time as a page shows it: short words, the whole in a tooltip.
type moment struct {
	Text string
	Full string
	ISO  string
}

func (s *Server) moment(text string, t time.Time) moment {
	local := t.In(s.Zone)
	return moment{text, local.Format("Mon 2 Jan 2006, 15:04 MST"), local.Format(time.RFC3339)}
}

// ago tells how long something has lasted: "3 h".
func (s *Server) ago(t, now time.Time) moment { return s.moment(span(now.Sub(t)), t) }

// clock tells the time of today, and the day before it otherwise.
func (s *Server) clock(t, now time.Time) moment {
	layout := "15:04"
	if !s.today(t).Equal(s.today(now)) {
		layout = "2 Jan 15:04"
	}
	return s.moment(t.In(s.Zone).Format(layout), t)
}

func span(d time.Duration) string {
	switch d = max(d, 0); {
	case d < time.Minute:
		return "now"
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d d", int(d.Hours()/24))
}

// due tells when an answer is due and how pressing that is: "", "soon" from
// three quarters of the time on, or "late". On another day it is a time, since
// due times run in business hours.
func (s *Server) due(asked, due, now time.Time) (moment, string) {
	left := due.Sub(now)
	switch {
	case left < 0:
		return s.moment(atLeastMinute(-left)+" late", due), "late"
	case !s.today(due).Equal(s.today(now)): // hours through the night say nothing
		return s.moment(due.In(s.Zone).Format("Mon 15:04"), due), ""
	case now.Sub(asked) >= due.Sub(asked)*3/4:
		return s.moment("in "+atLeastMinute(left), due), "soon"
	}
	return s.moment("in "+atLeastMinute(left), due), ""
}

func atLeastMinute(d time.Duration) string { return span(max(d, time.Minute)) }
