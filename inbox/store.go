package inbox

import (
	"context"
	"time"
)

// A Store is where a watched mailbox keeps what it has read. The functions are
// filled in by cmd from package jobs; inbox knows neither Postgres nor River.
type Store struct {
	// Lease takes the mailbox for this process, or waits until the holder dies
	// or ctx ends. The returned context ends when the lease is lost; release
	// gives it back.
	Lease func(ctx context.Context, mailbox string) (held context.Context, release func(), err error)
	// Cursor returns where reading stopped. A mailbox never read has the zero Cursor.
	Cursor func(ctx context.Context, mailbox string) (Cursor, error)
	// Deliver stores a batch, the jobs that follow from it and the cursor in
	// one transaction. Delivering a UID or the same bytes again changes nothing.
	Deliver func(ctx context.Context, mailbox string, b Batch) error
	// Unseen returns those of uids that no delivery has stored under validity.
	Unseen func(ctx context.Context, mailbox string, validity uint32, uids []uint32) ([]uint32, error)
	// Missing returns UIDs that could not be fetched and are to be tried again.
	Missing func(ctx context.Context, mailbox string, validity uint32) ([]uint32, error)
	// Polled records a completed look at the mailbox, or the class of what
	// stopped it: "", auth, connect, tls, limit, protocol, sign-in.
	Polled func(ctx context.Context, mailbox string, at time.Time, errClass string) error
}

// A Cursor is a position in a mailbox. UIDValidity 0 means never read.
type Cursor struct {
	UIDValidity uint32
	LastUID     uint32
}

// A Batch is a run of messages read from one mailbox, and the cursor after it.
type Batch struct {
	UIDValidity uint32
	LastUID     uint32 // the new cursor; 0 leaves the cursor (reconcile)
	Messages    []Raw
	Missing     []Gap
}

// Raw is one message as the server gave it.
type Raw struct {
	UID  uint32
	Body []byte // whole: its length equals the literal's and the command closed without error
}

// A Gap is a UID that the server lists and does not deliver.
type Gap struct {
	UID    uint32
	Reason string // class only, never the server's text
}
