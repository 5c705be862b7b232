package review

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
)

// typeIn puts text at the end of the editor, key by key.
func (b *tab) typeIn(text string) {
	b.Helper()
	b.eval(`{ const a = document.querySelector("#markdown"); a.focus(); a.setSelectionRange(a.value.length, a.value.length) }`)
	b.press(text)
}

const savedNow = `document.querySelector("#saved").textContent.startsWith("saved ")`

// decisions returns what was decided on a case, oldest first, with the bytes.
func (d *desk) decisions(id int64) (ids []int64, raws []string) {
	d.Helper()
	rows, err := d.pool.Query(d.Context(), `select id, convert_from(raw, 'UTF8') from decisions where case_id = $1 order by id`, id)
	if err != nil {
		d.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var raw string
		if err := rows.Scan(&id, &raw); err != nil {
			d.Fatal(err)
		}
		ids, raws = append(ids, id), append(raws, raw)
	}
	return ids, raws
}

// TestDayOfACoder signs in, opens a case, types, approves, takes it back,
// changes it and approves again, with the keyboard alone. Only the last text
// may leave (UX.md 10, 4).
func TestDayOfACoder(t *testing.T) {
	d := newDesk(t)
	d.skew.Store(0)
	first, second := d.ask(simple(20)), d.ask(simple(10))
	b := d.browser()
	b.press("rosa@desk.example" + kb.Tab + password + kb.Enter)
	b.heading("All open")

	b.press("j")
	b.wait(fmt.Sprintf(`document.activeElement.closest("tr")?.dataset.case === "%d"`, first))
	b.press(kb.Enter)
	b.heading(fmt.Sprintf("Case %d", first))
	b.press("e")
	b.wait(`document.activeElement.id === "markdown"`)
	b.typeIn("\nOLDWORDS")
	b.wait(savedNow)
	b.wait(`document.querySelector("#casebar .claim").textContent.startsWith("claimed by you")`)

	b.press(kb.Enter, chromedp.ModifierCtrl)
	b.wait(`document.querySelector("#dialog").open && document.activeElement.id === "go"`)
	if c := d.load(first); c.State != consult.Drafted {
		t.Fatalf("the summary already made the case %s", c.State)
	}
	b.press(kb.Enter, chromedp.ModifierCtrl, chromedp.ModifierShift)
	b.heading(fmt.Sprintf("Case %d", second))
	if got := get[string](b, `document.activeElement.id`); got != "case-title" {
		t.Errorf("after the approval the focus is on %q, want the next case's heading", got)
	}
	b.wait(`/leaves in/.test(document.querySelector("#undo").textContent)`)

	b.press("z")
	b.heading(fmt.Sprintf("Case %d", first))
	if !strings.Contains(b.area(), "OLDWORDS") {
		t.Fatalf("undo brought back %q", b.area())
	}
	b.press("e")
	b.press("a", chromedp.ModifierCtrl)
	b.press("NEWWORDS only.")
	b.press(kb.Escape)
	b.wait(`document.activeElement.id === "case-title"`)
	b.press("a")
	b.wait(`document.querySelector("#dialog").open`)
	b.press(kb.Enter, chromedp.ModifierCtrl)
	b.wait(`document.querySelector("#casebar")?.dataset.state === "approved"`)

	ids, raws := d.decisions(first)
	if len(ids) != 2 || !strings.Contains(raws[0], "OLDWORDS") || strings.Contains(raws[1], "OLDWORDS") || !strings.Contains(raws[1], "NEWWORDS") {
		t.Fatalf("%d decisions, bytes\n%s", len(ids), strings.Join(raws, "\n-----\n"))
	}
	d.later(consult.UndoFor + time.Second)
	d.tx(func(tx pgx.Tx) error {
		var held *consult.ErrHeld
		if _, err := consult.BeginSending(t.Context(), tx, ids[0], d.now()); !errors.As(err, &held) {
			t.Errorf("the undone decision: %v, want held", err)
		}
		_, err := consult.BeginSending(t.Context(), tx, ids[1], d.now())
		return err
	})
	b.wait(`document.querySelector("#casebar").dataset.state === "sending"`) // told by the stream
	b.press("u")
	b.heading("All open")
}

// TestTwoTabs approves one case twice at once: one decision, one job; the
// second tab shows what the first did (UX.md 10, 3).
func TestTwoTabs(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	one := d.browser()
	one.signIn("rosa@desk.example")
	two := one.another()
	for _, b := range []*tab{one, two} {
		b.visit(at(id))
		b.press("a")
		b.wait(`document.querySelector("#dialog").open`)
	}
	// A page in the background has no stream: this one learns of it by its refusal.
	one.press(kb.Enter, chromedp.ModifierCtrl)
	one.wait(`document.querySelector("#casebar")?.dataset.state === "approved"`)
	two.press(kb.Enter, chromedp.ModifierCtrl)
	two.wait(`document.querySelector("#casebar")?.dataset.state === "approved" && document.body.innerText.includes("leaves in")`)
	if n := d.sendJobs(); n != 1 {
		t.Errorf("%d send jobs, want 1", n)
	}
	if ids, _ := d.decisions(id); len(ids) != 1 {
		t.Errorf("%d decisions, want 1", len(ids))
	}
}

