package consult

import "time"

// Business hours of the queue until a practice has its own: Monday to Friday,
// 8 to 17 in the configured zone, an answer within four of them.
const (
	dayStarts   = 8
	dayEnds     = 17
	answerHours = 4
)

// DueAt returns when an answer to a mail that came at asked is due, counting
// business hours in zone only. A mail at 16:00 on Friday is due on Monday at
// 11:00.
func DueAt(asked time.Time, zone *time.Location) time.Time {
	t, left := asked.In(zone), answerHours*time.Hour
	for {
		opens := at(t, dayStarts)
		closes := at(t, dayEnds)
		switch {
		case t.Weekday() == time.Saturday || t.Weekday() == time.Sunday || !t.Before(closes):
			t = at(t.AddDate(0, 0, 1), dayStarts)
		case t.Before(opens):
			t = opens
		case t.Add(left).After(closes):
			left -= closes.Sub(t)
			t = at(t.AddDate(0, 0, 1), dayStarts)
		default:
			return t.Add(left)
		}
	}
}

func at(t time.Time, hour int) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), hour, 0, 0, 0, t.Location())
}
