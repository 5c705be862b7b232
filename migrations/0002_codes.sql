-- Owned by package codeset: releases of published code tables and their rows.
--
-- A release is immutable. Its rows are copied once into partitions of its own
-- and become visible with its row in releases when the transaction commits, so
-- a failed load leaves nothing. In the partitioned tables release_id has no
-- foreign key: the check would cost a look-up a row, of which a load has
-- millions, and rows are only ever written together with their release.

create table releases (
    id              bigint generated always as identity primary key,
    kind            text not null,               -- closed list of the contract
    name            text not null,               -- 2024Q3, FY2026, 2025-10
    via             text not null default '' check (via in ('', 'starter')),
    part_of         bigint references releases (id), -- the starter load that it came with
    dated           boolean not null,            -- true: rows carry their own dates and answer for every earlier day
    effective_from  date not null,               -- first day of the period that it speaks for
    effective_to    date,                        -- last day; null while open
    source          text not null,               -- name of the file that it was read from
    sha256          text not null,
    row_count       bigint not null,
    billable        bigint not null default 0,   -- complete codes of a diagnosis or procedure set
    loaded_at       timestamptz not null,
    loaded_by       text not null,
    check (effective_from <= effective_to),
    check ((via = 'starter') = (part_of is not null or kind = 'starter'))
);
create unique index releases_once on releases (kind, name, sha256) where via = '';
create unique index releases_starter on releases (sha256) where kind = 'starter';

-- Codes of every system: ICD-10-CM and PCS, HCPCS and its modifiers, CPT where
-- the operator has a licensed file. title is official text.
create table code_rows (
    release_id      bigint not null,
    system          text not null,
    code            text not null collate "C",   -- normal form, ICD-10-CM with its dot
    effective_from  date,                        -- the row's own dates; null in a snapshot
    effective_to    date,                        -- last day in force
    billable        boolean not null,            -- false: a header
    title           text not null,
    children        text[] not null default '{}', -- direct children of a header
    amount          numeric,                     -- drug a billing unit
    unit            text not null default ''
) partition by list (release_id);
create index on code_rows (code, system);

-- NCCI procedure-to-procedure edits. The key is (release, columns, effective
-- date) among rows once in force; equal dates with indicator 9 never were.
create table ptp_rows (
    release_id      bigint not null,
    column1         text not null collate "C",
    column2         text not null collate "C",
    effective_from  date,                        -- null: in force throughout the release's period
    effective_to    date,                        -- last day in force; null while open
    indicator       text not null check (indicator in ('0', '1', '9')),
    rationale       text not null default ''
) partition by list (release_id);
create index on ptp_rows (column1, column2);
create index on ptp_rows (column2, column1);

create table mue_rows (
    release_id      bigint not null,
    code            text not null collate "C",
    units           integer not null,            -- 0: not reportable in this setting
    mai             text not null,
    rationale       text not null default ''
) partition by list (release_id);
create index on mue_rows (code);

-- Physician fee schedule, one row a code and modifier; indicators as in PPRRVU.
create table pfs_rows (
    release_id      bigint not null,
    code            text not null collate "C",
    mod             text not null,               -- '', 26, TC, 53
    status          text not null,
    global          text not null,
    pctc            text not null,
    multiple        text not null,
    bilateral       text not null,
    assistant       text not null,
    cosurgeon       text not null,
    team            text not null,
    endo_base       text not null,
    work            text not null
) partition by list (release_id);
create index on pfs_rows (code);

-- NCCI add-on codes; primary CCCCC: the contractor defines the primaries. The
-- starter says by an empty primary that the table has no row for a code.
create table addon_rows (
    release_id      bigint not null,
    addon           text not null collate "C",
    primary_code    text not null collate "C",
    type            text not null,
    effective_from  date,                        -- null: on every day
    effective_to    date
) partition by list (release_id);
create index on addon_rows (addon);

-- ICD-10-CM tabular instructions where they stand. A code inherits those of
-- every prefix of it, and those of blocks and chapters whose span holds its category.
create table icd_notes (
    release_id      bigint not null,
    kind            text not null,
    owner           text not null collate "C",   -- code, block (E08-E13) or chapter's span
    first_category  text collate "C",            -- of a block or chapter, else null
    last_category   text collate "C",
    seq             integer not null,            -- order in the file
    text            text not null,
    refs            text[] not null default '{}' -- codes, ranges and families that text names
) partition by list (release_id);
create index on icd_notes (owner);
create index on icd_notes (first_category) where first_category is not null;

-- Seventh characters, at the code that defines them; the nearest definition wins.
create table icd_extensions (
    release_id      bigint not null references releases (id),
    owner           text not null collate "C",
    character       text not null,
    text            text not null,
    primary key (release_id, owner, character)
);

-- What the starter knows beside the official files: our own plain words,
-- successors, CPT codes that ended, CPT's own modifiers.
create table glosses (
    release_id      bigint not null references releases (id),
    system          text not null,
    code            text not null collate "C",
    core            boolean not null,            -- the starter's pairs are complete among its core
    words           text not null,
    effective_from  date,
    effective_to    date,                        -- last day on which the code could be used
    successor       text not null,
    cite            text not null,               -- where the dates or the modifier are published; '' for words alone
    primary key (release_id, system, code)
);
create index on glosses (code);
