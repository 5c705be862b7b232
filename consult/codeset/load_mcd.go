package codeset

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
)

// An mcdSet is one download of the Medicare Coverage Database while it is loaded.
type mcdSet struct {
	*loading
	base    string               // the table of documents, and the prefix of the others: lcd, article
	states  map[string]string    // id → abbreviation
	served  map[version]bool     // what the download has: the newest version of each document
	retires map[string]time.Time // announced
}

// A version is one version of a document.
type version struct {
	document string
	number   int
}

// loadMCD loads a download of LCDs or of articles, or a listing of documents
// alone. Needed are the tables that say whose a document is; of every other one
// that is not there a note says what nobody will know. All tables must be of one
// download: what a table says of a document that the contractors' table does not
// have refuses the whole.
func loadMCD(ctx context.Context, l *loading) error {
	s := &mcdSet{loading: l, base: strings.TrimPrefix(l.kind, "mcd-"), served: map[version]bool{}}
	if p, ok := l.part("documents"); ok && len(l.parts) == 1 {
		l.o.Complete = true // a listing has fewer rows than a download
		l.note("a listing names documents with their titles and dates, not their codes")
		return s.documents(ctx, cmsfile.ReadMCDListing(p.Member))
	}
	if err := s.whole(); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{s.readServed, s.copyContractors, s.copyDocuments, s.copyGroups, s.copyCodes, s.copyRest} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// needed are the tables without which nothing could be said of a document, by
// their names without the prefix where they have one.
var needed = []string{"x_contractor", "contractor", "contractor_jurisdiction", "state_lookup"}

// wanted are tables whose absence is told.
var wanted = []struct{ kind, table, unknown string }{
	{KindLCD, "lcd", "what title and dates an LCD has"},
	{KindArticle, "article", "what title and dates an article has"},
	{KindLCD, "lcd_x_hcpc_code", "which codes an LCD lists"},
	{KindArticle, "article_x_hcpc_code", "which codes an article lists"},
	{KindArticle, "article_x_icd10_covered", "which diagnoses an article covers"},
	{KindArticle, "article_x_icd10_noncovered", "which diagnoses an article does not cover"},
}

// whole refuses a download without its needed tables.
func (s *mcdSet) whole() error {
	var missing []string
	for _, table := range needed {
		if _, ok := s.part(s.table(table)); !ok {
			missing = append(missing, s.table(table)+".csv")
		}
	}
	if missing != nil {
		return fmt.Errorf("%s: %s %s is not whole, it lacks %s; name the download (current_%s.zip), or all its files, in one command",
			s.source(), s.kind, s.period.Name, strings.Join(missing, ", "), s.base)
	}
	for _, w := range wanted {
		if _, ok := s.part(w.table); !ok && w.kind == s.kind {
			s.note("without %s.csv it is not known %s", w.table, w.unknown)
		}
	}
	return nil
}

// table is a table's name in this download.
func (s *mcdSet) table(name string) string {
	if strings.HasPrefix(name, "x_") || strings.HasPrefix(name, "related_") || strings.HasPrefix(name, "future_") {
		return s.base + "_" + name
	}
	return name
}

// readServed copies whose each document is, and learns which versions there are.
func (s *mcdSet) readServed(ctx context.Context) error {
	p, _ := s.part(s.table("x_contractor"))
	n, err := copyRows(ctx, s.loading, "coverage_served", []string{"document", "version", "contractor"}, cmsfile.ReadMCDServed(p.Member),
		func(r cmsfile.MCDServed) []any {
			s.served[version{r.Document, r.Version}] = true
			return []any{r.Document, r.Version, r.Contractor}
		})
	s.rows += n
	return err
}

// copyContractors joins the contractors with the states that they serve.
func (s *mcdSet) copyContractors(ctx context.Context) error {
	var states []cmsfile.MCDState
	if err := readEach(s, "state_lookup", cmsfile.ReadMCDStates, func(r cmsfile.MCDState) { states = append(states, r) }); err != nil {
		return err
	}
	s.states = shortStates(states)
	serve := map[string][]string{}
	err := readEach(s, "contractor_jurisdiction", cmsfile.ReadMCDJurisdictions, func(r cmsfile.MCDJurisdiction) {
		if r.To.IsZero() || !r.To.Before(s.period.From) {
			serve[r.Contractor] = append(serve[r.Contractor], s.states[r.State])
		}
	})
	if err != nil {
		return err
	}
	p, _ := s.part("contractor")
	n, err := copyRows(ctx, s.loading, "coverage_contractors", []string{"contractor", "name", "number", "subtype", "retired", "states"},
		cmsfile.ReadMCDContractors(p.Member), func(r cmsfile.MCDContractor) []any {
			states := slices.Compact(slices.Sorted(slices.Values(serve[r.Key])))
			return []any{r.Key, r.Name, r.Number, subtypes[r.Subtype], r.Retired, append([]string{}, states...)}
		})
	s.rows += n
	return err
}

// shortStates are the states' abbreviations by id; parts of a state, which the
// database gives letters of its own, are named after the whole: NY (Queens).
func shortStates(all []cmsfile.MCDState) map[string]string {
	whole := map[string]string{}
	for _, st := range all {
		if name, part, ok := strings.Cut(st.Name, " - "); !ok || part == "Entire State" {
			whole[name] = st.Abbrev
		}
	}
	short := map[string]string{}
	for _, st := range all {
		short[st.ID] = st.Abbrev
		if name, part, ok := strings.Cut(st.Name, " - "); ok && whole[name] != "" && whole[name] != st.Abbrev {
			short[st.ID] = fmt.Sprintf("%s (%s)", whole[name], part)
		}
	}
	return short
}

// subtypes of contractors (contractor_subtype_lookup).
var subtypes = map[string]string{"1": "MAC A", "2": "MAC B", "3": "HHH MAC", "4": "DME MAC"}

// readEach reads a table that is there and counts its rows.
func readEach[T any](s *mcdSet, table string, read func(cmsfile.Member) iter.Seq2[T, error], take func(T)) error {
	p, ok := s.part(table)
	if !ok {
		return nil
	}
	for r, err := range read(p.Member) {
		if err != nil {
			return err
		}
		take(r)
		s.rows++
	}
	return nil
}

// copyDocuments copies the table of documents, else that of a listing beside
// it, and the versions that neither names.
func (s *mcdSet) copyDocuments(ctx context.Context) error {
	s.retires = map[string]time.Time{}
	if err := readEach(s, s.table("future_retire"), cmsfile.ReadMCDRetire, func(r cmsfile.MCDRetire) { s.retires[r.Document] = r.On }); err != nil {
		return err
	}
	if p, ok := s.part(s.base); ok {
		return s.documents(ctx, cmsfile.ReadMCDDocuments(p.Member))
	}
	if p, ok := s.part("documents"); ok {
		return s.documents(ctx, cmsfile.ReadMCDListing(p.Member))
	}
	return s.documents(ctx, func(func(cmsfile.MCDDocument, error) bool) {})
}

// documents copies them, then the versions that only the contractors' table names.
func (s *mcdSet) documents(ctx context.Context, named iter.Seq2[cmsfile.MCDDocument, error]) error {
	left := maps.Clone(s.served)
	rows := int64(0)
	all := func(yield func(cmsfile.MCDDocument, error) bool) {
		for d, err := range named {
			delete(left, version{d.ID, d.Version})
			if rows++; !yield(d, err) || err != nil {
				return
			}
		}
		for _, v := range slices.SortedFunc(maps.Keys(left), func(a, b version) int {
			return cmp.Or(strings.Compare(a.document, b.document), cmp.Compare(a.number, b.number))
		}) {
			if !yield(cmsfile.MCDDocument{ID: v.document, Display: v.document, Version: v.number}, nil) {
				return
			}
		}
	}
	_, err := copyRows(ctx, s.loading, "coverage_documents", []string{"document", "version", "display", "title", "status", "effective_from", "effective_to", "retires"},
		all, func(d cmsfile.MCDDocument) []any {
			return []any{d.ID, d.Version, d.Display, d.Title, d.Status, dated(d.From), dated(d.To), dated(s.retires[d.ID])}
		})
	s.rows += rows
	return err
}

// dated is nil for no date.
func dated(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// lists are the tables of codes; those with a group have one of paragraphs too.
var lists = []struct{ table, list string }{
	{"x_hcpc_code", cmsfile.ListHCPCS}, {"x_hcpc_modifier", cmsfile.ListModifier}, {"x_icd10_covered", cmsfile.ListCovered},
	{"x_icd10_noncovered", cmsfile.ListNoncovered}, {"x_icd10_pcs_code", cmsfile.ListPCS}, {"x_bill_code", cmsfile.ListBill},
	{"x_revenue_code", cmsfile.ListRevenue}, {"x_code_table", cmsfile.ListTable},
}

func (s *mcdSet) copyGroups(ctx context.Context) error {
	columns := []string{"document", "version", "list", "group_no", "text", "asterisk"}
	for _, t := range lists {
		p, ok := s.part(s.table(t.table + "_group"))
		if !ok {
			continue
		}
		rows := checked(s, p, cmsfile.ReadMCDGroups(p.Member, t.list), func(r cmsfile.MCDGroup) version { return version{r.Document, r.Version} })
		n, err := copyRows(ctx, s.loading, "coverage_groups", columns, rows, func(r cmsfile.MCDGroup) []any {
			return []any{r.Document, r.Version, r.List, r.Group, r.Text, r.Asterisk}
		})
		if err != nil {
			return err
		}
		s.rows += n
	}
	return nil
}

func (s *mcdSet) copyCodes(ctx context.Context) error {
	columns := []string{"document", "version", "list", "group_no", "system", "code", "asterisk", "effective_from", "effective_to"}
	for _, t := range lists {
		p, ok := s.part(s.table(t.table))
		if !ok {
			continue
		}
		rows := checked(s, p, cmsfile.ReadMCDCodes(p.Member, t.list), func(r cmsfile.MCDCode) version { return version{r.Document, r.Version} })
		n, err := copyRows(ctx, s.loading, "coverage_codes", columns, rows, func(r cmsfile.MCDCode) []any {
			return []any{r.Document, r.Version, r.List, r.Group, string(cmsfile.SystemOf(r.List, r.Code)), r.Code, r.Asterisk, dated(r.From), dated(r.To)}
		})
		if err != nil {
			return err
		}
		s.rows += n
	}
	return nil
}

// checked refuses rows of documents that the contractors' table does not have.
func checked[T any](s *mcdSet, p part, rows iter.Seq2[T, error], of func(T) version) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for r, err := range rows {
			if v := of(r); err == nil && !s.served[v] {
				err = fmt.Errorf("%s: %s version %d is not in %s.csv: tables of different downloads", p.Member, v.document, v.number, s.table("x_contractor"))
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// copyRest copies the states of documents of one contractor, and what refers to
// what; references of versions that are no longer there are kept as they are.
func (s *mcdSet) copyRest(ctx context.Context) error {
	if p, ok := s.part(s.table("x_primary_jurisdiction")); ok {
		rows := checked(s, p, cmsfile.ReadMCDPrimary(p.Member), func(r cmsfile.MCDPrimary) version { return version{r.Document, r.Version} })
		n, err := copyRows(ctx, s.loading, "coverage_states", []string{"document", "version", "state"}, rows, func(r cmsfile.MCDPrimary) []any {
			return []any{r.Document, r.Version, s.states[r.State]}
		})
		if err != nil {
			return err
		}
		s.rows += n
	}
	if p, ok := s.part(s.table("related_documents")); ok {
		n, err := copyRows(ctx, s.loading, "coverage_related", []string{"document", "version", "related", "related_version"},
			cmsfile.ReadMCDRelated(p.Member), func(r cmsfile.MCDRelated) []any {
				return []any{r.Document, r.Version, r.Related, r.RelatedVersion}
			})
		if err != nil {
			return err
		}
		s.rows += n
	}
	return nil
}

// week is the part that says when a download was made.
const week = "update_period"

// shareDownload gives all tables of a download the month that its table of weeks
// tells, whatever their names say: those of the same file, and where the tables
// are files of their own, those of the command, unless it has several downloads.
// A release that the person names stays.
func shareDownload(all []file, o ImportOptions) {
	for _, kind := range []string{KindLCD, KindArticle} {
		told := map[string]cmsfile.Period{} // by file
		for _, f := range all {
			for _, p := range f.parts {
				if p.Kind == kind && p.Part == week && !p.Period.IsZero() {
					told[f.path] = p.Period
				}
			}
		}
		if o.Release != "" {
			continue
		}
		for _, f := range all {
			period, ok := told[f.path]
			if !ok && len(told) == 1 {
				for _, period = range told {
					ok = true
				}
			}
			for i, p := range f.parts {
				if ok && p.Kind == kind && p.Part != "documents" {
					f.parts[i].Period = period
				}
			}
		}
	}
}
