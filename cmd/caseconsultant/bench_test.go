package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/inbox/dovecottest"
)

// Benchmarks of the whole product in this process, against a real Dovecot and a
// private Postgres with fsync on:
//
//	go test -run '^$' -bench . -benchtime 1x ./cmd/caseconsultant
const (
	idleMails   = 200
	burstMails  = 1000
	benchSize   = 5000
	sustainFor  = 20 * time.Second
	sustainHead = 1500 // mails kept waiting, so that the product never idles
	seldom      = 200 * time.Millisecond
)

// BenchmarkArrivalToDraft is the time from the end of a delivery (Dovecot's 250
// to the LMTP client) to the draft's commit, as a LISTENing connection learns
// of it. The product is idle and Dovecot is asked by NOOP every 20 ms.
func BenchmarkArrivalToDraft(b *testing.B) {
	s, d := durableStore(b), dovecottest.Start(b)
	startService(b, s, testConfig(b, d, ""), "poll", "work")
	drafts, mails := listenDrafts(b, s), benchMails(b, idleMails+5)
	var took []time.Duration
	for b.Loop() {
		took = took[:0]
		for i, raw := range mails {
			deliverLMTP(b, d, raw)
			delivered := time.Now()
			if at := drafts.next(b); i >= 5 { // the first ones warm the caches
				took = append(took, at.Sub(delivered))
			}
		}
	}
	reportMillis(b, took)
}

// BenchmarkNoticeToDraft is the time from the server's word that there is a new
// mail ("* n EXISTS", read off the wire between Dovecot and the product) to the
// draft's commit: search, fetch, store, intake, consult. The pace of NOOP is
// not in it.
func BenchmarkNoticeToDraft(b *testing.B) {
	s, d := durableStore(b), dovecottest.Start(b)
	cfg := testConfig(b, d, "")
	tap := tapNotices(b, d.Addr())
	cfg.Mailbox[0].IMAP = tap.addr
	startService(b, s, cfg, "poll", "work")
	drafts, mails := listenDrafts(b, s), benchMails(b, idleMails+5)
	var took []time.Duration
	for b.Loop() {
		took = took[:0]
		for i, raw := range mails {
			deliverLMTP(b, d, raw)
			if at := drafts.next(b); i >= 5 {
				took = append(took, at.Sub(tap.last()))
			}
		}
	}
	reportMillis(b, took)
}

// BenchmarkBurst is the time from the start of the product to the last draft of
// 1,000 mails that wait in the mailbox, with its parts and, from the same run,
// the bare limits. Dovecot's index and the file cache are warm: the bare fetch
// comes first.
func BenchmarkBurst(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s, d := durableStore(b), dovecottest.Start(b)
		d.Fill(b, benchMails(b, burstMails))
		cold := bareFetch(b, d, func([]byte) {})
		fetch := bareFetch(b, d, func([]byte) {})
		stored := bareStore(b, s, d)
		cpu := cpuTime(b, s)
		b.StartTimer()

		start := time.Now()
		addr := startService(b, s, testConfig(b, d, ""), "poll", "work", "web")
		ready := time.Since(start)
		awaitDrafts(b, s, burstMails, 20*time.Millisecond)
		all := time.Since(start)

		b.StopTimer()
		reportCPU(b, s, cpu, burstMails)
		b.ReportMetric(all.Seconds(), "s/1000-mails")
		b.ReportMetric(ready.Seconds()*1000, "ms-service-up")
		reportParts(b, s, start)
		reportJobs(b, addr)
		b.ReportMetric(burstMails/cold.Seconds(), "bare-fetch-cold-mails/s")
		b.ReportMetric(burstMails/fetch.Seconds(), "bare-fetch-mails/s")
		b.ReportMetric(burstMails/stored.Seconds(), "bare-fetch+store-mails/s")
		b.StartTimer()
	}
	b.ReportMetric(0, "ns/op") // says nothing here
}

