package outbox

import (
	"context"
	"crypto/x509"
	"errors"
	"net/mail"
	"net/textproto"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wneessen/go-mail/smtp"
)

// A Sender sends through one submission server. It holds no connection between
// attempts and may be used by several goroutines.
type Sender struct {
	cfg  Config
	host string // of cfg.Host, the name that the certificate must bear
}

// Send makes one attempt to hand raw, whole and with CRLF line ends, to the
// server for one recipient. from and rcpt are plain addr-specs; an empty from
// is the null sender. The caller has committed the attempt before, commits the
// Result after, and decides about trying again: Send never does.
//
// The verdict follows RELIABILITY.md D: before the final dot an error of the
// network or a 4xx reply is Temporary and a 5xx reply Permanent; after it 2xx
// is Sent, 4xx Temporary, 5xx Permanent, and anything else, silence included,
// Unknown. When ctx ends before the dot the attempt is Temporary; after it the
// reply is awaited for Config.Grace more.
func (s *Sender) Send(ctx context.Context, from, rcpt string, raw []byte) Result {
	if !addrSpec(rcpt) {
		return Result{Verdict: Permanent, Phase: phaseRcpt, Reply: "not an address; nothing was sent"}
	}
	if from != "" && !addrSpec(from) {
		return Result{Verdict: Permanent, Phase: phaseMail, Reply: "not an address; nothing was sent", Account: true}
	}
	ses, err := s.open(ctx)
	if err != nil {
		return judge(ses.phase, err)
	}
	return ses.deliver(ctx, from, rcpt, raw)
}

// deliver drives the transaction on a session signed in, and closes it.
func (ses *session) deliver(ctx context.Context, from, rcpt string, raw []byte) Result {
	ses.client.SkipSMTPUTF8(ascii(from) && ascii(rcpt))
	step := func(phase string, do func() error) error {
		ses.phase = phase
		ses.allow(ses.cfg.Command)
		return do()
	}
	err := step(phaseMail, func() error { return ses.client.Mail("<" + from + ">") })
	if err == nil {
		err = step(phaseRcpt, func() error { return ses.client.Rcpt("<" + rcpt + ">") })
	}
	if err != nil {
		return ses.refused(err)
	}
	return ses.data(ctx, raw)
}

func (ses *session) data(ctx context.Context, raw []byte) Result {
	ses.phase = phaseData
	ses.allow(ses.cfg.Command)
	w, err := ses.client.Data()
	if err != nil {
		return ses.refused(err)
	}
	ses.phase = phaseBody
	ses.allow(ses.cfg.Body)
	_, err = w.Write(raw)
	if err == nil {
		err = ses.client.Text.W.Flush() // so that an error after this is one of the dot alone
	}
	if err != nil {
		ses.close()
		return judge(phaseBody, err)
	}
	if !ses.pointOfNoReturn(ctx) {
		ses.close()
		return judge(phaseBody, context.Cause(ctx))
	}
	err = w.Close()
	if err != nil && !isReply(err) {
		ses.close()
		return judge(phaseDot, err)
	}
	result := judge(phaseDot, err)
	if err == nil {
		result.Code = 250
		if dot, ok := w.(*smtp.DataCloser); ok {
			result.Reply, result.Status = oneLine(dot.ServerResponse()), enhanced(dot.ServerResponse())
		}
	}
	ses.quit()
	return result
}

// pointOfNoReturn changes what the end of ctx does: from hanging up to
// shortening the wait for the last reply. It reports false if ctx ended before.
func (ses *session) pointOfNoReturn(ctx context.Context) bool {
	ses.phase = phaseDot
	if !ses.stop() {
		return false
	}
	ses.allow(ses.cfg.Dot)
	ses.stop = context.AfterFunc(ctx, func() { ses.allow(ses.cfg.Grace) })
	return true
}

// refused ends the session after a step that erred: politely when the server
// answered, else by hanging up.
func (ses *session) refused(err error) Result {
	result := judge(ses.phase, err)
	if isReply(err) && result.Code != 421 { // 421: the server hangs up itself
		ses.quit()
	} else {
		ses.close()
	}
	return result
}

