package review

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/inbox/casemail"
)

// fill makes a path of a route's pattern.
func fill(pattern string, caseID, mail, aside int64) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	id := mail
	if strings.HasPrefix(path, "/aside") {
		id = aside
	}
	return method, strings.NewReplacer("{$}", "", "{id}", fmt.Sprint(caseID), "{mail}", fmt.Sprint(id), "{n}", "0").Replace(path)
}

// TestWhoMayDoWhat asks every route of the table as nobody and as each role.
// A request that is let through may fail for its empty form; that it was let
// through is what counts.
func TestWhoMayDoWhat(t *testing.T) {
	d := newDesk(t)
	q := simple(5)
	q.attach = "note"
	id := d.ask(q)
	aside := d.setAside(casemail.List, "a list", q)
	clients := map[string]*client{"nobody": d.client(""), "coder": d.client("rosa@desk.example")}
	for _, role := range []string{"lead", "admin", "auditor"} {
		d.person(role+"@desk.example", role, "", role)
		clients[role] = d.client(role + "@desk.example")
	}
	for who, c := range clients {
		for _, rt := range routes {
			if rt.access == anybody || strings.HasSuffix(rt.pattern, "/events") {
				continue // streams do not end; TestStream has them
			}
			method, path := fill(rt.pattern, id, 1, aside)
			var a answer
			if method == http.MethodGet {
				a = c.get(path)
			} else {
				a = c.post(path, url.Values{})
			}
			in := a.status != http.StatusUnauthorized && !strings.HasPrefix(a.header.Get("Location"), "/sign-in")
			want := who != "nobody"
			if got := in; got != want {
				t.Errorf("%s %s: signed in %v, want %v (status %d)", who, rt.pattern, got, want, a.status)
			}
			forbidden := want && rt.access == decides && who == "auditor"
			if got := a.status == http.StatusForbidden; got != forbidden {
				t.Errorf("%s %s: status %d, forbidden should be %v", who, rt.pattern, a.status, forbidden)
			}
			if a.status >= 500 {
				t.Errorf("%s %s: status %d\n%s", who, rt.pattern, a.status, d.log)
			}
		}
	}
	if c := d.load(id); c.State != consult.Drafted {
		t.Errorf("empty forms made the case %s", c.State)
	}
}

// TestPolicies pins the exact policy of each kind of answer.
func TestPolicies(t *testing.T) {
	const (
		ours  = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
		their = "sandbox allow-popups; default-src 'none'; img-src data: 'self'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
		file  = "sandbox; default-src 'none'; frame-ancestors 'none'"
	)
	d := newDesk(t)
	q := simple(5)
	q.html, q.attach = "<p>hello<script>alert(1)</script>", "<script>alert(1)</script>"
	id := d.ask(q)
	aside := fmt.Sprint("/aside/", d.setAside(casemail.Unreadable, "x", q))
	c := d.client("rosa@desk.example")
	for _, tc := range []struct{ path, policy, kind, cache string }{
		{"/", ours, "text/html; charset=utf-8", "no-store"},
		{"/sign-in?next=/x", ours, "text/html; charset=utf-8", "no-store"},
		{"/nowhere", ours, "text/html; charset=utf-8", "no-store"},
		{"/aside", ours, "text/html; charset=utf-8", "no-store"},
		{at(id), ours, "text/html; charset=utf-8", "no-store"},
		{at(id, "/mails/1"), ours, "text/html; charset=utf-8", "no-store"},
		{at(id, "/mails/1/formatted"), their, "text/html; charset=utf-8", "no-store"},
		{at(id, "/preview"), their, "text/html; charset=utf-8", "no-store"},
		{at(id, "/mails/1/attachments/0"), file, "application/octet-stream", "no-store"},
		{at(id, "/mails/1/raw"), file, "application/octet-stream", "no-store"},
		{aside + "/formatted", their, "text/html; charset=utf-8", "no-store"},
		{aside + "/attachments/0", file, "application/octet-stream", "no-store"},
		{d.server.pages.prefix + "app.js", ours, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
	} {
		a := c.get(tc.path)
		h := a.header
		if h.Get("Content-Security-Policy") != tc.policy || h.Get("Content-Type") != tc.kind || h.Get("Cache-Control") != tc.cache {
			t.Errorf("%s: status %d, policy %q, type %q, cache %q", tc.path, a.status, h.Get("Content-Security-Policy"), h.Get("Content-Type"), h.Get("Cache-Control"))
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: nosniff %q, referrer %q", tc.path, h.Get("X-Content-Type-Options"), h.Get("Referrer-Policy"))
		}
		if tc.policy == file && !strings.HasPrefix(h.Get("Content-Disposition"), "attachment; filename=") {
			t.Errorf("%s: disposition %q", tc.path, h.Get("Content-Disposition"))
		}
		if strings.Contains(a.body, "<script>alert") && tc.policy != file {
			t.Errorf("%s: a script came through", tc.path)
		}
	}
	for _, path := range []string{at(id, "/mails/2/raw"), at(id, "/mails/77"), at(id, "/mails/1/attachments/9"), "/aside/1", at(77)} {
		if a := c.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, a.status)
		}
	}
	var n int
	if err := d.pool.QueryRow(t.Context(), `select count(*) from audit where action = 'downloaded' and actor = 'rosa@desk.example'`).Scan(&n); err != nil || n != 3 {
		t.Errorf("%d downloads in the audit, want 3 (%v)", n, err)
	}
}