// TestColleagueClaimsWhileTyping: text, cursor and undo stack stay as they are
// (UX.md 10, 1), and so they do when the asker writes again.
func TestColleagueClaimsWhileTyping(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	jon := d.person("jon@desk.example", "Jon Abara", "", "lead")
	b := d.browser()
	b.signIn("rosa@desk.example")
	b.visit(at(id))
	b.typeIn(" mine")
	b.eval(`document.querySelector("#markdown").setSelectionRange(3, 7)`)
	b.wait(savedNow)
	d.tx(func(tx pgx.Tx) error {
		_, err := consult.Claim(t.Context(), tx, id, jon, true, d.now())
		return err
	})
	b.wait(`document.querySelector("#notices").textContent.includes("Jon Abara has claimed this case")`)
	q := simple(0)
	q.from, q.subject, q.body, q.joins = "dana5@ortho.example", "Re: Question 5", "One more thing: the left knee.\n", id
	d.ask(q)
	b.wait(`!document.querySelector("#moved").hidden && document.querySelector("#moved").textContent.includes("New mail from the asker: One more thing")`)
	at := get[[]int](b, `[document.querySelector("#markdown").selectionStart, document.querySelector("#markdown").selectionEnd]`)
	if !strings.HasSuffix(b.area(), " mine") || at[0] != 3 || at[1] != 7 || get[string](b, `document.activeElement.id`) != "markdown" {
		t.Errorf("text %q, selection %v, focus %s", b.area(), at, get[string](b, `document.activeElement.id`))
	}

	// Approving is refused until what is new was shown; the text stays.
	b.press(kb.Escape)
	b.press("a")
	b.wait(`document.querySelector("#alarm")?.textContent.includes("changed since this page was made")`)
	b.press(".")
	b.wait(`document.querySelector("#pane-mail").textContent.includes("the left knee")`)
	if !strings.HasSuffix(b.area(), " mine") {
		t.Errorf("after showing what is new the text is %q", b.area())
	}
	b.press("a")
	b.wait(`document.querySelector("#dialog").open && document.querySelector("#dialog").textContent.includes("claimed by Jon Abara")`)
	if get[bool](b, `!!document.querySelector("#go")`) {
		t.Error("the summary offers to send a case that somebody else has")
	}
	b.press(kb.Escape)
	b.eval(`document.querySelector("#markdown").focus(); document.execCommand("undo")`)
	if !strings.HasSuffix(b.area(), " min") {
		t.Error("the undo stack of the editor is gone")
	}
}

// flaky is a server in front of the desk's that can be switched off, as if its
// process were gone.
type flaky struct {
	http.Handler
	down atomic.Bool
}

func (f *flaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.down.Load() {
		panic(http.ErrAbortHandler)
	}
	f.Handler.ServeHTTP(w, r)
}

// TestServerGoneBetweenKeyAndSave: the text is back after the next sign-in
// (UX.md 10, 2).
func TestServerGoneBetweenKeyAndSave(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	front := &flaky{Handler: d.server}
	web := httptest.NewServer(front)
	t.Cleanup(func() { web.CloseClientConnections(); web.Close() })
	d.web.URL = web.URL
	b := d.browser()
	b.signIn("rosa@desk.example")
	b.visit(at(id))
	front.down.Store(true)
	web.CloseClientConnections()
	b.typeIn(" before the crash")
	b.wait(`document.querySelector("#saved").textContent.includes("not saved")`)
	front.down.Store(false)
	if _, err := d.pool.Exec(t.Context(), `delete from sessions`); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Navigate(b.url + at(id)))
	b.wait(`!!document.querySelector("#email")`)
	b.signIn("rosa@desk.example")
	b.heading(fmt.Sprintf("Case %d", id))
	if !strings.HasSuffix(b.area(), " before the crash") {
		t.Errorf("the text is %q", b.area())
	}
	b.wait(savedNow)
	if left := get[int](b, `Object.keys(localStorage).filter(k => k.startsWith("draft:")).length`); left != 0 {
		t.Errorf("%d texts stay in the browser after the server has them", left)
	}
}

// TestSessionEndsWhileTyping: the sign-in is asked for on the page, and nothing
// reloads.
func TestSessionEndsWhileTyping(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	b := d.browser()
	b.signIn("rosa@desk.example")
	b.visit(at(id))
	b.eval(`window.same = true`)
	if _, err := d.pool.Exec(t.Context(), `delete from sessions`); err != nil {
		t.Fatal(err)
	}
	b.typeIn(" and more")
	b.wait(`document.querySelector("#again").open`)
	b.eval(`{ const f = document.querySelector("#again-form"); f.email.value = "rosa@desk.example"; f.password.value = "` + password + `"; f.requestSubmit() }`)
	b.wait(savedNow)
	if !get[bool](b, `window.same === true`) || !strings.HasSuffix(b.area(), " and more") {
		t.Errorf("the page reloaded or lost its text: %q", b.area())
	}
	d.tx(func(tx pgx.Tx) error {
		a, err := consult.Typing(t.Context(), tx, id, d.people["rosa@desk.example"].ID)
		if a == nil || !strings.HasSuffix(a.Markdown, " and more") {
			t.Errorf("stored %+v", a)
		}
		return err
	})
}

