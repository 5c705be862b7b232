package review

import (
	"context"
	"fmt"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// A tab is one page of a real Chromium.
type tab struct {
	testing.TB
	ctx context.Context
	url string
}

// browser starts a Chromium of its own and opens the sign-in page.
func (d *desk) browser() *tab {
	d.Helper()
	b := chromium(d)
	b.url = d.web.URL
	b.visit("/sign-in")
	return b
}

// chromium starts one with an empty profile.
func chromium(d testing.TB, flags ...chromedp.ExecAllocatorOption) *tab {
	d.Helper()
	bin, err := exec.LookPath("chromium")
	if err != nil {
		if bin, err = exec.LookPath("google-chrome"); err != nil {
			d.Fatal("no chromium found: run “make install-deps”")
		}
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(d.TempDir()), chromedp.ExecPath(bin), chromedp.Flag("lang", "en-US"))
	opts = append(opts, flags...)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(d.Context()), 3*time.Minute)
	d.Cleanup(cancel)
	ctx, stop := chromedp.NewExecAllocator(ctx, opts...)
	d.Cleanup(stop)
	ctx, end := chromedp.NewContext(ctx)
	d.Cleanup(end)
	b := &tab{d, ctx, ""}
	b.do(chromedp.EmulateViewport(1280, 800))
	return b
}

// another opens a second tab of the same browser, with the same session.
func (b *tab) another() *tab {
	b.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	b.Cleanup(cancel)
	other := &tab{b.TB, ctx, b.url}
	other.do(chromedp.EmulateViewport(1280, 800))
	return other
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.Fatal(err)
	}
}

// visit opens a page and waits until its scripts run.
func (b *tab) visit(path string) {
	b.Helper()
	b.do(chromedp.Navigate(b.url + path))
	b.wait(`"ready" in document.documentElement.dataset`)
}

func (b *tab) signIn(email string) {
	b.Helper()
	b.eval(fmt.Sprintf(`document.querySelector("#email").value = %q; document.querySelector("#password").value = %q; document.querySelector("main form").requestSubmit()`, email, password))
	b.wait(`!!document.querySelector("[data-sign-out]")`)
	b.wait(`"ready" in document.documentElement.dataset`)
}

// eval runs a script for its effect.
func (b *tab) eval(js string) {
	b.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[int]("{"+js+"}; 0")); err != nil {
		b.Fatalf("%v\n%s", err, js)
	}
}

func get[T any](b *tab, js string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](js))
	if err != nil {
		b.Fatalf("%v\n%s", err, js)
	}
	return v
}

// wait polls until js is true, through navigations.
func (b *tab) wait(js string) {
	b.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(20 * time.Second)
	for {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](js))
		if err == nil && ok {
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.pathname + "\n" + document.body.innerText`))
			b.Fatalf("never true: %s (%v)\n%s", js, err, text)
		}
	}
}

// press sends keys as a person would; modifiers hold for all of them.
func (b *tab) press(keys string, modifiers ...chromedp.Modifier) {
	b.Helper()
	b.do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
}

func (b *tab) heading(words string) {
	b.Helper()
	b.wait(fmt.Sprintf(`"ready" in document.documentElement.dataset && document.querySelector("h1").textContent.trim() === %q`, words))
}

func (b *tab) area() string {
	b.Helper()
	return get[string](b, `document.querySelector("#markdown").value`)
}

func (b *tab) dark(on bool) {
	b.Helper()
	scheme := "light"
	if on {
		scheme = "dark"
	}
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	if err != nil {
		b.Fatal(err)
	}
}

// frames waits until every frame of the page has been drawn.
func (b *tab) frames() {
	b.Helper()
	b.wait(`performance.getEntriesByType("resource").filter(e => e.initiatorType === "iframe" && e.responseEnd > 0).length >= document.querySelectorAll("iframe").length`)
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](`new Promise(r => setTimeout(() => requestAnimationFrame(() => r(0)), 100))`, chromedp.EvalAwaitPromise)); err != nil {
		b.Fatal(err)
	}
}

// picture is what the tab shows, as a PNG.
func (b *tab) picture() []byte {
	b.Helper()
	shot, err := chromedp.Call(b.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{})
	if err != nil {
		b.Fatal(err)
	}
	return shot.Data
}
