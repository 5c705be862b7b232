// Package review is the consultants' web queue: sign in, the list, the case
// page with mail, draft and evidence side by side, and what a person decides.
//
// # Shape
//
// Pages are rendered on the server and work without JavaScript: every change is
// one POST of a form that names the version that the person saw, and a key that
// makes a second press give the first result. The scripts in static/ add keys,
// saving while typing and live rows; they take no part in any decision.
//
// A handler returns an error; fail in errors.go is the only place that turns
// one into a status, a page and a log line. A page is a typed struct, complete
// before its template runs, and is rendered into a buffer first. The table in
// routes.go says who may do what; no other place does.
//
// # Conflicts
//
// The guards are consult's: version, state and claim are checked under the
// row's lock. A refused action gives status 409 and the case page as it is now,
// with the text that the person had typed still in the editor. Typed text is
// stored before an action is tried, so that no refusal can lose it.
//
// # Live
//
// Run holds one LISTEN connection a process. A changed case id goes to every
// open stream (events.go); the page then asks for the fragment it shows. The
// editor is never part of a fragment.
//
// # What is hostile
//
// The content of mails. Text is escaped by html/template; the formatted view is
// cut down to a list of elements and served from a route of its own under a
// sandboxing policy (mail.go); attachments are only ever downloads.
//
// Nothing that a mail or a draft says reaches a log line, an error or an address.
package review
