-- Owned by package jobs: mailboxes, messages and their raw bytes.

create table mailboxes (
    name              text primary key,
    uidvalidity       bigint not null default 0,
    last_uid          bigint not null default 0,
    last_poll         timestamptz,
    last_error_class  text not null default '',
    last_error_at     timestamptz,
    needs_sign_in     boolean not null default false,
    sealed_token      bytea
);

-- One row for each distinct mail of a mailbox, whatever UIDs it has had.
create table messages (
    id            bigint generated always as identity primary key,
    mailbox       text not null references mailboxes (name),
    sha256        bytea not null,
    size          integer not null,
    received_at   timestamptz not null default now(),
    state         text not null default 'received'
                  check (state in ('received', 'case', 'set aside', 'discarded')),
    kind          text not null default '',
    reason        text not null default '',
    problems      text[] not null default '{}',
    case_id       bigint,
    message_id    text not null default '',
    from_name     text not null default '',
    from_address  text not null default '',
    subject       text not null default '',
    sent_at       timestamptz,
    attachments   integer not null default 0,
    trust         text not null default '',
    unique (mailbox, sha256)
);
create index messages_by_message_id on messages (message_id) where message_id <> '';
create index messages_by_case on messages (case_id, id) where case_id is not null;
create index messages_received on messages (received_at) where state = 'received';
create index messages_aside on messages (id) where state = 'set aside';

-- Every place where the server has listed a mail: the natural key of reading.
create table sightings (
    mailbox      text not null references mailboxes (name),
    uidvalidity  bigint not null,
    uid          bigint not null,
    message_id   bigint not null references messages (id),
    primary key (mailbox, uidvalidity, uid)
);

-- UIDs that the server lists and did not deliver.
create table missing_uids (
    mailbox      text not null references mailboxes (name),
    uidvalidity  bigint not null,
    uid          bigint not null,
    reason       text not null,
    tries        integer not null default 1,
    first_at     timestamptz not null default now(),
    last_at      timestamptz not null default now(),
    primary key (mailbox, uidvalidity, uid)
);

-- The bytes, in chunks of at most 1 MiB, by the month of their arrival.
create table raw (
    month       date not null,
    message_id  bigint not null,
    part        integer not null,
    bytes       bytea not null,
    primary key (month, message_id, part)
) partition by range (month);
create table raw_default partition of raw default;
