package codeset_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// index makes what publish wrote last findable.
func index(t testing.TB, tx pgx.Tx) {
	t.Helper()
	var id int64
	if err := tx.QueryRow(t.Context(), "select max(id) from releases").Scan(&id); err != nil {
		t.Fatal(err)
	}
	if err := codeset.IndexTitles(t.Context(), tx, id); err != nil {
		t.Fatal(err)
	}
}

func search(t testing.TB, tx pgx.Tx, on, query string) []codeset.Hit {
	t.Helper()
	hits, err := codeset.Search(t.Context(), tx, codeset.SearchQuery{Words: query, On: must(code.ParseDay(on))})
	if err != nil {
		t.Fatalf("%q: %v", query, err)
	}
	return hits
}

func codesOf(hits []codeset.Hit) (all []string) {
	for _, h := range hits {
		all = append(all, h.Code)
	}
	return all
}

// TestSearchStarter: what a new user finds before any import, first hit.
func TestSearchStarter(t *testing.T) {
	tx := begin(t)
	for query, want := range map[string]string{
		"htn": "I10", "dm2": "E11.9", "type 2 diabetis": "E11.9", "copd": "J44.9", "afib": "I48.91", "plantar wart": "B07.0",
		"nail fungus": "B35.1", "migraine": "G43.909", "gerd": "K21.9", "impacted ear wax": "H61.23", "kenalog": "J3301",
		"b12 shot": "J3420", "i&d abscess": "10060", "large joint injection": "20610", "joint injection ultrasound": "20611",
		"trigger point inj": "20552", "apendix": "0DTJ4ZZ", "0DT": "0DTJ4ZZ", "99213": "99213", "j3301": "J3301", "E11.65": "E11.65", "e1165": "E11.65",
		"LT": "LT", "26": "26", "much more work": "22", "skin tag": "L91.8", "osa": "G47.33", "anxiety": "F41.1",
		"inj knee": "20610", "knee injection": "20610", "shoulder inj": "20610", "injection hip": "20610", "wrist injection": "20605", "toe inj": "20600",
		"knee injection ultrasound": "20611",
	} {
		if got := codesOf(search(t, tx, "2025-03-01", query)); len(got) == 0 || got[0] != want {
			t.Errorf("%q: %v, want %s first", query, got, want)
		}
	}
}

func TestSearchNothing(t *testing.T) {
	tx := begin(t)
	if hits := search(t, tx, "2025-03-01", "qqqqzzzz"); hits == nil || len(hits) != 0 {
		t.Errorf("%v, want an empty list", hits)
	}
	for _, query := range []string{"", "  ", "&|!:*()'\\", "\x00", "\xff"} {
		if _, err := codeset.Search(t.Context(), tx, codeset.SearchQuery{Words: query, On: now}); !errors.Is(err, codeset.ErrNoWords) {
			t.Errorf("%q: %v", query, err)
		}
	}
	for _, query := range []string{"a & b | !c:*", "'; drop table releases; --", `\'x`, "%_", strings.Repeat("fracture of ", 400), "the of and", "日本語 fx", "Ménière\x00", "..-", "E11.-.-", "Z-A", "-"} {
		_, err := codeset.Search(t.Context(), tx, codeset.SearchQuery{Words: query, On: now})
		if err != nil && !errors.Is(err, codeset.ErrNoWords) {
			t.Errorf("%.20q: %v", query, err)
		}
	}
}

// tree writes a small made-up tree of diagnoses with its tabular list.
func tree(t testing.TB) pgx.Tx {
	t.Helper()
	tx := begin(t)
	const columns = "system code billable title"
	publish(t, tx, publication{kind: "icd10cm", name: "FY2024", from: "2023-10-01", to: "2024-09-30"}, "code_rows", columns,
		[]any{"icd10cm", "X90", true, "Zorble of the snark, old"})
	index(t, tx)
	publish(t, tx, publication{kind: "icd10cm", name: "FY2025", from: "2024-10-01", to: "2025-09-30"}, "code_rows", columns,
		[]any{"icd10cm", "X90", false, "Zorble of snark"}, []any{"icd10cm", "X90.0", true, "Zorble of snark without boojum"},
		[]any{"icd10cm", "X90.1", false, "Zorble of snark with boojum"}, []any{"icd10cm", "X90.11", true, "Zorble of snark with acute boojum"},
		[]any{"icd10cm", "X90.1X2", true, "Zorble of snark with chronic boojum"}, []any{"icd10cm", "X91", true, "Snarks' zorbling, Ménière type"},
		[]any{"icd10cm", "X95", true, "Bandersnatch"})
	index(t, tx)
	publish(t, tx, publication{kind: "icd10cm-tabular", name: "FY2025", from: "2024-10-01", to: "2025-09-30"}, "icd_sections",
		"span first_category last_category title chapter", []any{"X80-X99", "X80", "X99", "Things of the Snark", true},
		[]any{"X90-X94", "X90", "X94", "Zorbles and zorbling", false}, []any{"X95-X99", "X95", "X99", "Beasts", false})
	addTerms(t, tx)
	index(t, tx)
	return tx
}