func TestCrossSitePostsAreRefused(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(1))
	c := d.client("rosa@desk.example")
	for _, site := range []string{"cross-site", "same-site"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.web.URL+at(id, "/claim"), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Sec-Fetch-Site", site)
		if a := c.do(req); a.status != http.StatusForbidden {
			t.Errorf("%s: status %d", site, a.status)
		}
	}
	if d.load(id).ClaimedBy != 0 {
		t.Error("another site claimed a case")
	}
}

// TestGenericRefusals: a wrong password, an unknown account and a disabled one
// read the same, and tries are counted for each.
func TestGenericRefusals(t *testing.T) {
	d := newDesk(t)
	d.person("gone@desk.example", "Gone", "", "coder")
	if _, err := d.pool.Exec(t.Context(), `update people set disabled_at = now() where email = 'gone@desk.example'`); err != nil {
		t.Fatal(err)
	}
	c := d.client("")
	try := func(email, pass string) answer {
		return c.post("/sign-in", url.Values{"email": {email}, "password": {pass}})
	}
	for _, tc := range [][2]string{{"rosa@desk.example", "wrong"}, {"nobody@desk.example", password}, {"gone@desk.example", password}} {
		a := try(tc[0], tc[1])
		if a.status != http.StatusUnauthorized || !strings.Contains(a.body, "Email and password do not fit.") || len(a.header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s: status %d, cookies %q", tc[0], a.status, a.header.Values("Set-Cookie"))
		}
	}
	for range freeAccount - 1 {
		try("rosa@desk.example", "wrong")
	}
	a := try("rosa@desk.example", password)
	if a.status != http.StatusUnauthorized || !strings.Contains(a.body, "Too many tries. Wait 5 s") {
		t.Errorf("after %d wrong tries the right one got status %d\n%s", freeAccount, a.status, a.body)
	}
	d.later(6 * time.Second)
	if a := try("rosa@desk.example", password); a.status != http.StatusSeeOther {
		t.Errorf("after waiting: status %d", a.status)
	}
	if a := try("rosa@desk.example", "wrong"); !strings.Contains(a.body, "do not fit") {
		t.Error("a success did not clear the account's count")
	}
}

func TestPenaltyGrows(t *testing.T) {
	for beyond, want := range map[int]time.Duration{-1: 0, 0: 5 * time.Second, 1: 10 * time.Second, 4: 80 * time.Second, 9: longestWait, 99: longestWait} {
		if got := penalty(beyond); got != want {
			t.Errorf("penalty(%d) = %s, want %s", beyond, got, want)
		}
	}
}

// expiry returns when the one session ends, as the database has it.
func (d *desk) expiry() (at time.Time) {
	d.Helper()
	if err := d.pool.QueryRow(d.Context(), `select expiry from sessions`).Scan(&at); err != nil {
		d.Fatal(err)
	}
	return at
}

// TestIdleSession: saving, streams and fragments keep nobody signed in; keys
// and pages do. An idle session ends.
func TestIdleSession(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(1))
	c := d.client("rosa@desk.example")
	form := c.get(at(id)).form(t, "editor")
	soon := time.Now().Add(time.Minute).Truncate(time.Second)
	set := func(to time.Time) {
		if _, err := d.pool.Exec(t.Context(), `update sessions set expiry = $1`, to); err != nil {
			t.Fatal(err)
		}
	}
	quiet := map[string]func() answer{
		"saving":    func() answer { return c.post(at(id, "/type"), form) },
		"list":      func() answer { return c.get("/live") },
		"case":      func() answer { return c.get(at(id, "/live")) },
		"formatted": func() answer { return c.get(at(id, "/mails/1/formatted")) },
	}
	for name, do := range quiet {
		set(soon)
		if a := do(); a.status != http.StatusOK {
			t.Errorf("%s: status %d", name, a.status)
		}
		if got := d.expiry(); !got.Equal(soon) {
			t.Errorf("%s moved the session's end to %s", name, got)
		}
	}
	loud := map[string]func() answer{
		"page": func() answer { return c.get(at(id)) },
		"key":  func() answer { return c.post("/active", url.Values{"case": {fmt.Sprint(id)}}) },
	}
	for name, do := range loud {
		set(soon)
		do()
		if left := time.Until(d.expiry()); left < 14*time.Minute || left > 15*time.Minute+time.Second {
			t.Errorf("%s leaves %s, want 15 minutes", name, left)
		}
	}
	set(time.Now().Add(-time.Second))
	if a := c.get(at(id)); a.status != http.StatusSeeOther || a.header.Get("Location") != "/sign-in?next="+url.QueryEscape(at(id)) {
		t.Errorf("after the idle time: status %d to %q", a.status, a.header.Get("Location"))
	}
}

