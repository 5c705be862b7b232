package inbox

import (
	"context"
	"errors"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// The classes of what stops a mailbox, as [Class] names them and [Store].Polled
// records them; ClassStore and ClassConfig are never recorded.
const (
	ClassAuth     = "auth"     // the server refuses the password or the token
	ClassSignIn   = "sign-in"  // a person must sign in again (OAuth invalid_grant)
	ClassConnect  = "connect"  // no connection, a lost one, or no answer in time
	ClassTLS      = "tls"      // no TLS, or a certificate that does not hold
	ClassLimit    = "limit"    // the server asks for patience: connections, quota, unavailable
	ClassProtocol = "protocol" // an answer that cannot be read, or a command refused
	ClassStore    = "store"    // our own store failed
	ClassConfig   = "config"   // the configuration cannot work
)

// An Error says which step failed and how. Its text holds no word of the
// server's, which could quote a message.
type Error struct {
	Op    string // what was being done: "sign in", "fetch" …
	Class string // one of the Class constants
	Code  string // IMAP response code (RFC 9051 section 7.1) where it is a known one, else empty
	note  string // our own words, or the text of a dial or certificate error
	err   error  // the cause, for errors.Is; its text is not shown
}

// Error is safe to log.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("inbox: " + e.Op + ": " + e.Class)
	if e.Code != "" {
		b.WriteString(" [" + e.Code + "]")
	}
	if e.note != "" {
		b.WriteString(": " + e.note)
	}
	return b.String()
}

// Unwrap returns the cause. Its text may quote a message: test it with
// errors.Is, never print it.
func (e *Error) Unwrap() error { return e.err }

// ErrNoFolder is wrapped by the errors of [Append] and [FindSent] where the
// folder does not exist: the Sent folder can then say nothing.
var ErrNoFolder = errors.New("no such folder")

// Class returns the class of an error of this package: empty for nil, and for
// other errors [ClassConnect] where a deadline passed, else [ClassProtocol].
func Class(err error) string {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Class
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return ClassConnect
	}
	return ClassProtocol
}

// codeClass sorts the response codes that we know; RFC 9051 section 7.1, and
// THROTTLED of Microsoft and Yahoo.
var codeClass = map[imap.ResponseCode]string{
	imap.ResponseCodeAuthenticationFailed: ClassAuth,
	imap.ResponseCodeAuthorizationFailed:  ClassAuth,
	imap.ResponseCodeExpired:              ClassAuth,
	imap.ResponseCodePrivacyRequired:      ClassTLS,
	imap.ResponseCodeLimit:                ClassLimit,
	imap.ResponseCodeInUse:                ClassLimit,
	imap.ResponseCodeUnavailable:          ClassLimit,
	imap.ResponseCodeOverQuota:            ClassLimit,
	imap.ResponseCodeServerBug:            ClassLimit,
	imap.ResponseCodeTooBig:               ClassLimit,
	"THROTTLED":                           ClassLimit,
	imap.ResponseCodeNonExistent:          ClassProtocol,
	imap.ResponseCodeNoPerm:               ClassProtocol,
	imap.ResponseCodeTryCreate:            ClassProtocol,
	imap.ResponseCodeCannot:               ClassProtocol,
	imap.ResponseCodeCorruption:           ClassProtocol,
	imap.ResponseCodeParse:                ClassProtocol,
	imap.ResponseCodeClientBug:            ClassProtocol,
	imap.ResponseCodeContactAdmin:         ClassProtocol,
	imap.ResponseCodeBadCharset:           ClassProtocol,
	imap.ResponseCodeAlert:                "",
}

// answer classifies what a command returned. lost says that the connection
// itself failed; unknown is the class of a plain refusal.
func answer(op string, err error, lost bool, unknown string) error {
	if err == nil {
		return nil
	}
	if own, ok := errors.AsType[*Error](err); ok {
		return own
	}
	e := &Error{Op: op, Class: ClassProtocol, err: err}
	if status, ok := errors.AsType[*imap.Error](err); ok {
		class, known := codeClass[status.Code]
		if known {
			e.Code = string(status.Code)
		}
		e.Class = class
		if class == "" {
			e.Class = unknown
		}
		if status.Code == imap.ResponseCodeNonExistent || status.Code == imap.ResponseCodeTryCreate {
			e.err = ErrNoFolder
		}
		if status.Type == imap.StatusResponseTypeBye {
			e.Class = ClassLimit
		}
	} else if lost {
		e.Class = ClassConnect
	}
	return e
}

// storeError marks an error of the Store's functions. A lost lease or a
// shutdown inside them stays what it is.
func storeError(op string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Op: op, Class: ClassStore, err: err}
}
