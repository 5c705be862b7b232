package review

import (
	"fmt"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/jobs"
)

func TestAddressesRoundTrip(t *testing.T) {
	for _, list := range [][]consult.Address{
		nil,
		{{Address: "a@b.example"}},
		{{Name: "Dana Lane", Address: "dana@ortho.example"}, {Name: "Müller, Jürgen", Address: "j@x.example"}},
		{{Name: `Dr. "Dee" O'Brien \ Sons`, Address: "dee@x.example"}},
		{{Name: "两 名", Address: "n@x.example"}, {Name: "a  b", Address: "two@x.example"}},
	} {
		got, err := parseAddresses(formatAddresses(list))
		if err != nil || !reflect.DeepEqual(got, list) {
			t.Errorf("%v became %v (%v) by %q", list, got, err, formatAddresses(list))
		}
	}
	if _, err := parseAddresses("secret@patient"); err != nil && strings.Contains(err.Error(), "secret") {
		t.Errorf("the error quotes the field: %v", err)
	}
}

func TestReplySubject(t *testing.T) {
	for in, want := range map[string]string{"": "Re: your question", "A pair": "Re: A pair", "RE: A pair": "RE: A pair", "Re": "Re: Re", "Resection": "Re: Resection"} {
		if got := replySubject(in); got != want {
			t.Errorf("%q is answered as %q, want %q", in, got, want)
		}
	}
}

func TestDiffWords(t *testing.T) {
	for _, tc := range []struct{ from, to, want string }{
		{"", "", ""},
		{"same text", "same text", "same text"},
		{"The pair is bundled.", "The pair is not bundled.", "The pair is {+not +}bundled."},
		{"99213 and 20610", "99214 and 20610", "[-99213-]{+99214+} and 20610"},
		{"", "new", "{+new+}"},
		{"gone", "", "[-gone-]"},
	} {
		var b strings.Builder
		for _, p := range diffWords(tc.from, tc.to) {
			switch p.Op {
			case "ins":
				fmt.Fprintf(&b, "{+%s+}", p.Text)
			case "del":
				fmt.Fprintf(&b, "[-%s-]", p.Text)
			default:
				b.WriteString(p.Text)
			}
		}
		if b.String() != tc.want {
			t.Errorf("%q to %q: %s, want %s", tc.from, tc.to, b.String(), tc.want)
		}
	}
}

// TestDiffLosesNothing: the old text is what stayed and went, the new one what
// stayed and came, also beyond the surrogates of the library's alphabet.
func TestDiffLosesNothing(t *testing.T) {
	var many, other strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&many, "word%d ", i)
		if i%7 != 0 {
			fmt.Fprintf(&other, "word%d ", i)
		}
	}
	for _, tc := range [][2]string{{many.String(), other.String()}, {"a\tb\r\n\nç – 😀", "a b\n\nc – 😀😀"}} {
		var from, to strings.Builder
		for _, p := range diffWords(tc[0], tc[1]) {
			if p.Op != "ins" {
				from.WriteString(p.Text)
			}
			if p.Op != "del" {
				to.WriteString(p.Text)
			}
		}
		if from.String() != tc[0] || to.String() != tc[1] {
			t.Errorf("a diff of %d and %d bytes does not give its texts back", len(tc[0]), len(tc[1]))
		}
	}
}

func TestTimesInWords(t *testing.T) {
	s := &Server{Config: Config{Zone: time.UTC}}
	asked := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	due := asked.Add(4 * time.Hour)
	for _, tc := range []struct {
		after      time.Duration
		due, class string
		waiting    string
	}{
		{30 * time.Second, "in 3 h", "", "now"},
		{time.Hour, "in 3 h", "", "1 h"},
		{3 * time.Hour, "in 1 h", "soon", "3 h"},
		{3*time.Hour + 20*time.Minute, "in 40 min", "soon", "3 h"},
		{4*time.Hour + 30*time.Second, "1 min late", "late", "4 h"},
		{6 * time.Hour, "2 h late", "late", "6 h"},
		{72 * time.Hour, "2 d late", "late", "3 d"},
	} {
		m, class := s.due(asked, due, asked.Add(tc.after))
		if m.Text != tc.due || class != tc.class || m.Full != "Mon 23 Nov 2026, 13:00 UTC" {
			t.Errorf("after %s: %+v %q", tc.after, m, class)
		}
		if got := s.ago(asked, asked.Add(tc.after)).Text; got != tc.waiting {
			t.Errorf("after %s it waits %q, want %q", tc.after, got, tc.waiting)
		}
	}
	if m, class := s.due(asked, due, due.Add(-20*time.Hour)); m.Text != "Mon 13:00" || class != "" {
		t.Errorf("due the next day: %+v %q", m, class)
	}
	if got := s.clock(asked, asked.Add(30*time.Hour)).Text; got != "23 Nov 09:00" {
		t.Errorf("yesterday is %q", got)
	}
}