func addTerms(t testing.TB, tx pgx.Tx) {
	t.Helper()
	for _, sql := range []string{
		"create table icd_notes_search partition of icd_notes for values in (%)",
		"insert into icd_notes (release_id, kind, owner, seq, text) values (%, 'inclusion_term', 'X95', 1, 'Frumious beast'), (%, 'inclusion_term', 'X96', 1, 'Jubjub bird'), (%, 'excludes1', 'X95', 2, 'frabjous day')",
	} {
		var id string
		if err := tx.QueryRow(t.Context(), "select max(id)::text from releases").Scan(&id); err != nil {
			t.Fatal(err)
		}
		must(tx.Exec(t.Context(), strings.ReplaceAll(sql, "%", id)))
	}
}

func TestSearchTree(t *testing.T) {
	tx := tree(t)
	for _, c := range []struct{ on, query, want string }{
		{"2025-03-01", "zorble snark", "X90 X90.0 X90.1 X90.11 X90.1X2 X91"},
		{"2025-03-01", "snarks zorbling", "X91"},
		{"2025-03-01", "zorble boojum chronic", "X90.1X2"},
		{"2025-03-01", "chronc boojm", "X90.1X2"},
		{"2025-03-01", "bojoum acute", "X90.11"},
		{"2025-03-01", "bandersn", "X95"},
		{"2025-03-01", "frumious", "X95"},
		{"2025-03-01", "meniere", "X91"},
		{"2025-03-01", "jubjub", ""},   // a term of a code that the day does not have
		{"2025-03-01", "frabjous", ""}, // a note is no name
		{"2025-03-01", "X90", "X90 X90.0 X90.1 X90.11 X90.1X2"},
		{"2025-03-01", "X90.-", "X90 X90.0 X90.1 X90.11 X90.1X2"},
		{"2025-03-01", "x90.1", "X90.1 X90.11 X90.1X2"},
		{"2025-03-01", "x901-", "X90.1 X90.11 X90.1X2"},
		{"2025-03-01", "X90-X94", "X90-X94 X90 X91 X90.0 X90.1"},
		{"2025-03-01", "X90 through X95", "X90-X94 X95-X99 X90 X91 X95 X90.0 X90.1"},
		{"2024-01-01", "zorble snark", "X90"},
		{"2022-01-01", "bandersnatch", ""},
	} {
		if got := strings.Join(codesOf(search(t, tx, c.on, c.query)), " "); got != c.want && !strings.HasPrefix(got, c.want+" ") || c.want == "" && got != "" {
			t.Errorf("%s %q: %s, want %s", c.on, c.query, got, c.want)
		}
	}
}

// TestSearchChildren: a header carries what stands directly below it, a block
// its categories, a chapter its blocks.
func TestSearchChildren(t *testing.T) {
	tx := tree(t)
	for query, want := range map[string]string{"X90": "X90.0 X90.1", "X90.1": "X90.11 X90.1X2", "X90-X94": "X90 X91", "X80-X99": "X90-X94 X95-X99", "X95": "",
		"D12": "D12.0 D12.1 D12.2 D12.3 D12.4 D12.5 D12.6 D12.7 D12.8 D12.9"} {
		from := tx
		if query == "D12" {
			from = begin(t) // the starter names children that it does not have
		}
		h := search(t, from, "2025-03-01", query)[0]
		var below []string
		for _, c := range h.Children {
			below = append(below, c.Code)
		}
		if got := strings.Join(below, " "); h.Code != query || got != want {
			t.Errorf("%s: %s has %s, want %s", query, h.Code, got, want)
		}
	}
}

