-- Owned by package consult/review: sessions (the layout of scs/pgxstore) and
-- the sign-in throttle.

create table sessions (
    token   text primary key,
    data    bytea not null,
    expiry  timestamptz not null
);
create index sessions_expiry on sessions (expiry);

create table login_failures (
    key    text primary key, -- hash of the account or the peer's address
    count  integer not null,
    until  timestamptz not null
);
