package casemail

import (
	"bytes"
	"strings"

	"github.com/emersion/go-msgauth/authres"
	"github.com/emersion/go-msgauth/dkim"
	"golang.org/x/net/publicsuffix"
)

// AuthConfig says whose word about a sender counts.
type AuthConfig struct {
	// AuthservID is the name that the receiving server puts into its
	// Authentication-Results (RFC 8601 section 2.5). Empty: none is believed.
	AuthservID string
	// WithoutID believes a topmost field without a name, as Microsoft 365
	// writes it.
	WithoutID bool
}

// Trust is whether the domain of From vouches for the mail.
type Trust struct {
	Verdict string `json:"verdict"`          // pass, fail, none
	Method  string `json:"method,omitempty"` // dmarc, dkim, spf
	Domain  string `json:"domain,omitempty"` // that of From
	Reason  string `json:"reason"`           // fit to be logged
}

// Verify tells whether m comes from where its From field says. The topmost
// Authentication-Results counts, where it bears the configured name: the
// receiving server takes foreign ones with its name out (RFC 8601 section 5).
// Without one our own DKIM check decides, with lookupTXT for the keys; nil
// skips it. A result counts only for a domain aligned with From's, by their
// organisational domain (RFC 7489 section 3.1).
func Verify(m *Message, cfg AuthConfig, lookupTXT func(domain string) ([]string, error)) Trust {
	_, domain, _ := strings.Cut(m.From.Address, "@")
	t := Trust{Verdict: "none", Domain: domain}
	if len(m.header["from"]) != 1 || len(parseAddresses(m.first("from"))) != 1 {
		// a second From on top keeps the first one's signature valid
		return Trust{Verdict: "fail", Domain: domain, Reason: "not exactly one sender in From"}
	}
	if domain == "" {
		t.Reason = "no sender address"
		return t
	}
	if results, ok := trusted(m, cfg); ok {
		return fromResults(results, t)
	}
	if lookupTXT == nil {
		t.Reason = "no trusted Authentication-Results"
		return t
	}
	return fromDKIM(m.raw, t, lookupTXT)
}

// trusted reads the topmost field if it is the receiving server's.
func trusted(m *Message, cfg AuthConfig) ([]authres.Result, bool) {
	value := strip(clip(m.first("authentication-results")))
	if value == "" {
		return nil, false
	}
	if id, _, _ := strings.Cut(value, ";"); strings.Contains(id, "=") {
		if !cfg.WithoutID {
			return nil, false
		}
		_, results, err := authres.Parse("unnamed; " + value)
		return results, err == nil
	}
	id, results, err := authres.Parse(value)
	return results, err == nil && cfg.AuthservID != "" && strings.EqualFold(id, cfg.AuthservID)
}

// strip takes comments out of a structured field, and makes quoted strings one
// harmless word: both quote what the sender wrote, and the parser, which knows
// neither, would take a result that stands in them for the server's.
func strip(s string) string {
	var b strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case quoted || depth == 0 && c == '"':
			quoted = quoted != (c == '"')
			if c != '"' && !strings.ContainsRune(" \t;=()", rune(c)) {
				b.WriteByte(c)
			}
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return strings.TrimSpace(b.String())
}

func fromResults(results []authres.Result, t Trust) Trust {
	failed := ""
	for _, r := range results {
		method, value, domain := result(r)
		switch {
		case method == "dmarc" && value == authres.ResultPass && aligned(domain, t.Domain),
			(method == "dkim" || method == "spf") && value == authres.ResultPass && aligned(domain, t.Domain) && t.Verdict != "pass":
			t.Verdict, t.Method, t.Reason = "pass", method, "the receiving server says so"
		case method == "dmarc" && value == authres.ResultFail:
			return Trust{Verdict: "fail", Method: method, Domain: t.Domain, Reason: "the receiving server says so"}
		case value == authres.ResultFail && aligned(domain, t.Domain):
			failed = method
		}
	}
	if t.Verdict == "pass" {
		return t
	}
	if failed != "" {
		return Trust{Verdict: "fail", Method: failed, Domain: t.Domain, Reason: "the receiving server says so"}
	}
	t.Reason = "nothing aligned with From"
	return t
}

func result(r authres.Result) (method string, value authres.ResultValue, domain string) {
	switch r := r.(type) {
	case *authres.DMARCResult:
		return "dmarc", r.Value, host(r.From)
	case *authres.DKIMResult:
		domain = r.Domain
		if domain == "" {
			domain = r.Identifier
		}
		return "dkim", r.Value, host(domain)
	case *authres.SPFResult:
		return "spf", r.Value, host(r.From)
	}
	return "", "", ""
}

func host(s string) string {
	s = strings.ToLower(strings.Trim(s, `"<> .`))
	return s[strings.LastIndexByte(s, '@')+1:]
}

// maxSignatures bounds the keys looked up for one mail.
const maxSignatures = 5

func fromDKIM(raw []byte, t Trust, lookupTXT func(string) ([]string, error)) Trust {
	checks, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: lookupTXT, MaxVerifications: maxSignatures})
	if err != nil && len(checks) == 0 {
		t.Reason = "DKIM could not be checked"
		return t
	}
	t.Reason = "no DKIM signature of From's domain"
	for _, c := range checks {
		switch {
		case !aligned(host(c.Domain), t.Domain):
		case c.Err == nil:
			t.Verdict, t.Method, t.Reason = "pass", "dkim", "signature checked by us"
			return t
		case dkim.IsTempFail(c.Err):
			t.Reason = "DKIM key not reachable"
		default:
			t.Verdict, t.Method, t.Reason = "fail", "dkim", "signature checked by us"
		}
	}
	return t
}

// aligned reports whether two domains share their organisational domain.
func aligned(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	if a == "" || b == "" {
		return false
	}
	if a == b {
		return true
	}
	orgA, errA := publicsuffix.EffectiveTLDPlusOne(a)
	orgB, errB := publicsuffix.EffectiveTLDPlusOne(b)
	return errA == nil && errB == nil && orgA == orgB
}
