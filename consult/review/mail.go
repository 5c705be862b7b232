package review

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/jobs"
)

// What a page shows of a mail before it refers to the original.
const (
	maxText = 200 << 10
	maxHTML = 2 << 20
)

type mailView struct {
	ID          int64
	Path        string // of the mail's own page
	Newest      bool
	From        string
	Address     string
	ReplyTo     string // where it differs from the sender
	Trust       string
	At          moment
	Subject     string
	Text        []textPart
	Cut         bool
	Quote       string
	QuoteLines  int
	Signature   string
	HTML        bool
	Attachments []fileView
	Problems    []string
	Kind        string
	Reason      string
	To, Cc      string
}

// A textPart is a piece of a mail's text; one with a code is underlined.
type textPart struct{ Text, Code string }

type fileView struct {
	Name, Type, Size, URL string
	Note                  string
}

func (s *Server) mailViews(mails []jobs.Mail, mentions []code.Mention, path string, v *visit) []mailView {
	var out []mailView
	for i := range mails {
		m := s.mailView(&mails[i], path+"/mails/"+strconv.FormatInt(mails[i].ID, 10), v.now)
		if m.Newest = i == 0; m.Newest {
			m.Text = underline(m.Text[0].Text, mentions)
		}
		out = append(out, m)
	}
	return out
}

func (s *Server) mailView(m *jobs.Mail, path string, now time.Time) mailView {
	view := mailView{ID: m.ID, Path: path, From: m.From.Name, Address: m.From.Address, Trust: m.Trust,
		At: s.clock(m.ReceivedAt, now), Subject: m.Subject, Signature: m.Signature, HTML: m.HTML != "",
		Problems: m.Problems, Kind: m.Kind, Reason: m.Reason}
	if view.From == "" {
		view.From = m.From.Address
	}
	for _, r := range m.ReplyTo {
		if r.Address != m.From.Address {
			view.ReplyTo = r.Address
		}
	}
	var text string
	text, view.Cut = cut(m.NewText, maxText)
	view.Text = []textPart{{Text: text}}
	view.Quote, _ = cut(m.Quote, maxText)
	if view.Quote != "" {
		view.QuoteLines = strings.Count(strings.TrimRight(m.Quote, "\n"), "\n") + 1
	}
	for _, a := range m.To {
		view.To = join(view.To, a.Address)
	}
	for _, a := range m.Cc {
		view.Cc = join(view.Cc, a.Address)
	}
	for i, a := range m.Attachments {
		f := fileView{Name: a.Name, Type: a.Type, Size: bytesWords(a.Size), URL: path + "/attachments/" + strconv.Itoa(i)}
		if a.TextChars == 0 {
			f.Note = "not read"
		}
		view.Attachments = append(view.Attachments, f)
	}
	return view
}

func join(list, item string) string {
	if list == "" {
		return item
	}
	return list + ", " + item
}

func cut(s string, limit int) (string, bool) {
	if len(s) <= limit {
		return s, false
	}
	for !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit], true
}

func bytesWords(n int) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%d KB", (n+1<<9)>>10)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

// underline cuts a text at the codes that it names. A mention that does not
// fit the text any more is left out, and so is one inside another.
func underline(text string, mentions []code.Mention) []textPart {
	list := slices.DeleteFunc(slices.Clone(mentions), func(m code.Mention) bool {
		return m.Region != code.Body || m.Start < 0 || m.End > len(text) || m.Start >= m.End || text[m.Start:m.End] != m.Text
	})
	slices.SortFunc(list, func(a, b code.Mention) int { return a.Start - b.Start })
	var out []textPart
	at := 0
	for _, m := range list {
		if m.Start < at {
			continue
		}
		if m.Start > at {
			out = append(out, textPart{Text: text[at:m.Start]})
		}
		out = append(out, textPart{m.Text, m.Code})
		at = m.End
	}
	return append(out, textPart{Text: text[at:]})
}

// sanitizer keeps the elements that carry meaning in a mail. Styles, classes,
// images, forms and everything that loads or runs are dropped.
func sanitizer() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "div", "span", "b", "strong", "i", "em", "u", "s", "sub", "sup", "small", "code",
		"pre", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6",
		"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("td", "th")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return p
}

// showHosts writes behind each link of sanitised HTML where it really leads.
func showHosts(safe string) string {
	var out strings.Builder
	host := ""
	for z := html.NewTokenizer(strings.NewReader(safe)); z.Next() != html.ErrorToken; {
		out.Write(z.Raw())
		switch t := z.Token(); {
		case t.Type == html.StartTagToken && t.Data == "a":
			host = linkHost(t)
		case t.Type == html.EndTagToken && t.Data == "a" && host != "":
			out.WriteString(` <span class="note">[` + html.EscapeString(host) + `]</span>`)
			host = ""
		}
	}
	return out.String()
}

func linkHost(a html.Token) string {
	for _, attr := range a.Attr {
		if u, err := url.Parse(attr.Val); attr.Key == "href" && err == nil {
			return cmp.Or(u.Host, u.Opaque)
		}
	}
	return ""
}

