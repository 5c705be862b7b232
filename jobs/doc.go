// Package jobs runs the steps of a case on River and holds the mail tables:
// mailboxes, messages, their raw bytes, UIDs that would not come.
//
//	Deliver ─▶ intake ─▶ consult ─▶ (a person) ─▶ send ─▶ sent-copy
//
// A mail that opens a case is drafted by its intake, in the same transaction; a
// mail that joins one, and an intake that failed once, get a consult job.
//
// Each step commits its result and the next job in one transaction, and each
// first looks whether its result is there already, so a step that runs twice
// changes nothing: intake by the message's state, consult by the newest mail of
// the case, send by the attempt rows. River delivers at least once and is not
// asked for more; its unique jobs are no idempotency store.
//
// Job arguments hold ids only. Every worker runs behind a middleware that turns
// panics into errors and errors into texts without content: a NUL byte in one
// error text stalls River's completer (RELIABILITY.md, finding 5), and what a
// mail says has no place in a job table.
//
// This package knows neither IMAP nor HTTP: package cmd hands it the functions
// that copy an answer to the Sent folder, and calls Deliver for the watcher.
package jobs