// BenchmarkSustained is the rate of drafts over 20 s while mails never run out.
// Its CPU time includes writing them into the Maildir.
func BenchmarkSustained(b *testing.B) {
	s, d := durableStore(b), dovecottest.Start(b)
	stock, filled := newStock(b), 0
	fill := func(n int) {
		d.Fill(b, stock.take(n))
		filled += n
	}
	fill(sustainHead)
	startService(b, s, testConfig(b, d, ""), "poll", "work")
	awaitDrafts(b, s, 200, seldom)
	for b.Loop() {
		start, cpu, before := time.Now(), cpuTime(b, s), awaitDrafts(b, s, 0, seldom)
		drafted := before
		for time.Since(start) < sustainFor {
			if filled-drafted < sustainHead {
				fill(500)
			}
			drafted = awaitDrafts(b, s, drafted+100, seldom)
		}
		took, done := time.Since(start), float64(drafted-before)
		b.ReportMetric(done/took.Seconds(), "mails/s")
		reportCPU(b, s, cpu, done)
		b.ReportMetric(peakMemory(b), "MB-peak")
	}
	b.ReportMetric(0, "ns/op")
}

// durableStore is a private cluster as the product runs one, fsync and all,
// with the starter library.
func durableStore(b *testing.B) *store {
	b.Helper()
	s, err := databaseFlags{Data: b.TempDir()}.openPrivate(b.Context(), 24)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.close)
	return s
}

// stock makes endless questions out of the demo's samples, each a mail of its
// own of about benchSize bytes.
type stock struct {
	b       testing.TB
	bodies  []string
	subject []string
	from    []string
	made    int
}

func newStock(b testing.TB) *stock {
	b.Helper()
	names, err := fs.Glob(samples, "samples/*.eml")
	if err != nil {
		b.Fatal(err)
	}
	k := &stock{b: b}
	for _, name := range names {
		if strings.Contains(name, "out-of-office") || strings.Contains(name, "follow-up") {
			continue // makes no case of its own
		}
		k.add(name)
	}
	return k
}

func (k *stock) add(name string) {
	raw, err := samples.ReadFile(name)
	if err != nil {
		k.b.Fatal(err)
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		k.b.Fatal(err)
	}
	body, err := io.ReadAll(m.Body)
	if err != nil || strings.HasPrefix(m.Header.Get("Content-Type"), "multipart/") {
		return // plain ones suffice
	}
	k.bodies = append(k.bodies, strings.ReplaceAll(string(body), "\n", "\r\n"))
	k.subject, k.from = append(k.subject, m.Header.Get("Subject")), append(k.from, m.Header.Get("From"))
}

func (k *stock) take(n int) [][]byte {
	mails := make([][]byte, n)
	for i := range mails {
		j := k.made % len(k.bodies)
		k.made++
		text := fmt.Sprintf("From: %s\r\nTo: consult@practice.example\r\nSubject: %s (%d)\r\nMessage-ID: <%s@bench.example>\r\n"+
			"Date: %s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", k.from[j], k.subject[j], k.made, rand.Text(),
			time.Now().Format(time.RFC1123Z), k.bodies[j])
		const line = "The patient was seen again and asked for the same treatment as the last time it hurt.\r\n"
		mails[i] = []byte(text + strings.Repeat(line, max(benchSize-len(text), 0)/len(line)))
	}
	return mails
}

func benchMails(b testing.TB, n int) [][]byte {
	b.Helper()
	return newStock(b).take(n)
}

// drafts tells of new drafts, one case after the other.
type drafts struct {
	at chan time.Time
}

// listenDrafts learns of commits by NOTIFY on one connection and asks on another
// whether the case has its draft. The time is taken after that answer, so what
// is measured is at most what a reader sees.
func listenDrafts(b *testing.B, s *store) *drafts {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), s.url)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := conn.Exec(b.Context(), `listen "case"`); err != nil {
		b.Fatal(err)
	}
	d := &drafts{at: make(chan time.Time, 1)}
	ended := make(chan struct{})
	b.Cleanup(func() { <-ended })
	go func() {
		defer close(ended)
		defer func() { _ = conn.Close(b.Context()) }() // the server is about to stop
		seen := map[string]bool{}
		for {
			n, err := conn.WaitForNotification(b.Context())
			if err != nil {
				return // the benchmark has ended
			}
			if seen[n.Payload] {
				continue
			}
			var there bool
			err = s.pool.QueryRow(b.Context(), `select exists (select from drafts where case_id = $1::bigint)`, n.Payload).Scan(&there)
			if err == nil && there {
				seen[n.Payload] = true
				d.at <- time.Now()
			}
		}
	}()
	return d
}

