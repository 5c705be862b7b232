package outbox

import (
	"context"
	"crypto/tls"
	"errors"
	"strings"
	"time"
)

// A Report is what the server can do, for "mailbox check".
type Report struct {
	Server     string        `json:"server"`   // as it calls itself
	Security   string        `json:"security"` // of the configuration
	TLS        string        `json:"tls,omitempty"`
	Auth       []string      `json:"auth,omitempty"` // mechanisms offered
	Extensions []string      `json:"extensions,omitempty"`
	SignedIn   bool          `json:"signed_in"`
	Took       time.Duration `json:"took"`
}

// Check connects, signs in and hangs up, and says what the server can do. The
// error names the phase that failed and the server's words.
func (s *Sender) Check(ctx context.Context) (Report, error) {
	start := time.Now()
	ses, err := s.open(ctx)
	if err != nil {
		r := judge(ses.phase, err)
		return Report{Security: s.cfg.Security}, errors.New(strings.TrimSpace("SMTP " + r.Phase + ": " + r.Status + " " + r.Reply))
	}
	report := Report{
		Server: oneLine(ses.client.HelloResponse()), Security: s.cfg.Security,
		SignedIn: s.cfg.Auth != AuthNone, Took: time.Since(start),
	}
	if state, err := ses.client.GetTLSConnectionState(); err == nil {
		report.TLS = tls.VersionName(state.Version)
	}
	if ok, list := ses.client.Extension("AUTH"); ok {
		report.Auth = strings.Fields(list)
	}
	for _, name := range []string{"8BITMIME", "DSN", "PIPELINING", "SIZE", "SMTPUTF8", "CHUNKING"} {
		if ok, value := ses.client.Extension(name); ok {
			report.Extensions = append(report.Extensions, strings.TrimSpace(name+" "+value))
		}
	}
	ses.quit()
	return report, nil
}