// TestListIsLive: a changed row is updated where it stands, a new one waits
// behind the bar, one that left is greyed.
func TestListIsLive(t *testing.T) {
	d := newDesk(t)
	first, second := d.ask(simple(20)), d.ask(simple(10))
	jon := d.person("jon@desk.example", "Jon Abara", "", "coder")
	b := d.browser()
	b.signIn("rosa@desk.example")
	b.press("jj")
	here := fmt.Sprintf(`document.activeElement.closest("tr")?.dataset.case === "%d"`, second)
	b.wait(here)
	third := d.ask(simple(1))
	b.wait(`document.querySelector("#fresh span").textContent === "1 new, press ." && !document.querySelector("#fresh").hidden`)
	d.tx(func(tx pgx.Tx) error {
		_, err := consult.Claim(t.Context(), tx, first, jon, false, d.now())
		return err
	})
	b.wait(fmt.Sprintf(`document.querySelector("#case-%d .initials")?.textContent === "JA"`, first))
	d.tx(func(tx pgx.Tx) error {
		c, err := consult.Load(t.Context(), tx, first)
		if err != nil {
			return err
		}
		return consult.Reject(t.Context(), tx, consult.Rejection{CaseID: first, Person: jon, Version: c.Version, Reason: "by phone", Key: "k", Now: d.now()})
	})
	b.wait(fmt.Sprintf(`document.querySelector("#case-%d.gone .due").textContent.startsWith("set aside by JA")`, first))
	b.wait(here)
	b.press(".")
	b.wait(fmt.Sprintf(`!!document.querySelector("#case-%d") && !document.querySelector("#case-%d")`, third, first))
	b.press("c")
	b.wait(fmt.Sprintf(`document.querySelector("#case-%d .initials.mine")?.textContent === "RK"`, second))
	b.press("?")
	b.wait(`document.querySelector("#help").open && document.querySelector("#help").textContent.includes("next, previous row")`)
}

// TestKeysKeepOut of other programs' and other alphabets' ways: with Ctrl, Alt
// or Meta, in a field, or switched off, a single key does nothing (UX.md 5).
func TestKeysKeepOut(t *testing.T) {
	d := newDesk(t)
	id := d.ask(simple(5))
	b := d.browser()
	b.signIn("rosa@desk.example")
	b.visit(at(id))
	b.eval(`window.missed = []; addEventListener("keydown", e => e.defaultPrevented && missed.push(e.key))`)
	send := func(init string) {
		t.Helper()
		b.eval(`dispatchEvent(new KeyboardEvent("keydown", {bubbles: true, cancelable: true, ` + init + `}))`)
	}
	for _, init := range []string{`key: "ę", altKey: true`, `key: "e", altKey: true`, `key: "t", ctrlKey: true`, `key: "a", metaKey: true`, `key: "a", repeat: true`, `key: "Dead"`} {
		send(init)
	}
	b.eval(`document.querySelector("#subject").focus()`)
	b.press("ace/?")
	if got := get[string](b, `document.querySelector("#subject").value`); !strings.HasPrefix(got, "ace/?") {
		t.Errorf("the subject is %q", got)
	}
	b.eval(`document.activeElement.blur(); localStorage.setItem("keys", "off")`)
	send(`key: "e"`)
	if got := get[[]string](b, `missed`); len(got) != 0 || get[string](b, `document.activeElement.id`) == "markdown" || get[bool](b, `!!document.querySelector("dialog[open]")`) {
		t.Errorf("keys taken: %q", got)
	}
	b.eval(`localStorage.setItem("keys", "on")`)
	send(`key: "e"`)
	b.wait(`document.activeElement.id === "markdown"`)
}

// TestRefusalStaysReadable sets a case aside without a reason: what the server
// says of it outlives the live updates of the page.
func TestRefusalStaysReadable(t *testing.T) {
	d := newDesk(t)
	id, jon := d.ask(simple(5)), d.person("jon@desk.example", "Jon Abara", "", "lead")
	b := d.browser()
	b.signIn("rosa@desk.example")
	b.visit(at(id))
	b.press("s")
	b.wait(`!!document.querySelector("#dialog[open] form")`)
	b.eval(`{ const f = document.querySelector("#dialog form"); f.noValidate = true; f.requestSubmit() }`)
	const refusal = `!!document.querySelector("#notices [data-sticky]")?.textContent.toLowerCase().includes("say why")`
	b.wait(refusal)
	d.tx(func(tx pgx.Tx) error {
		_, err := consult.Claim(t.Context(), tx, id, jon, true, d.now())
		return err
	})
	b.wait(`document.querySelector("#notices").textContent.includes("Jon Abara has claimed this case")`)
	if !get[bool](b, refusal) {
		t.Error("the refusal vanished with the first live update")
	}
}
