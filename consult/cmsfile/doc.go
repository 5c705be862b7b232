// Package cmsfile reads the code files that CMS, NCHS and the AMA publish: from
// a file as it was downloaded to rows, without a database.
//
//	path ──Open──▶ members ──Identify──▶ what each is ──PTP, MUE, Order, …──▶ rows
//
// Open unwraps zip and gzip. Identify tells by a member's first lines which
// layout it has, never by its name alone; the period, which most contents do
// not name, may come from the name. Each reader is an iterator over the rows of
// one layout family; it reads by header wherever there is one, by the published
// columns where there is none, and refuses a file with the line and the reason
// rather than to skip what it does not understand.
//
// CPT descriptors, which several CMS files carry, are dropped while reading;
// only CPT keeps them, which reads the licence holder's own files.
package cmsfile