// TestSearchDates: a code that has ended is found, after those in force, and
// says so.
func TestSearchDates(t *testing.T) {
	tx := begin(t)
	publish(t, tx, publication{kind: "hcpcs", name: "2026-01", from: "2026-01-01", to: "2026-12-31", dated: true}, "code_rows", codeColumns,
		[]any{"hcpcs", "J9998", "2000-01-01", "2024-12-31", true, "Injection, vorpal, 1 mg"},
		[]any{"hcpcs", "J9997", "2025-01-01", nil, true, "Injection, vorpal blade, 10 mg"})
	index(t, tx)
	for on, want := range map[string]string{"2024-06-01": "J9998 valid J9997 not_yet_effective", "2025-06-01": "J9997 valid J9998 deleted"} {
		var got []string
		for _, h := range search(t, tx, on, "vorpal") {
			got = append(got, h.Code, h.Status)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", on, got, want)
		}
	}
}

// TestSearchLicence: the AMA's words find and show nothing unless the release's
// agreement is the current one.
func TestSearchLicence(t *testing.T) {
	tx := begin(t)
	publish(t, tx, publication{kind: "cpt", name: "2025", from: "2025-01-01", to: "2025-12-31"}, "cpt_texts", "code form text",
		[]any{"99990", "long", "Galumphing of the tulgey wood, made up for a test"})
	must(tx.Exec(t.Context(), "update releases set licence = 'REF-1', notice = 'a notice' where kind = 'cpt'"))
	index(t, tx)
	set := func(ref string) {
		must(tx.Exec(t.Context(), "insert into licences (reference, set_at, set_by) values ($1, now(), 'test')", ref))
	}
	for _, step := range []struct {
		reference string
		found     bool
	}{{"", false}, {"REF-1", true}, {"REF-2", false}, {"REF-1", true}, {"", false}} {
		set(step.reference)
		hits := search(t, tx, "2025-03-01", "galumphing wood")
		found := slices.ContainsFunc(hits, func(h codeset.Hit) bool { return h.Code == "99990" && h.Title != "" && h.Notice == "a notice" })
		if found != step.found {
			t.Errorf("licence %q: %+v", step.reference, hits)
		}
	}
}

// TestSearchPlaces: places of service are found by name, by text and by number.
func TestSearchPlaces(t *testing.T) {
	tx := begin(t)
	publish(t, tx, publication{kind: "pos", name: "2025", from: "2025-01-01"}, "pos_rows", "code name text facility",
		[]any{"91", "Tumtum Tree", "A location under a tree, for uffish thought", "non-facility"})
	index(t, tx)
	for _, query := range []string{"tumtum", "uffish", "91"} {
		hits := search(t, tx, "2025-03-01", query)
		if !slices.ContainsFunc(hits, func(h codeset.Hit) bool { return h.System == code.POS && h.Title == "Tumtum Tree" }) {
			t.Errorf("%q: %+v", query, hits)
		}
	}
}

func TestSearchNarrow(t *testing.T) {
	tx := begin(t)
	q := codeset.SearchQuery{Words: "injection", System: code.HCPCS, On: must(code.ParseDay("2025-03-01")), Limit: 3}
	hits := must(codeset.Search(t.Context(), tx, q))
	if len(hits) != 3 || slices.ContainsFunc(hits, func(h codeset.Hit) bool { return h.System != code.HCPCS }) {
		t.Errorf("%+v", hits)
	}
	if again := must(codeset.Search(t.Context(), tx, q)); !slices.Equal(codesOf(again), codesOf(hits)) {
		t.Errorf("%v, then %v", codesOf(hits), codesOf(again))
	}
}

// TestTokens: Go and the database split texts alike.
func TestTokens(t *testing.T) {
	tx := begin(t)
	for _, text := range []string{"Type 2 diabetes mellitus", "Ménière's disease, right ear", "Sjögren's", "SjÖgren", "[BMI] 25.0-25.9", "I&D", "w/o", "a\tb\nc",
		"x–y—z", "100% “q” $5 #6 @7", "≥ 5 µg", "C5-C6_a^b~c`d|e?f!g=h\"i<j>k{l}m", "it’s", "", "—", "non-ST (NSTEMI)/x"} {
		var want []string
		if err := tx.QueryRow(t.Context(), "select search_tokens($1)", text).Scan(&want); err != nil {
			t.Fatal(err)
		}
		if got := codeset.Tokens(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q in Go, %q in the database", text, got, want)
		}
	}
}