// judge turns the outcome of a phase into its result; a nil error is success
// of the final dot.
func judge(phase string, err error) Result {
	if err == nil {
		return Result{Verdict: Sent, Phase: phase}
	}
	var reply *textproto.Error
	if !errors.As(err, &reply) {
		return judgeSilence(phase, err)
	}
	r := Result{Phase: phase, Code: reply.Code, Status: enhanced(reply.Msg), Reply: oneLine(reply.Msg)}
	switch reply.Code / 100 {
	case 4:
		r.Verdict = Temporary
	case 5:
		r.Verdict = Permanent
		r.Account = ours(phase, r)
	default:
		r.Verdict = Temporary
		if phase == phaseDot {
			r.Verdict = Unknown
			if reply.Code/100 == 2 { // 251 and the like: taken all the same
				r.Verdict = Sent
			}
		}
	}
	return r
}

// judgeSilence is the verdict where no reply came. The error's text may quote
// addresses and servers, so only its class is kept.
func judgeSilence(phase string, err error) Result {
	r := Result{Verdict: Temporary, Phase: phase, Reply: class(err)}
	if phase == phaseDot {
		r.Verdict = Unknown
	}
	r.Account = phase == phaseAuth && (errors.Is(err, errNoAuth) || errors.Is(err, errToken)) ||
		phase == phaseTLS && (errors.Is(err, errNoTLS) || certificate(err))
	return r
}

func class(err error) string {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, errToken):
		return errToken.Error()
	case errors.Is(err, errNoTLS), errors.Is(err, errNoAuth), errors.Is(err, errReplies):
		return err.Error()
	case certificate(err):
		return "the server's certificate is not trusted"
	case errors.Is(err, context.Canceled):
		return "stopped by us"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no reply in time"
	}
	return "connection lost"
}

func certificate(err error) bool {
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &unknown) || errors.As(err, &host) || errors.As(err, &invalid)
}

// ours reports whether a 5xx reply is about our account, address or server.
// Until RCPT no recipient was named, so the refusal can be about nothing else;
// from then on the codes of RFC 4954 section 6 and those by which submission
// servers refuse a sender tell.
func ours(phase string, r Result) bool {
	switch phase {
	case phaseConnect, phaseTLS, phaseAuth, phaseMail:
		return true
	}
	switch r.Code {
	case 530, 534, 535, 538:
		return true
	}
	switch r.Status {
	case "5.7.0", "5.7.8", "5.7.9", "5.7.11", "5.7.14", // authentication (RFC 4954; Gmail 5.7.14)
		"5.7.57", "5.7.60", "5.2.252", // Exchange: not signed in, may not send as
		"5.1.8", "5.7.501", "5.7.502", "5.7.503", "5.7.708": // Exchange Online: account or tenant blocked
		return true
	case "5.7.1", "":
		text := strings.ToLower(r.Reply)
		return strings.Contains(text, "relay") || strings.Contains(text, "authenticat")
	}
	return false
}

func isReply(err error) bool {
	var reply *textproto.Error
	return errors.As(err, &reply)
}

// enhanced reads the status code at the start of a reply (RFC 2034), "" if none.
func enhanced(reply string) string {
	words := strings.Fields(reply)
	if len(words) == 0 {
		return ""
	}
	parts := strings.Split(words[0], ".")
	if len(parts) != 3 || len(parts[0]) != 1 || !strings.Contains("245", parts[0]) {
		return ""
	}
	for _, p := range parts[1:] {
		if p == "" || len(p) > 3 || strings.Trim(p, "0123456789") != "" {
			return ""
		}
	}
	return strings.Join(parts, ".")
}

// oneLine makes the server's words fit for a row and a page: valid UTF-8
// without controls, at most 400 bytes.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= 400 {
		return s
	}
	s = s[:400]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s
}

// addrSpec reports whether s is one plain address that can stand in a command.
func addrSpec(s string) bool {
	a, err := mail.ParseAddress("<" + s + ">")
	return err == nil && a.Address == s && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == ' ' })
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
