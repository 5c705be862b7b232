-- Owned by package codeset: what the official files hold beside the tables of
-- 0002, and the words that a search goes by.

-- Under which agreement the operator loaded the AMA's descriptors; '' for every
-- free file. Rows of a licensed release are shown only while its reference is
-- the current one (licences, the newest row).
alter table releases
    add column licence text not null default '',
    add column notice  text not null default ''; -- the copyright line to show with its text

create table licences (
    id          bigint generated always as identity primary key,
    reference   text not null,                   -- '': ended
    set_at      timestamptz not null,
    set_by      text not null
);

-- The same file may stand for another period too (--effective).
drop index releases_once;
create unique index releases_once on releases (kind, name, sha256, effective_from) where via = '';

-- Which add-on codes name a code as their primary.
create index on addon_rows (primary_code);

-- A common code is column two of 14,000 edits, one a page of the table: they are
-- counted from the index alone. Those of a column one lie together.
drop index ptp_rows_column2_column1_idx;
create index on ptp_rows (column2, column1) include (release_id, indicator, effective_from, effective_to);

-- Since when a HCPCS row's title, unit and other data stand (ACT EFF DT); null
-- where the file does not say, and for every other set.
alter table code_rows add column wording_from date;

-- What HCPCS Level II says of a code or modifier beside its title and dates
-- (record layout of the Alpha-Numeric file).
create table hcpcs_rows (
    release_id       bigint not null,
    code             text not null collate "C",
    short            text not null,
    pricing          text[] not null,            -- pricing indicators 1 to 4, those given
    multiple_pricing text not null,
    coverage         text not null,              -- C, D, I, M, S
    betos            text not null,
    xrefs            text[] not null,            -- codes to use instead
    statute          text not null,
    manuals          text[] not null,            -- coverage issues and carriers manual references
    types_of_service text[] not null,
    processing_note  text not null,
    action           text not null,
    action_from      date
) partition by list (release_id);
create index on hcpcs_rows (code);

create table noc_rows (
    release_id      bigint not null,
    code            text not null collate "C",
    title           text not null
) partition by list (release_id);
create index on noc_rows (code);

-- CPT descriptors of the licence holder's own files, one row a form.
create table cpt_texts (
    release_id      bigint not null,
    code            text not null collate "C",
    form            text not null,               -- long, medium, short
    text            text not null
) partition by list (release_id);
create index on cpt_texts (code);

-- General equivalence mappings with ICD-9-CM, both ways.
create table gem_rows (
    release_id      bigint not null,
    from_system     text not null,
    from_code       text not null collate "C",
    to_system       text not null,
    to_code         text not null collate "C",   -- '' where there is none
    approximate     boolean not null,
    no_map          boolean not null,
    combination     boolean not null,
    scenario        integer not null,
    choice_list     integer not null
) partition by list (release_id);
create index on gem_rows (from_code);
create index on gem_rows (to_code);

-- Blocks and chapters of the ICD-10-CM tabular list.
create table icd_sections (
    release_id      bigint not null,
    span            text not null collate "C",   -- E08-E13
    first_category  text not null collate "C",
    last_category   text not null collate "C",
    title           text not null,
    chapter         boolean not null
) partition by list (release_id);
create index on icd_sections (first_category);

-- The figures of the fee schedule beside the indicators: relative value units
-- and percentages, as text as in the file; null in the starter's rows.
alter table pfs_rows
    add column nonfac_pe    text,
    add column fac_pe       text,
    add column mp           text,
    add column nonfac_total text,
    add column fac_total    text,
    add column nonfac_na    text,                -- NA: not done in that setting
    add column fac_na       text,
    add column pre          text,
    add column intra        text,
    add column post         text,
    add column pricing      text,                -- from 2026
    add column conversion   text,
    add column supervision  text,
    add column imaging      text;

create table gpci_rows (
    release_id      bigint not null,
    contractor      text not null,
    state           text not null,
    locality        text not null,
    name            text not null,
    work            text not null,
    pe              text not null,
    mp              text not null
) partition by list (release_id);
create index on gpci_rows (state, locality);

create table pos_rows (
    release_id      bigint not null,
    code            text not null collate "C",
    name            text not null,
    text            text not null,
    facility        text not null                -- facility, non-facility, ''
) partition by list (release_id);
create index on pos_rows (code);

create table mce_rows (
    release_id      bigint not null,
    code            text not null collate "C",   -- normal form
    list            text not null,
    rule            text not null
) partition by list (release_id);
create index on mce_rows (code);
