package review

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestHugeMail: 5 MB of HTML, 400 levels of quotation and 60 attachments. The
// page opens, the quotation is folded, the formatted view is cut and says so.
func TestHugeMail(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(1))
	var b strings.Builder
	b.WriteString("From: Dana <dana@ortho.example>\r\nTo: consult@desk.example\r\nSubject: huge\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n")
	b.WriteString("--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n--i\r\nContent-Type: text/plain\r\n\r\nIs 20610 payable?\r\n\r\nOn Monday, the desk wrote:\r\n")
	for level := range 400 {
		b.WriteString(strings.Repeat(">", level+1) + " earlier words\r\n")
	}
	b.WriteString("--i\r\nContent-Type: text/html\r\n\r\n")
	for b.Len() < 5<<20 {
		b.WriteString("<div><blockquote><p style='x'>words of a mail <img src='http://evil.example/x.png'></p></blockquote></div>\r\n")
	}
	b.WriteString("\r\n--i--\r\n")
	for i := range 60 {
		fmt.Fprintf(&b, "--o\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"scan-%d.bin\"\r\n\r\nbytes\r\n", i)
	}
	b.WriteString("--o--\r\n")
	mail := d.deliver([]byte(b.String()))
	if _, err := d.pool.Exec(t.Context(), `update messages set state = 'case', case_id = $2 where id = $1`, mail, id); err != nil {
		t.Fatal(err)
	}
	c := d.client("rosa@desk.example")
	page := c.get(at(id))
	if page.status != http.StatusOK || strings.Count(page.body, "scan-") != 60 {
		t.Errorf("status %d, %d attachments", page.status, strings.Count(page.body, "scan-"))
	}
	if !strings.Contains(page.body, `<details class="fold">`) || len(page.body) > 1<<20 {
		t.Errorf("the quotation is not folded, or the page has %d bytes", len(page.body))
	}
	a := c.get(at(id, fmt.Sprintf("/mails/%d/formatted", mail)))
	if a.status != http.StatusOK || !strings.Contains(a.body, "longer than this view shows") || strings.Contains(a.body, "evil.example") {
		t.Errorf("formatted: status %d, %d bytes", a.status, len(a.body))
	}
}

// BenchmarkPages measures list and case among 200,000 closed and 5,000 open
// cases (UX.md 1.7: at most 100 ms).
func BenchmarkPages(b *testing.B) {
	d := newDesk(b)
	id := d.ask(simple(1))
	_, err := d.pool.Exec(b.Context(), `insert into cases (state, mailbox, subject, preview, from_name, from_address, asked_at, due_at, closed_at, last_message, secret, codes)
		select case when n % 41 = 0 then 'drafted' else 'answered' end, 'consult', 'Question ' || n, 'words', 'Dana', 'dana' || n || '@ortho.example',
			now() - n * interval '1 minute', now(), case when n % 41 = 0 then null else now() - n * interval '1 minute' end, 1, 'x', '{20610,99213}'
		from generate_series(1, 205000) n`)
	if err == nil {
		_, err = d.pool.Exec(b.Context(), `vacuum analyze cases`)
	}
	if err != nil {
		b.Fatal(err)
	}
	c := d.client("rosa@desk.example")
	for _, path := range []string{"/", "/?view=unclaimed&sort=due", "/?q=code:20610", "/live", at(id), at(id, "/live"), at(id, "/next")} {
		b.Run(strings.Trim(strings.NewReplacer("/", " ", "?", " ").Replace(path), " ")+" page", func(b *testing.B) {
			for b.Loop() {
				if a := c.get(path); a.status >= 400 {
					b.Fatal(a.status)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/page")
		})
	}
}
