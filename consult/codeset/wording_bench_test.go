package codeset_test

import (
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// BenchmarkGatherWording looks up 12 codes, ten of them drugs, with two HCPCS
// releases loaded: on a day of the older one, where it gives the words, and of
// the newer.
func BenchmarkGatherWording(b *testing.B) {
	dir := codeset.SharedData(b)
	pool := pgtest.New(b)
	o := options()
	o.Complete = true
	loads(b, pool, o, filepath.Join(dir, "hcpcs/2019-Alpha-Numeric-HCPCS-File.zip"))
	loads(b, pool, o, filepath.Join(dir, "hcpcs/HCPC2024_OCT_ANWEB.reconstructed.txt.gz"))
	for _, on := range []string{"2019-06-01", "2024-11-15"} {
		q := codeset.Query{On: must(code.ParseDay(on))}
		for _, c := range []string{"cpt 99213", "cpt 20610", "hcpcs J7311", "hcpcs J3301", "hcpcs J1885", "hcpcs J1100", "hcpcs J0696",
			"hcpcs J3420", "hcpcs J7050", "hcpcs J9040", "hcpcs J9217", "hcpcs J2001"} {
			q.Codes = append(q.Codes, parse(c))
		}
		b.Run(on, func(b *testing.B) {
			for b.Loop() {
				err := pgx.BeginFunc(b.Context(), pool, func(tx pgx.Tx) error {
					_, err := codeset.Gather(b.Context(), tx, q)
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
