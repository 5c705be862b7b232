-- Owned by package codeset: the Medicare Coverage Database (LCDs, articles), the
-- counties of localities, and the fee schedule's second conversion factor.
--
-- Documents go by the id of the database with its letter (L33312, A52369) and a
-- version; a release holds the newest version of each at the time of the download.

-- From 2026 on there are two conversion factors. conversion is the one for who
-- does not take part in an advanced payment model, as everyone before 2026.
alter table pfs_rows
    add column conversion_qpp text;              -- of qualifying participants; null where the file was not given

create table gpci_counties (
    release_id      bigint not null,
    contractor      text not null,
    locality        text not null,
    state           text not null,               -- its name, in capitals
    area            text not null,
    counties        text not null                -- as the file words them
) partition by list (release_id);
create index on gpci_counties (contractor, locality);

-- One version of a document. title is '' where the release was loaded without
-- the table of documents: another release may name it.
create table coverage_documents (
    release_id      bigint not null,
    document        text not null collate "C",
    version         integer not null,
    display         text not null,               -- as the database shows it: DL… of a proposed LCD
    title           text not null,
    status          text not null,               -- A approved, R retired, P proposed; '' not said
    effective_from  date,
    effective_to    date,                        -- last day; null while open
    retires         date                         -- announced day of retirement
) partition by list (release_id);
create index on coverage_documents (document);

-- Contractors; states are those that they serve at the time of the download.
create table coverage_contractors (
    release_id      bigint not null,
    contractor      text not null collate "C",   -- id, type and version: 269.8.1
    name            text not null,
    number          text not null,
    subtype         text not null,               -- MAC A, MAC B, HHH MAC, DME MAC
    retired         boolean not null,
    states          text[] not null
) partition by list (release_id);
create index on coverage_contractors (contractor);

create table coverage_served (
    release_id      bigint not null,
    document        text not null collate "C",
    version         integer not null,
    contractor      text not null collate "C"
) partition by list (release_id);
create index on coverage_served (document, version);

-- States of a document that only one contractor has; of the others the
-- contractors' states hold (data dictionary, LCD_X_PRIMARY_JURISDICTION).
create table coverage_states (
    release_id      bigint not null,
    document        text not null collate "C",
    version         integer not null,
    state           text not null
) partition by list (release_id);
create index on coverage_states (document, version);

-- Paragraphs of a document's groups of codes, without markup. Which group of
-- diagnoses belongs to which group of procedures is said by the text alone:
-- equal numbers mean nothing.
create table coverage_groups (
    release_id      bigint not null,
    document        text not null collate "C",
    version         integer not null,
    list            text not null,               -- hcpcs, covered, noncovered, pcs, modifier
    group_no        integer not null,
    text            text not null,
    asterisk        text not null                -- what a star at a code means
) partition by list (release_id);
create index on coverage_groups (document, version);

create table coverage_codes (
    release_id      bigint not null,
    document        text not null collate "C",
    version         integer not null,
    list            text not null,               -- and bill, revenue, table (self-administered drugs)
    group_no        integer not null,            -- 0: the list has no groups
    system          text not null,
    code            text not null collate "C",   -- normal form; XX000: the list says that there is none
    asterisk        boolean not null,
    effective_from  date,                        -- of the rows of a table
    effective_to    date
) partition by list (release_id);
create index on coverage_codes (code);
create index on coverage_codes (document, version, list);

create table coverage_related (
    release_id      bigint not null,
    document        text not null collate "C",
    version         integer not null,
    related         text not null collate "C",
    related_version integer not null             -- when it was written; 0: not said
) partition by list (release_id);
create index on coverage_related (document);
