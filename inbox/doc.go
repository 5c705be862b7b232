// Package inbox turns a mailbox on an IMAP server into a stream of raw
// messages, each delivered at least once and never shortened.
//
// # The watch
//
// [Watch] takes the mailbox's lease, signs in, opens the folder with EXAMINE
// and reads bodies with BODY.PEEK[]: it never changes the mailbox, so nobody's
// mail client can hide a case and we can hide none from them. It catches up by
// UID from the store's [Cursor], hands [Batch]es to [Store].Deliver while the
// next ones are fetched, and then waits for news by IDLE, or by NOOP at a pace
// where the server is one's own.
//
// The order of a connection's life, and what each step defends against:
//
//  1. Scan: UID SEARCH SINCE the first day, minus what the store has
//     ([Store].Unseen). It runs where the mailbox was never read, where its
//     UIDVALIDITY changed, and once a day (reconcile), because servers list
//     mail late and people move old mail in. The cursor moves only at its end,
//     so a scan cut short begins again and repeats nothing.
//  2. Look: UID SEARCH UID last+1:*, then the same after each sign of news.
//  3. Recheck: UIDs that the server listed and would not deliver
//     ([Store].Missing) are asked for again, one at a time.
//
// Once a day the connection is closed and made anew.
//
// # Why not simply go-imap
//
// go-imap v2 is a beta that ends a body early without an error when the line
// drops, waits for ever for an answer that does not come, hangs in
// Client.Close after a half-read body, and drops a message whose UID follows
// its body. Hence: a body counts only when its length equals the literal's
// size and its command closed without error; every wait ends by a deadline of
// the connection's own (conn.go); the net.Conn is closed, never the Client;
// every requested UID is accounted for as a message or a [Gap] (fetch.go).
// Nothing of go-imap leaves this package.
//
// A message that breaks the session each time it is asked for is found by
// asking for the UIDs of a twice failed batch one by one; after three more
// failures it becomes a Gap and the mails behind it go on.
//
// # What it says
//
// Errors and logs hold ids, UIDs and classes only: a server's text can quote a
// message. [Class] names what stopped a call.
package inbox
