package review

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
)

// axe-core 4.14.1 from npm (MPL-2.0), for tests only.
const axeSum = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"

func axeSource(t *testing.T) string {
	data, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != axeSum {
		t.Fatal("testdata/axe/axe.min.js is not the one pinned here")
	}
	return string(data)
}

// accessible runs axe on what the tab shows.
func (b *tab) accessible(axe, name string) {
	b.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](axe+"\n;0")); err != nil {
		b.Fatal(err)
	}
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](`axe.run(document, {iframes: false}).then(r =>
		r.violations.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ") + " (" + n.failureSummary.split("\n").slice(1).join(" ").trim() + ")").slice(0, 3).join("; ")))`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range found {
		b.Errorf("%s: %s", name, f)
	}
}

// TestAccessible: axe finds nothing on any page, wide in light and dark, and on a
// phone.
func TestAccessible(t *testing.T) {
	axe := axeSource(t)
	d := newDesk(t)
	first := d.shown()
	closed := d.ask(simple(3))
	d.tx(func(tx pgx.Tx) error {
		c, err := consult.Load(t.Context(), tx, closed)
		if err != nil {
			return err
		}
		return consult.Reject(t.Context(), tx, consult.Rejection{CaseID: closed, Person: d.people["rosa@desk.example"], Version: c.Version, Reason: "x", Key: "k", Now: d.now()})
	})
	b := d.browser()
	check := func(name string) {
		t.Helper()
		for _, how := range []struct {
			width int64
			dark  bool
		}{{1280, false}, {1280, true}, {360, false}} {
			b.do(chromedp.EmulateViewport(how.width, 800))
			b.dark(how.dark)
			b.wait(`document.getAnimations().length === 0`)
			b.accessible(axe, fmt.Sprintf("%s, %d px, dark %v", name, how.width, how.dark))
		}
		b.dark(false)
		b.do(chromedp.EmulateViewport(1280, 800))
	}
	check("sign in")
	b.signIn("rosa@desk.example")
	for _, path := range []string{"/", "/?view=mine&q=nothing", "/aside", "/aside/12", at(first), at(first, "?tab=sent"), at(first, "?tab=changes"), at(closed), at(first, "/mails/1"), "/cases/77"} {
		b.visit(path)
		check(path)
	}
	b.visit(at(first))
	b.press("?")
	b.wait(`document.querySelector("#help").open`)
	check("help")
	b.eval(`document.querySelector("#help").close(); document.querySelector("#approve").click()`)
	b.wait(`document.querySelector("#dialog").open`)
	check("summary")
	b.eval(`document.querySelector("#dialog").close(); document.querySelector("#set-aside").click()`)
	b.wait(`document.querySelector("#dialog").open && document.querySelector("#dialog").textContent.includes("gets no answer")`)
	check("setting aside")
	if title := get[string](b, `document.title`); !strings.HasSuffix(title, "CaseConsultant") {
		t.Errorf("title %q", title)
	}
}
