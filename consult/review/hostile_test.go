package review

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// ownPayloads are our own wordings of what mail programs fell for: Roundcube's
// and others' advisories named in RELIABILITY.md E.1.
var ownPayloads = []string{
	`<script>alert(1)</script>`,
	`<img src=x onerror=alert(1)>`,
	`<img src="http://evil.example/pixel.gif">`,
	`<body background="http://evil.example/bg.png" onload=alert(1)>`,
	`<svg><animate attributeName=href values="javascript:alert(1)" begin=0s dur=1s /></svg>`,
	`<svg onload=alert(1)><style>@import "http://evil.example/a.css";</style></svg>`,
	`<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>`,
	`<style>body{background:url(http://evil.example/css.png)}</style>x`,
	`<div style="background:url(http://evil.example/style.png);position:fixed!important;inset:0">x</div>`,
	`<div style="--a:url(http://evil.example/var.png);background:var(--a)">x</div>`,
	`<link rel=stylesheet href="http://evil.example/l.css"><link rel=prefetch href="http://evil.example/p">`,
	`<meta http-equiv=refresh content="0;url=http://evil.example/refresh">`,
	`<base href="http://evil.example/"><img src=rel.png>`,
	`<iframe src="http://evil.example/frame"></iframe><iframe srcdoc="<script>alert(1)</script>"></iframe>`,
	`<object data="http://evil.example/o"></object><embed src="http://evil.example/e">`,
	`<form action="http://evil.example/f"><input autofocus onfocus=alert(1)></form>`,
	`<video poster="http://evil.example/v.png" src="http://evil.example/v.mp4" autoplay></video><audio src="http://evil.example/a.mp3" autoplay></audio>`,
	`<input type=image src="http://evil.example/i.png"><details open ontoggle=alert(1)>x</details>`,
	`<a href="javascript:alert(1)" id=x>x</a><a href="data:text/html,<script>alert(1)</script>">y</a>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
	`<select><template><style></select></template><img src=x onerror=alert(1)>`,
	`<!--><img src=x onerror=alert(1)>-->`,
	`<textarea></textarea><img src=x onerror=alert(1)></textarea>`,
	`<table background="http://evil.example/t.png"><tr><td background="http://evil.example/td.png">x</td></tr></table>`,
	`<img srcset="http://evil.example/s.png 1x"><picture><source srcset="http://evil.example/ps.png"><img></picture>`,
	"<img src=x onerror\x00=alert(1)>\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
}

func payloads(t *testing.T) []string {
	list := ownPayloads
	data, err := os.ReadFile("../../../shared/data/mail/dompurify/expect.json")
	if os.IsNotExist(err) {
		t.Log("without DOMPurify's payloads, which are not part of the project")
		return list
	}
	var more []struct{ Payload string }
	if err == nil {
		err = json.Unmarshal(data, &more)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range more {
		list = append(list, p.Payload)
	}
	return list
}

// TestHostileHTML shows each payload in a real browser under each wall alone,
// and under none, so that it is known to bite. Every foreign host leads to a
// sink that counts.
func TestHostileHTML(t *testing.T) {
	list := payloads(t)
	var fetched atomic.Int64
	sink := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { fetched.Add(1) }))
	defer sink.Close()
	stage := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { perform(w, r, list) }))
	defer stage.Close()
	at, err := url.Parse(sink.URL)
	if err != nil {
		t.Fatal(err)
	}
	b := chromium(t, chromedp.Flag("host-resolver-rules", "MAP * "+at.Host+", EXCLUDE 127.0.0.1"))
	report := page.AddScriptToEvaluateOnNewDocumentParams{Source: `
		for (const f of ["alert", "confirm", "prompt"]) window[f] = () => { top.postMessage("ran", "*"); return 1 };
		if (top === window) { window.ran = 0; addEventListener("message", e => { if (e.data === "ran") window.ran++ }) }`}
	if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, report); err != nil {
		t.Fatal(err)
	}
	for _, layer := range []string{"none", "policy", "sanitizer", "both"} {
		fetched.Store(0)
		b.do(chromedp.Navigate(stage.URL + "/" + layer))
		b.wait(fmt.Sprintf(`window.loaded >= %d`, len(list)))
		// What the payloads start takes a moment more; the frames animate meanwhile.
		if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](`new Promise(r => requestIdleCallback(() => r(0), {timeout: 1000}))`, chromedp.EvalAwaitPromise)); err != nil {
			t.Fatal(err)
		}
		ran, requests := get[int](b, `window.ran`), fetched.Load()
		if layer == "none" {
			if ran < 10 || requests < 10 {
				t.Errorf("without any wall only %d scripts ran and %d requests left: the payloads are blunt", ran, requests)
			}
		} else if ran != 0 || requests != 0 {
			t.Errorf("%s: %d scripts ran, %d requests left", layer, ran, requests)
		}
	}
}

// perform serves /LAYER, a page with a frame for each payload, and /LAYER/N,
// the payload behind that wall.
func perform(w http.ResponseWriter, r *http.Request, list []string) {
	layer, number, single := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if !single {
		fmt.Fprint(w, `<!DOCTYPE html><script>window.loaded = 0; onload = () => { for (let i = 0; i < `, len(list), `; i++) {
			const f = document.createElement("iframe"); f.onload = () => { if (!f.seen) window.loaded++; f.seen = true }; f.src = "/`, layer, `/" + i; document.body.append(f) } }</script><body>`)
		return
	}
	n, err := strconv.Atoi(number)
	if err != nil || n >= len(list) {
		http.NotFound(w, r)
		return
	}
	html := list[n]
	if layer == "sanitizer" || layer == "both" {
		html = sanitizer().Sanitize(html)
	}
	if layer == "policy" || layer == "both" {
		w.Header().Set("Content-Security-Policy", mailPolicy)
	}
	fmt.Fprint(w, html)
}

func TestLinksTellWhereTheyLead(t *testing.T) {
	for in, want := range map[string]string{
		`<p><a href="https://evil.example/x">https://cms.gov</a>, see</p>`: `<p><a href="https://evil.example/x">https://cms.gov</a> <span class="note">[evil.example]</span>, see</p>`,
		`<a href="mailto:a@b.example">write</a>`:                           `<a href="mailto:a@b.example">write</a> <span class="note">[a@b.example]</span>`,
		`<a href="https://cms.gov@evil.example:8443/">x</a> &lt;b&gt;`:     `<a href="https://cms.gov@evil.example:8443/">x</a> <span class="note">[evil.example:8443]</span> &lt;b&gt;`,
		`no link &amp; no change`:                                          `no link &amp; no change`,
	} {
		if got := showHosts(in); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

// TestSanitizerKeepsMeaning: what a coder needs of a mail comes through.
func TestSanitizerKeepsMeaning(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{`<p class=x id=y style="color:red">code <b>99213</b></p>`, `<p>code <b>99213</b></p>`},
		{`<table border=1><tr><td colspan=2 onclick=x>20610</td></tr></table>`, `<table><tr><td colspan="2">20610</td></tr></table>`},
		{`<a href="https://cms.gov/x">CMS</a>`, `<a href="https://cms.gov/x" rel="nofollow noreferrer noopener" target="_blank">CMS</a>`},
		{`<a href="javascript:x">no</a>`, `no`},
		{`<img src="cid:1" alt="scan">after`, `after`},
	} {
		if got := sanitizer().Sanitize(tc.in); got != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.in, got, tc.want)
		}
	}
}