func (d *drafts) next(b *testing.B) time.Time {
	b.Helper()
	select {
	case at := <-d.at:
		return at
	case <-time.After(30 * time.Second):
		b.Fatal("no draft in 30 s")
		return time.Time{}
	}
}

// A tap stands between the product and an IMAP server and notes when the server
// last told of mail.
type tap struct {
	addr string
	mu   sync.Mutex
	at   time.Time
}

func tapNotices(b *testing.B, server string) *tap {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	t := &tap{addr: l.Addr().String()}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go t.pass(client, server)
		}
	}()
	return t
}

func (t *tap) pass(client net.Conn, server string) {
	defer func() { _ = client.Close() }()
	upstream, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer func() { _ = upstream.Close() }()
	go func() {
		_, _ = io.Copy(upstream, client)
		_ = upstream.Close()
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := upstream.Read(buf)
		if bytes.Contains(buf[:n], []byte(" EXISTS\r\n")) {
			t.mu.Lock()
			t.at = time.Now()
			t.mu.Unlock()
		}
		if _, werr := client.Write(buf[:n]); err != nil || werr != nil {
			return
		}
	}
}

func (t *tap) last() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.at
}

func reportMillis(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	ms := func(p int) float64 { return float64(took[(len(took)-1)*p/100].Microseconds()) / 1000 }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(len(took)), "n")
	b.ReportMetric(ms(0), "ms-least")
	b.ReportMetric(ms(50), "ms-median")
	b.ReportMetric(ms(90), "ms-p90")
	b.ReportMetric(ms(99), "ms-p99")
	b.ReportMetric(ms(100), "ms-most")
}

// reportParts says when, after start, the burst had passed each step.
func reportParts(b *testing.B, s *store, start time.Time) {
	var stored, intake time.Time
	err := s.pool.QueryRow(b.Context(), `select max(created_at), max(finalized_at)
		from river_job where kind = 'intake'`).Scan(&stored, &intake)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(stored.Sub(start).Seconds()*1000, "ms-last-stored")
	b.ReportMetric(intake.Sub(start).Seconds()*1000, "ms-last-intake")
}

// reportJobs reads the product's own metrics: what a job of each kind took.
func reportJobs(b *testing.B, addr string) {
	res, err := http.Get("http://" + addr + "/metrics")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	figures := map[string]float64{}
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), " "); ok {
			figures[name], _ = strconv.ParseFloat(value, 64)
		}
	}
	for _, kind := range []string{"intake"} { // it drafts, too
		labels := `{kind="` + kind + `",result="ok"}`
		n := figures["caseconsultant_job_seconds_count"+labels]
		if n == 0 {
			b.Fatalf("no %s job in the metrics", kind)
		}
		b.ReportMetric(1000*figures["caseconsultant_job_seconds_sum"+labels]/n, "ms/"+kind+"-job")
	}
}

// bareFetch reads the whole mailbox by one FETCH and hands over each body.
func bareFetch(b *testing.B, d *dovecottest.Server, each func(body []byte)) time.Duration {
	b.Helper()
	start := time.Now()
	conn, err := net.Dial("tcp", d.Addr())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	c := imapclient.New(conn, nil)
	if err := c.Login(d.User, d.Password).Wait(); err != nil {
		b.Fatal(err)
	}
	if _, err := c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
		b.Fatal(err)
	}
	cmd := c.Fetch(imap.UIDSet{imap.UIDRange{Start: 1}}, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}})
	n := 0
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		for item := msg.Next(); item != nil; item = msg.Next() {
			if section, ok := item.(imapclient.FetchItemDataBodySection); ok {
				body, err := io.ReadAll(section.Literal)
				if err != nil {
					b.Fatal(err)
				}
				each(body)
				n++
			}
		}
	}
	if err := cmd.Close(); err != nil || n != burstMails {
		b.Fatalf("%d mails, %v", n, err)
	}
	return time.Since(start)
}

