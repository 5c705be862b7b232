// Package consult is the case: what was asked, what we drafted, who decided
// what, and what became of it. Start reading here.
//
// # One case, in prose
//
// A mail reaches package jobs as raw bytes. Its intake step parses it and calls
// [Join], which opens a case or finds the one that the mail belongs to. The
// consult step calls [Consult], the pipeline
//
//	code.Find → codeset.Gather → code.Resolve → edit.Check → draft.Render
//
// pure but for the one round trip of Gather, and stores the result with
// [StoreDraft]: the draft, and with it everything it was made of. A consultant
// opens the case in package review, claims it, edits and decides. [Approve]
// fixes the exact bytes of the reply and who approved them; after the undo
// window package jobs sends these bytes and nothing else, and records each
// attempt ([BeginSending], [StartAttempt], [FinishAttempt], [Conclude]).
//
// # Three records
//
// A draft is a proposal, a row in drafts; each edit is a new version. A
// decision is a person's word about one version: it names the version, the
// newest mail that the person had seen and a hash of subject, recipients and
// body. An attempt is an action on a decision: one row a recipient and try,
// committed before SMTP begins. None of them is ever changed into another.
//
// # States
//
// The transitions stand in one table in states.go. Every update names the
// state it expects and fails on zero rows with a [Conflict], which carries the
// present state so that a page can show it.
//
// # Transactions
//
// Functions here take a pgx.Tx. The caller, jobs or review, opens it, calls one
// or several of them, inserts the job that follows and commits. Each change
// writes its audit row and notifies the queue pages (channel "case", payload
// the case id) in the same transaction.
//
// # Privacy
//
// What the practice wrote may hold PHI. It lives in messages, cases and drafts
// and nowhere else: no log line, metric, error text or job argument carries it.
// Errors from here name ids, states and reasons.
package consult