// formattedPage is the whole document of a mail's formatted view.
var formattedPage = template.Must(template.New("formatted").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Formatted view</title><style>
body{font:14px/20px system-ui,sans-serif;margin:12px;color:#1a1f24;background:#fff;overflow-wrap:anywhere}
table{border-collapse:collapse}td,th{border:1px solid #c9d0d6;padding:2px 6px;text-align:left;vertical-align:top}
blockquote{margin:8px 0;padding-left:10px;border-left:3px solid #c9d0d6}pre{white-space:pre-wrap}
.note{color:#5a646d}</style></head><body>{{.Body}}{{with .Note}}<p class="note">{{.}}</p>{{end}}</body></html>
`))

// serveFormatted writes the inert form of a mail's HTML. The caller's route
// says who may see it.
func (s *Server) serveFormatted(w http.ResponseWriter, sent string) error {
	sent, long := cut(sent, maxHTML)
	page := struct {
		Body template.HTML
		Note string
	}{Body: template.HTML(showHosts(sanitizer().Sanitize(sent)))}
	if long {
		page.Note = "The mail is longer than this view shows. Download the original for the rest."
	}
	inert(w)
	return formattedPage.Execute(w, page)
}

// inert marks a response as somebody else's words.
func inert(w http.ResponseWriter) {
	w.Header().Set("Content-Security-Policy", mailPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
}

// download writes bytes that no browser may show.
func download(w http.ResponseWriter, name string, data []byte) {
	w.Header().Set("Content-Security-Policy", filePolicy)
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", disposition(name))
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = w.Write(data)
}

func disposition(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	if d := mime.FormatMediaType("attachment", map[string]string{"filename": strings.Trim(name, ". ")}); d != "" {
		return d
	}
	return "attachment"
}

// caseMail loads the mail of the path, which must belong to the path's case.
func (s *Server) caseMail(r *http.Request, tx pgx.Tx) (*jobs.Mail, error) {
	id, err := pathID(r, "id")
	if err != nil {
		return nil, err
	}
	m, err := s.pathMail(r, tx)
	if err == nil && m.CaseID != id {
		err = consult.ErrNotFound
	}
	return m, err
}

func (s *Server) pathMail(r *http.Request, tx pgx.Tx) (*jobs.Mail, error) {
	id, err := pathID(r, "mail")
	if err != nil {
		return nil, err
	}
	return jobs.LoadMail(r.Context(), tx, id)
}

type mailPage struct {
	frame
	Back string
	Mail mailView
	Case int64 // 0: the mail is set aside
}

// mailPageOf shows one mail by itself: formatted, with its addresses and the
// way to the original bytes.
func mailPageOf(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	page := &mailPage{frame: s.frame(r, v, "Original mail")}
	err := s.tx(r.Context(), func(tx pgx.Tx) error {
		m, err := s.caseMail(r, tx)
		if err != nil {
			return err
		}
		page.Case, page.Back = m.CaseID, casePath(m.CaseID)
		page.Mail = s.mailView(m, r.URL.Path, v.now)
		history, err := consult.History(r.Context(), tx, m.CaseID)
		if err != nil {
			return err
		}
		return s.auditRead(r.Context(), tx, m.CaseID, v, history)
	})
	if err != nil {
		return err
	}
	return s.render(w, http.StatusOK, "mail", page)
}

func formatted(s *Server, w http.ResponseWriter, r *http.Request, _ *visit) error {
	m, err := inTx(r.Context(), s, func(tx pgx.Tx) (*jobs.Mail, error) { return s.caseMail(r, tx) })
	if err != nil {
		return err
	}
	return s.serveFormatted(w, m.HTML)
}

// raw downloads a mail as it came. The download is in the case's history.
func raw(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	var m *jobs.Mail
	data, err := inTx(r.Context(), s, func(tx pgx.Tx) (data []byte, err error) {
		if m, err = s.caseMail(r, tx); err != nil {
			return nil, err
		}
		if err := s.auditDownload(r.Context(), tx, v, m, "original"); err != nil {
			return nil, err
		}
		return jobs.RawBytes(r.Context(), tx, m.ID)
	})
	if err != nil {
		return err
	}
	download(w, fmt.Sprintf("mail-%d.eml", m.ID), data)
	return nil
}

func attachment(s *Server, w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.serveAttachment(w, r, v, s.caseMail)
}

func (s *Server) serveAttachment(w http.ResponseWriter, r *http.Request, v *visit, load func(*http.Request, pgx.Tx) (*jobs.Mail, error)) error {
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 {
		return consult.ErrNotFound
	}
	var name string
	data, err := inTx(r.Context(), s, func(tx pgx.Tx) (data []byte, err error) {
		m, err := load(r, tx)
		if err != nil {
			return nil, err
		}
		if name, data, err = jobs.AttachmentBytes(r.Context(), tx, m.ID, n); err != nil {
			return nil, err
		}
		return data, s.auditDownload(r.Context(), tx, v, m, "attachment "+strconv.Itoa(n))
	})
	if err != nil {
		return err
	}
	download(w, name, data)
	return nil
}

func (s *Server) auditDownload(ctx context.Context, tx pgx.Tx, v *visit, m *jobs.Mail, what string) error {
	return consult.AuditReading(ctx, tx, m.CaseID, v.now, v.person.Email, "downloaded", fmt.Sprintf("message %d %s", m.ID, what))
}

// inTx is Server.tx for a function with a result.
func inTx[T any](ctx context.Context, s *Server, f func(pgx.Tx) (T, error)) (result T, err error) {
	err = s.tx(ctx, func(tx pgx.Tx) error {
		result, err = f(tx)
		return err
	})
	return result, err
}
