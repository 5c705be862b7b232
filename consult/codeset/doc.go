// Package codeset holds the published code tables by release and answers for a
// date of service from them.
//
// # Releases
//
// A release is one publication of one kind: the MUE table of 2024Q2, ICD-10-CM
// FY2025. It is immutable and speaks for a period. Its rows lie in partitions
// of their own. Some tables are dated: each row carries its own first and last
// day, so the newest release answers for every earlier day too (official PTP,
// add-on codes, HCPCS). The others are snapshots and speak for their period only.
//
// # Who answers
//
// For each kind and day (answers.go, the one query that says so): a snapshot
// whose period holds the day, the newest dated table; after the last period the
// last release before the day, marked AsOf; before the first, nobody, and
// Answer.Missing says what is not loaded. Never guessed.
//
// # The starter
//
// LoadStarter loads our own small compilation (starter/README.md): a release of
// kind starter, and one part a kind with via "starter", which takes part in the
// rule above as if it were published, except that it hides as soon as an official
// release of its kind covers the day, and that absence from it proves nothing.
// Its PTP part has no dates and is a snapshot. Its add-on rows are all
// or none of a code's relations, and NotAddOn says that the table has none.
//
// # Gather
//
// Gather returns every row that bears on a question in one round trip. What it
// returns is a plain value: the rules of package edit need no database. The
// first statement of its batch settles who answers and leaves the ids in
// settings of the transaction for the others, one a kind (slots.go), so that
// they probe the partitions of those releases only; the last puts the planner's
// settings back. Nothing is kept between look-ups.
package codeset
