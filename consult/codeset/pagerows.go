package codeset

const childrenSQL = `-- name: codeset.children
select h.release_id, k.code, coalesce(c.title, '') as title, coalesce(c.billable, false) as billable
from code_rows h cross join lateral unnest(h.children) k (code)
left join code_rows c on c.release_id = h.release_id and c.code = k.code and c.system = h.system
where h.code = $1 and h.system = $2 and h.release_id ` + answering

const pageSectionsSQL = `-- name: codeset.page_sections
select release_id, span, title, chapter from icd_sections
where first_category <= $1 and last_category >= $1 and release_id ` + answering + `
order by chapter desc, first_category, last_category desc`

// limitsSQL asks every setting; muesSQL, of the facts, one.
const limitsSQL = `-- name: codeset.limits
select release_id, code, units, mai, rationale from mue_rows where code = $1 and release_id ` + answering

// hcpcsSQL reads the rows of all releases: fillHCPCS takes that of the day's wording.
const hcpcsSQL = `-- name: codeset.hcpcs_detail
select release_id, short, pricing, multiple_pricing, coverage, betos, xrefs, statute, manuals, types_of_service, processing_note, action, action_from
from hcpcs_rows where code = $1`

const nocSQL = `-- name: codeset.noc
select release_id, code from noc_rows where code = $1 and release_id ` + answering

const placesSQL = `-- name: codeset.place
select release_id, name, text, facility from pos_rows where code = $1 and release_id ` + answering

const listsSQL = `-- name: codeset.mce
select distinct release_id, list, rule from mce_rows where code = $1 and release_id ` + answering + ` order by list, rule`

const figuresSQL = `-- name: codeset.figures
select release_id, code, mod, work, nonfac_pe, fac_pe, mp, nonfac_total, fac_total, nonfac_na, fac_na, pre, intra, post,
       conversion, conversion_qpp, supervision, imaging, pricing
from pfs_rows where code = $1 and nonfac_total is not null and release_id ` + answering + ` order by mod`

const mapsSQL = `-- name: codeset.maps
select release_id, true as forward, to_system as system, to_code as code, approximate, no_map, combination, scenario, choice_list
from gem_rows where from_code = $1 and from_system = $2 and release_id ` + answering + `
union all
select release_id, false, from_system, from_code, approximate, no_map, combination, scenario, choice_list
from gem_rows where to_code = $1 and to_system = $2 and release_id ` + answering + `
order by forward desc, scenario, choice_list, code`

var primaryOfSQL = `-- name: codeset.primary_of
select release_id, addon, primary_code, type, effective_from, effective_to from addon_rows
where primary_code = $2 and release_id ` + slotted(addonSlot) + `
  and coalesce(effective_from <= $1::date, true) and coalesce(effective_to >= $1::date, true)
order by addon`

type childRow struct {
	ReleaseID   int64
	Code, Title string
	Billable    bool
}

type pageSection struct {
	ReleaseID   int64
	Span, Title string
	Chapter     bool
}

type nocRow struct {
	ReleaseID int64
	Code      string
}

type placeRow struct {
	ReleaseID            int64
	Name, Text, Facility string
}

type listingRow struct {
	ReleaseID  int64
	List, Rule string
}

type figuresRow struct {
	ReleaseID                                  int64
	Code, Mod, Work                            string
	NonfacPE, FacPE, MP, NonfacTotal, FacTotal *string
	NonfacNA, FacNA, Pre, Intra, Post          *string
	Conversion, Supervision, Imaging, Pricing  *string
	ConversionQPP                              *string
}

type gemRow struct {
	ReleaseID                       int64
	Forward                         bool
	System, Code                    string
	Approximate, NoMap, Combination bool
	Scenario, ChoiceList            int
}