func TestPagingGoesBackTheWayItCame(t *testing.T) {
	q := query{View: consult.ViewMine, Sort: "due"}
	var passed []string
	for _, cursor := range []string{"c1", "c2", "c3"} {
		passed = append(passed, q.page(q.After, q.Trail))
		q = readQuery(httptest.NewRequest("GET", q.next(cursor), nil))
		if q.After != cursor || q.View != consult.ViewMine || q.Sort != "due" {
			t.Fatalf("at %q: %+v", cursor, q)
		}
	}
	for _, want := range slices.Backward(passed) {
		back := q.prev()
		if back != want {
			t.Errorf("back from %s to %q, want %q", q.After, back, want)
		}
		q = readQuery(httptest.NewRequest("GET", back, nil))
	}
	if q.prev() != "" || q.next("") != "" {
		t.Errorf("the first page has a page before: %q", q.prev())
	}
}

func TestLocalPath(t *testing.T) {
	for in, want := range map[string]string{"/cases/1?tab=sent": "/cases/1?tab=sent", "": "/", "//evil.example": "/", "https://evil.example/": "/",
		`/\evil.example`: "/", "/a\r\nb": "/", "javascript:alert(1)": "/"} {
		if got := localPath(in); got != want {
			t.Errorf("%q leads to %q", in, got)
		}
	}
}

func TestUnderline(t *testing.T) {
	text := "99213-25 and 20610"
	m := func(s string, start int, region string) code.Mention {
		return code.Mention{Code: s, Text: s, Start: start, End: start + len(s), Region: region}
	}
	got := underline(text, []code.Mention{m("20610", 13, code.Body), m("99213", 0, code.Body), m("25", 6, code.Body), m("213", 2, code.Body),
		m("20610", 3, code.Body), m("99213", 0, code.Subject), m("20610", 400, code.Body)})
	want := []textPart{{"99213", "99213"}, {"-", ""}, {"25", "25"}, {" and ", ""}, {"20610", "20610"}, {"", ""}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
}

func TestDownloadNames(t *testing.T) {
	for in, want := range map[string]string{
		"note.pdf":              `attachment; filename=note.pdf`,
		"../../etc/pass wd.":    `attachment; filename="_.._etc_pass wd"`,
		"a\r\nSet-Cookie: x=\"": `attachment; filename="a__Set-Cookie_ x=_"`,
		"Befünd.docx":           `attachment; filename*=utf-8''Bef%C3%BCnd.docx`,
	} {
		if got := disposition(in); got != want {
			t.Errorf("%q: %s", in, got)
		}
	}
}

func TestMailboxLines(t *testing.T) {
	s := &Server{Config: Config{SilentAfter: 2 * time.Minute}}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		box  jobs.Mailbox
		says string
		bad  bool
	}{
		{jobs.Mailbox{Name: "consult", LastPoll: now.Add(-8 * time.Second)}, "consult polled 8 s ago", false},
		{jobs.Mailbox{Name: "consult", LastPoll: now.Add(-time.Hour), ErrorClass: "auth"}, "Mailbox consult is silent: polled 1 h ago, auth.", true},
		{jobs.Mailbox{Name: "consult"}, "never polled", true},
		{jobs.Mailbox{Name: "consult", LastPoll: now, NeedsSignIn: true}, "caseconsultant mailbox sign-in consult", true},
	} {
		lines, _ := s.mailboxLines([]jobs.Mailbox{tc.box}, now)
		if len(lines) != 1 || lines[0].Bad != tc.bad || !strings.Contains(lines[0].Text, tc.says) {
			t.Errorf("%+v: %+v", tc.box, lines)
		}
	}
	if lines, _ := s.mailboxLines(nil, now); len(lines) != 1 || !lines[0].Bad {
		t.Errorf("no mailbox at all: %+v", lines)
	}
}

// TestHubCollects: a slow stream gets each case once, and "everything" when it
// missed too many.
func TestHubCollects(t *testing.T) {
	h := newHub()
	st := h.join()
	for range 3 {
		h.tell("10001")
	}
	h.tell("10002")
	if got := h.take(st); len(got) != 2 {
		t.Errorf("told %v", got)
	}
	for i := range 1000 {
		h.tell(fmt.Sprint(i))
	}
	if got := h.take(st); !slices.Contains(got, everything) || len(got) > 205 {
		t.Errorf("after a thousand changes told %d ids", len(got))
	}
	h.leave(st)
	h.close()
	if h.join() != nil {
		t.Error("a closed hub takes a stream")
	}
}
