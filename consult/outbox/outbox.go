// Package outbox sends stored bytes to one recipient by SMTP, phase by phase,
// and tells what became of them: sent, temporary, permanent or unknown. It
// never retries and never renders (RELIABILITY.md D).
package outbox

// A Verdict says what became of one attempt.
type Verdict string

// Only a clear 2xx after the final dot is Sent; anything but a clear answer
// after the final dot is Unknown and must not be retried by a machine.
const (
	Sent      Verdict = "sent"
	Temporary Verdict = "temporary"
	Permanent Verdict = "permanent"
	Unknown   Verdict = "unknown"
)

// A Result is the evidence of one attempt.
type Result struct {
	Verdict Verdict
	Phase   string // connect, tls, auth, mail, rcpt, data, body, dot
	Code    int    // SMTP reply code; 0: none came
	Status  string // enhanced status code, "5.1.1"; empty: none came
	Reply   string // the server's words, one line, controls stripped, at most 400 bytes
	Account bool   // the refusal is about our own account or policy: pause sending, do not blame the recipient
}