func TestSignOutAndRotation(t *testing.T) {
	d := newDesk(t)
	c := d.client("rosa@desk.example")
	u, _ := url.Parse(d.web.URL)
	first := c.Jar.Cookies(u)[0].Value
	c.post("/sign-in", url.Values{"email": {"rosa@desk.example"}, "password": {password}})
	second := c.Jar.Cookies(u)[0].Value
	if first == second {
		t.Error("the session token stayed over a sign-in")
	}
	var n int
	if err := d.pool.QueryRow(t.Context(), `select count(*) from sessions where token in ($1, $2)`, first, second).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d tokens stand in the database as they are (%v)", n, err)
	}
	a := c.post("/sign-out", nil)
	if a.header.Get("Clear-Site-Data") != `"cache", "storage"` || a.header.Get("Location") != "/sign-in" {
		t.Errorf("sign-out: %v", a.header)
	}
	if a := c.get("/"); a.header.Get("Location") != "/sign-in" {
		t.Errorf("after the sign-out: status %d", a.status)
	}
}

// TestPlainHTTP: beyond loopback a password needs TLS, from us or from a proxy
// that the configuration trusts, and the cookie says so.
func TestPlainHTTP(t *testing.T) {
	d := newDesk(t, func(c *Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} })
	form := url.Values{"email": {"rosa@desk.example"}, "password": {password}}.Encode()
	for _, tc := range []struct {
		name, remote, host, proto string
		cookie                    string // empty: refused
	}{
		{"this machine", "127.0.0.1:9", "localhost:8080", "", plainCookie},
		{"this machine, IPv6", "[::1]:9", "[::1]:8080", "", plainCookie},
		{"the network", "192.0.2.7:9", "desk.example", "", ""},
		{"a proxy nobody named", "127.0.0.1:9", "desk.example", "https", ""},
		{"a forged header", "192.0.2.7:9", "desk.example", "https", ""},
		{"a trusted proxy", "10.1.2.3:9", "desk.example", "https", secureCookie},
		{"a trusted proxy without TLS", "10.1.2.3:9", "desk.example", "http", ""},
	} {
		req := httptest.NewRequest(http.MethodPost, "http://"+tc.host+"/sign-in", strings.NewReader(form))
		req.RemoteAddr = tc.remote
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if tc.proto != "" {
			req.Header.Set("X-Forwarded-Proto", tc.proto)
		}
		w := httptest.NewRecorder()
		d.server.ServeHTTP(w, req)
		got := ""
		for _, c := range w.Result().Cookies() {
			got = c.Name
			if !c.HttpOnly || c.Path != "/" || c.SameSite != http.SameSiteLaxMode || c.Secure != (c.Name == secureCookie) {
				t.Errorf("%s: cookie %+v", tc.name, c)
			}
		}
		if got != tc.cookie {
			t.Errorf("%s: cookie %q, want %q (status %d)", tc.name, got, tc.cookie, w.Code)
		}
		if tc.cookie == "" && (w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "trusted_proxies")) {
			t.Errorf("%s: status %d does not say what to do", tc.name, w.Code)
		}
	}
}

func TestPeerThroughProxies(t *testing.T) {
	s := &Server{Config: Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	for _, tc := range []struct{ remote, forwarded, want string }{
		{"192.0.2.7:9", "", "192.0.2.7"},
		{"192.0.2.7:9", "203.0.113.9", "192.0.2.7"},
		{"10.0.0.1:9", "203.0.113.9", "203.0.113.9"},
		{"10.0.0.1:9", "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"},
		{"10.0.0.1:9", "nonsense", "10.0.0.1"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = tc.remote
		if tc.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tc.forwarded)
		}
		if got := s.peer(r).String(); got != tc.want {
			t.Errorf("%s via %q: %s, want %s", tc.remote, tc.forwarded, got, tc.want)
		}
	}
}