// bareStore fetches and inserts, a hundred mails a transaction, into a table
// with nothing but the bytes.
func bareStore(b *testing.B, s *store, d *dovecottest.Server) time.Duration {
	b.Helper()
	if _, err := s.pool.Exec(b.Context(), `create table bare (id bigint generated always as identity primary key, bytes bytea)`); err != nil {
		b.Fatal(err)
	}
	var batch pgx.Batch
	store := func() {
		if err := s.tx(b.Context(), func(tx pgx.Tx) error { return tx.SendBatch(b.Context(), &batch).Close() }); err != nil {
			b.Fatal(err)
		}
		batch = pgx.Batch{}
	}
	took := bareFetch(b, d, func(body []byte) {
		batch.Queue(`insert into bare (bytes) values ($1)`, body)
		if batch.Len() == 100 {
			store()
		}
	})
	if batch.Len() > 0 {
		b.Fatal("burstMails is no multiple of 100")
	}
	return took
}

// awaitDrafts returns the number of drafted cases once it is want. Each asking
// costs Postgres what a mail should have.
func awaitDrafts(b *testing.B, s *store, want int, every time.Duration) (n int) {
	b.Helper()
	tick, limit := time.NewTicker(every), time.After(2*time.Minute)
	defer tick.Stop()
	for {
		if err := s.pool.QueryRow(b.Context(), `select count(*) from cases where draft_version > 0`).Scan(&n); err != nil {
			b.Fatal(err)
		}
		if n >= want {
			return n
		}
		select {
		case <-tick.C:
		case <-limit:
			b.Fatalf("%d of %d drafts in two minutes", n, want)
		}
	}
}

// cpu is processor time; Dovecot's is not in it.
type cpu struct {
	process, postgres time.Duration
}

func reportCPU(b *testing.B, s *store, before cpu, mails float64) {
	b.Helper()
	now := cpuTime(b, s)
	process, postgres := (now.process-before.process).Seconds()*1000/mails, (now.postgres-before.postgres).Seconds()*1000/mails
	b.ReportMetric(process+postgres, "ms-CPU/mail")
	b.ReportMetric(process, "ms-CPU-process/mail")
	b.ReportMetric(postgres, "ms-CPU-postgres/mail")
}

// cpuTime is what this process and the private Postgres have used so far.
func cpuTime(b *testing.B, s *store) cpu {
	b.Helper()
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		b.Fatal(err)
	}
	var postmaster string
	if err := s.pool.QueryRow(b.Context(), `select split_part(pg_read_file('postmaster.pid'), E'\n', 1)`).Scan(&postmaster); err != nil {
		b.Fatal(err)
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		b.Fatal(err)
	}
	ticks := 0
	for _, f := range stats {
		text, err := os.ReadFile(f)
		if err != nil {
			continue // it ended meanwhile
		}
		// pid (comm) state ppid … utime 14, stime 15, cutime 16, cstime 17, from 1
		after := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		pid := filepath.Base(filepath.Dir(f))
		last := 13
		if pid == postmaster {
			last = 15 // the backends that ended, too
		} else if after[1] != postmaster {
			continue
		}
		for _, field := range after[11:last] {
			n, _ := strconv.Atoi(field)
			ticks += n
		}
	}
	const tick = 10 * time.Millisecond // USER_HZ is 100 on every Linux that Go runs on
	return cpu{time.Duration(own.Utime.Nano() + own.Stime.Nano()), time.Duration(ticks) * tick}
}

// peakMemory is the greatest resident size of this process so far, in MB.
func peakMemory(b *testing.B) float64 {
	b.Helper()
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		b.Fatal(err)
	}
	return float64(own.Maxrss) / 1024
}
