-- Owned by package codeset: what "codes search" goes by. The texts repeat what
-- other tables hold, word by word and by release, so that one index serves all
-- systems; rows are only ever written together with their release.

create extension if not exists pg_trgm; -- trusted: the database's owner may

-- The words of a text: lower case, accents and apostrophes dropped, anything
-- else between words. Package codeset splits queries in the same way (tokens).
-- The first case is the same for most titles and several times as fast.
create function search_tokens(t text) returns text[] language sql immutable parallel safe as $$
    select array_remove(string_to_array(case
        when t ~ '^[a-zA-Z0-9 ,()/.''-]*$' then translate(lower(t), '-,()/.''', '      ')
        else translate(lower(t),
            'áàâäãåçéèêëíìîïñóòôöõøúùûüýÿÁÀÂÄÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØÚÙÛÜÝ' || E'\t\n\r -–—/\\()[]{}<>,.;:&+*%#"=!?_|~^`@$“”®™§≤≥' || '''’',
            'aaaaaaceeeeiiiinoooooouuuuyyaaaaaaceeeeiiiinoooooouuuuy' || repeat(' ', 44))
        end, ' '), '')
$$;

-- One row a text that names a code. A release's rows lie in the order of their
-- length: a search that finds more than it looks at has met the general ones.
create table search_texts (
    release_id      bigint not null,
    system          text not null,
    code            text not null collate "C",   -- of a section its span: E08-E13
    kind            text not null check (kind in ('title', 'term', 'gloss', 'descriptor', 'section', 'chapter')),
    parent          text collate "C",            -- the header above, of a title in a tree
    billable        boolean not null,
    effective_from  date,                        -- the row's own dates, as in code_rows and glosses
    effective_to    date,
    children        text[] not null,             -- as in code_rows, where the release names them
    text            text not null,
    words           tsvector not null
) partition by list (release_id);
create index on search_texts using gin (words);
create index on search_texts (code);
create index on search_texts (parent) where parent is not null;

-- Every word of those texts, for prefixes, plurals and typing errors.
create table search_words (
    word   text primary key collate "C",
    stem   text not null collate "C",
    texts  integer not null                      -- that hold it, in the release with most
);
create index on search_words (stem);
create index on search_words using gin (word gin_trgm_ops);