// TestStream: a change reaches an open stream as the case's id, and the stream
// ends with the server.
func TestStream(t *testing.T) {
	d := newDesk(t)
	c := d.client("rosa@desk.example")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.web.URL+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	read := func(want string) {
		t.Helper()
		var got strings.Builder
		buf := make([]byte, 256)
		for !strings.Contains(got.String(), want) {
			n, err := res.Body.Read(buf)
			got.Write(buf[:n])
			if err != nil {
				t.Fatalf("%q: %v", got.String(), err)
			}
		}
	}
	read("event: ready")
	id := d.ask(simple(1))
	read(fmt.Sprintf("event: case\ndata: %d\n", id))
	if _, err := d.pool.Exec(t.Context(), `select pg_terminate_backend(pid) from pg_stat_activity
		where datname = current_database() and query = 'listen "case"'`); err != nil {
		t.Fatal(err)
	}
	read("event: case\ndata: " + everything + "\n") // the lost connection was made again
	id = d.ask(simple(2))
	read(fmt.Sprintf("event: case\ndata: %d\n", id))
	d.server.hub.close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Errorf("the stream did not end well: %v", err)
	}
	if a := d.client("").get("/events"); a.status != http.StatusSeeOther {
		t.Errorf("a stranger's stream: status %d", a.status)
	}
}

// TestNothingLeaksIntoLogs plants words in a mail, a draft and a search, makes
// requests succeed and fail, and looks for them in the log and in addresses.
func TestNothingLeaksIntoLogs(t *testing.T) {
	const canary = "CANARYPATIENT"
	d := newDesk(t)
	q := simple(1)
	q.subject, q.body, q.name, q.markdown = canary, canary+" has pain", canary, canary
	id := d.ask(q)
	c := d.client("rosa@desk.example")
	form := c.get(at(id)).form(t, "editor")
	form.Set("to", canary+" is no address")
	c.post(at(id, "/summary"), form)
	c.post(at(id, "/approve"), form)
	c.get("/?q=" + canary)
	c.get("/?after=" + canary)
	for table, rename := range map[string]string{"drafts": "d", "messages": "m"} {
		if _, err := d.pool.Exec(t.Context(), fmt.Sprintf("alter table %s rename to %s", table, rename)); err != nil {
			t.Fatal(err)
		}
		if a := c.get(at(id)); a.status != http.StatusInternalServerError || strings.Contains(a.body, canary) {
			t.Errorf("without %s: status %d", table, a.status)
		}
	}
	if !strings.Contains(d.log.String(), "SQLSTATE") {
		t.Error("a failed page left no line in the log")
	}
	if strings.Contains(d.log.String(), canary) {
		t.Errorf("the log names the patient:\n%s", d.log)
	}
}

// TestWellFormed: on every page each element that must be closed is, ids are
// unique, labels and references point at something, no style stands inline.
func TestWellFormed(t *testing.T) {
	d := newDesk(t)
	first := d.shown()
	c := d.client("rosa@desk.example")
	form := c.get(at(first)).form(t, "editor")
	form.Set("markdown", "a changed text")
	c.post(at(first, "/type"), form)
	pages := map[string]string{"sign in": d.client("").get("/sign-in").body, "summary": c.post(at(first, "/summary"), form).body,
		"setting aside": c.post(at(first, "/setting-aside"), form).body}
	for _, path := range []string{"/", "/?q=none", "/aside", at(first), at(first, "?tab=sent"), at(first, "?tab=changes"), at(first, "/mails/1"), at(99)} {
		pages[path] = c.get(path).body
	}
	for name, page := range pages {
		for _, problem := range malformed(page) {
			t.Errorf("%s: %s", name, problem)
		}
	}
}

var void = map[string]bool{"meta": true, "link": true, "input": true, "img": true, "br": true, "hr": true, "path": true}

func malformed(page string) (problems []string) {
	var open []string
	ids, refs := map[string]bool{}, map[string]bool{}
	z := html.NewTokenizer(strings.NewReader(page))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		switch token.Type {
		case html.StartTagToken:
			if !void[token.Data] {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				return append(problems, fmt.Sprintf("</%s> closes %v", token.Data, open))
			}
			open = open[:len(open)-1]
		}
		for _, a := range token.Attr {
			switch {
			case a.Key == "id" && ids[a.Val]:
				problems = append(problems, "id twice: "+a.Val)
			case a.Key == "id":
				ids[a.Val] = true
			case a.Key == "for" || a.Key == "form" || a.Key == "aria-labelledby" && a.Val != "dialog-title" || a.Key == "aria-describedby":
				refs[a.Val] = true
			case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
				problems = append(problems, "inline "+a.Key)
			}
		}
	}
	for ref := range refs {
		if !ids[ref] {
			problems = append(problems, "nothing has the id "+ref)
		}
	}
	if len(open) > 0 {
		problems = append(problems, fmt.Sprintf("never closed: %v", open))
	}
	return problems
}
