package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	leaseCheck = 2 * time.Second
	leaseClass = 0x6d61696c // "mail", the first key of the advisory lock
)

// Lease takes the sole right to watch a mailbox: an advisory lock on a session
// connection of its own, so that it falls when the process or its connection
// dies. It waits while another process holds it. The returned context ends when
// the connection is lost; release gives the lease back.
func Lease(ctx context.Context, pool *pgxpool.Pool, mailbox string) (held context.Context, release func(), err error) {
	conn, err := pgx.ConnectConfig(ctx, pool.Config().ConnConfig.Copy())
	if err != nil {
		return nil, nil, fmt.Errorf("lease of %s: %w", mailbox, err)
	}
	if _, err := conn.Exec(ctx, `select pg_advisory_lock($1, hashtext($2))`, leaseClass, mailbox); err != nil {
		_ = conn.Close(context.WithoutCancel(ctx)) // the lock was not granted
		return nil, nil, fmt.Errorf("lease of %s: %w", mailbox, err)
	}
	held, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		keepLease(held, conn)
		cancel()
		_ = conn.Close(context.WithoutCancel(ctx)) // closing the session gives the lock back
	}()
	return held, func() { cancel(); <-done }, nil
}

// keepLease returns when the connection is lost or ctx ends.
func keepLease(ctx context.Context, conn *pgx.Conn) {
	tick := time.NewTicker(leaseCheck)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			ping, cancel := context.WithTimeout(ctx, leaseCheck)
			err := conn.Ping(ping)
			cancel()
			if err != nil {
				return
			}
		}
	}
}
