-- What people keep: saved searches, shortlists, what they watch, what became of it, and how they are told by e-mail.
--
-- A person is the name of a token. What is shared outlives it: then it has no owner. What is not shared goes with it, and so does
-- all that a person watches. None of this is a record: it has no history.
--
-- The service's logins serve many people, and say by flurwerk.actor whom: policies show each their own and what is shared. A
-- login of a person's own is nobody here.

set local search_path = flurwerk_access, flurwerk, public;


create function flurwerk.person() returns text
language sql stable
return case
    when session_user in ('flurwerk_reader', 'flurwerk_editor', 'flurwerk_admin')
        then nullif(current_setting('flurwerk.actor', true), '')
end;
comment on function flurwerk.person is 'Whom a session of the service serves: the name of their token';

create function flurwerk.is_name(written text) returns boolean
language sql immutable
return written = key_text(written) and char_length(written) between 1 and 100;
comment on function flurwerk.is_name is 'Whether a text can be the name that people give to what they keep';


create table saved_searches (
    id bigint generated always as identity,
    name text not null,
    owner text default person(),
    is_shared boolean not null default false,
    filters jsonb not null,
    filters_version integer not null default 1,
    version integer not null default 1,
    changed_at timestamptz not null default now(),
    changed_by text default person(),
    constraint saved_searches_pkey primary key (id),
    constraint saved_searches_name_form check (is_name(name)),
    constraint saved_searches_owned check (owner is not null or is_shared),
    constraint saved_searches_name_once unique (owner, name),
    constraint saved_searches_filters_form check (jsonb_typeof(filters) = 'object' and length(filters::text) <= 20000)
);
comment on table saved_searches is 'Filters of plots under a name: one person''s, or shared with all who can sign in';
comment on column saved_searches.owner is 'Null: whoever saved it is no longer here';
comment on column saved_searches.filters is 'The filters'' values by property, as the page writes them';
comment on column saved_searches.filters_version is 'Counts the states of the filters alone: a new name finds the same plots';

create table shortlists (
    id bigint generated always as identity,
    name text not null,
    owner text default person(),
    is_shared boolean not null default false,
    version integer not null default 1,
    changed_at timestamptz not null default now(),
    changed_by text default person(),
    constraint shortlists_pkey primary key (id),
    constraint shortlists_name_form check (is_name(name)),
    constraint shortlists_owned check (owner is not null or is_shared),
    constraint shortlists_name_once unique (owner, name)
);
comment on table shortlists is 'Ordered lists of plots to hand out: one person''s, or shared with all who can sign in';

create table shortlist_plots (
    shortlist bigint not null,
    plot bigint not null,
    position integer not null,
    constraint shortlist_plots_pkey primary key (shortlist, plot),
    constraint shortlist_plots_shortlist_fkey foreign key (shortlist) references shortlists (id) on delete cascade
);
comment on table shortlist_plots is 'The plots of a shortlist in order; one that is deleted stays until somebody takes it off';

create table watchers (
    person text not null default person(),
    rights text not null,
    cursor text,
    email text,
    language text not null default 'de',
    mailed_event bigint not null default 0,
    sending_event bigint,
    message_id text,
    failure text,
    constraint watchers_pkey primary key (person),
    constraint watchers_email_form check (
        email ~ '^[^.@]+(\.[^.@]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$'
        and email ~ '^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]+@'
        and length(email) <= 254
    ),
    constraint watchers_language_known check (language in ('de', 'en')),
    constraint watchers_sending check ((sending_event is null) = (message_id is null))
);
comment on table watchers is 'Who watches something, up to where in the changes feed, and whether they get a daily digest';
comment on column watchers.rights is 'Role and layers with which it was noted what happened; with others it begins anew';
comment on column watchers.email is 'Where the digest goes; null: nowhere';
comment on column watchers.mailed_event is 'The last event that has been mailed, or was there before a digest was wanted';
comment on column watchers.sending_event is 'The last event of a mail that was handed over and of which it is not known whether it arrived';

create table watches (
    id bigint generated always as identity,
    owner text not null default person(),
    kind text not null,
    plot bigint,
    area jsonb,
    industrial_area bigint,
    search bigint,
    search_version integer,
    inquiry bigint,
    name text,
    began_at timestamptz not null default now(),
    is_behind boolean not null default false,
    looked_event bigint not null default 0,
    constraint watches_pkey primary key (id),
    constraint watches_owner_fkey foreign key (owner) references watchers (person) on delete cascade,
    constraint watches_search_fkey foreign key (search) references saved_searches (id) on delete set null,
    constraint watches_kind_known check (kind in ('plot', 'area', 'search', 'inquiry')),
    constraint watches_name_form check (is_name(name)),
    constraint watches_area_size check (length(area::text) <= 200000),
    constraint watches_one_thing check (
        num_nonnulls(plot, area, industrial_area, search, inquiry) = 1
        or (kind = 'search' and num_nonnulls(plot, area, industrial_area, inquiry) = 0)
    )
);
create unique index watches_once on watches (owner, kind, (coalesce(plot, industrial_area, search, inquiry)))
where area is null;
comment on table watches is 'What people watch: a plot, an area drawn or recorded, a saved search, an inquiry';
comment on column watches.search is 'Null for a watched search that was deleted';
comment on column watches.is_behind is
    'Whether it could not be evaluated when events were last noted, so that more may have changed than the feed says since'
;
comment on column watches.looked_event is 'The last event that its owner has looked at';

create table watched_plots (
    watch bigint not null,
    plot bigint not null,
    properties jsonb not null,
    constraint watched_plots_pkey primary key (watch, plot),
    constraint watched_plots_watch_fkey foreign key (watch) references watches (id) on delete cascade
);
comment on table watched_plots is 'What belonged to a watch when its events were last noted, as its owner saw it then';

create table watch_events (
    id bigint generated always as identity,
    watch bigint not null,
    plot bigint,
    kind text not null,
    name text,
    changes jsonb not null default '{}',
    at timestamptz not null,
    constraint watch_events_pkey primary key (id),
    constraint watch_events_watch_fkey foreign key (watch) references watches (id) on delete cascade,
    constraint watch_events_kind_known check (
        kind in ('created', 'changed', 'deleted', 'entered', 'left', 'redefined')
    )
);
create index on watch_events (watch, id);
comment on table watch_events is 'What happened to what is watched, with earlier and later values, as its owner saw them';


create function flurwerk.count_version() returns trigger
language plpgsql
security definer set search_path = flurwerk_access, flurwerk, pg_temp as $$
begin
    new.version := old.version + 1;
    new.changed_at := clock_timestamp();
    new.changed_by := person();
    return new;
end
$$;
comment on function flurwerk.count_version is 'Row trigger: numbers each state of what several people may change';

create function flurwerk.count_filters() returns trigger
language plpgsql
security definer set search_path = flurwerk_access, flurwerk, pg_temp as $$
begin
    new.filters_version := old.filters_version + 1;
    return new;
end
$$;
comment on function flurwerk.count_filters is 'Row trigger: numbers each state of a saved search''s filters';

create trigger count_filters before update on saved_searches
for each row when (new.filters is distinct from old.filters) execute function count_filters();
create trigger count_version before update on saved_searches
for each row execute function count_version();
create trigger count_version before update on shortlists
for each row execute function count_version();


create function flurwerk.forget_person() returns trigger
language plpgsql
security definer set search_path = flurwerk_access, flurwerk, pg_temp as $$
begin
    delete from watchers where person = old.name;
    delete from saved_searches where owner = old.name and not is_shared;
    delete from shortlists where owner = old.name and not is_shared;
    update saved_searches set owner = null where owner = old.name;
    update shortlists set owner = null where owner = old.name;
    update saved_searches set changed_by = null where changed_by = old.name;
    update shortlists set changed_by = null where changed_by = old.name;
    return null;
end
$$;
comment on function flurwerk.forget_person is
    'Row trigger: with a token that is revoked goes what its person kept, and the name from what they shared';

create trigger forget_person after delete on flurwerk_access.tokens
for each row execute function forget_person();
create trigger forget_person_revoked after update of revoked_at on flurwerk_access.tokens
for each row when (new.revoked_at is not null and old.revoked_at is null) execute function forget_person();


do $$
declare
    kept text;
begin
    foreach kept in array array[
        'saved_searches', 'shortlists', 'shortlist_plots', 'watchers', 'watches', 'watched_plots', 'watch_events'
    ]
    loop
        execute format('alter table %I enable row level security', kept);
    end loop;
end
$$;

-- Whoever may not edit changes what is theirs, and nothing that others have shared.
create function flurwerk.may_change(kept_by text, shared boolean) returns boolean
language sql stable
return kept_by = person() or (shared and session_user in ('flurwerk_editor', 'flurwerk_admin') and person() is not null);
comment on function flurwerk.may_change is 'Whether the served person may change or delete a saved search or a shortlist';

create policy shown on saved_searches for select
using (owner = person() or (is_shared and person() is not null));
create policy saved on saved_searches for insert
with check (owner = person());
create policy changed on saved_searches for update
using (may_change(owner, is_shared));
create policy deleted on saved_searches for delete
using (may_change(owner, is_shared));

create policy shown on shortlists for select
using (owner = person() or (is_shared and person() is not null));
create policy saved on shortlists for insert
with check (owner = person());
create policy changed on shortlists for update
using (may_change(owner, is_shared));
create policy deleted on shortlists for delete
using (may_change(owner, is_shared));

create policy shown on shortlist_plots for select
using (exists (select from shortlists as s where s.id = shortlist));
create policy changed on shortlist_plots
using (exists (select from shortlists as s where s.id = shortlist and may_change(s.owner, s.is_shared)));

create policy own on watchers
using (person = person());
create policy own on watches
using (owner = person());
create policy of_a_watch on watched_plots
using (exists (select from watches as w where w.id = watch));
create policy of_a_watch on watch_events
using (exists (select from watches as w where w.id = watch));

-- By which the search for what operators have built on these tables knows them.
do $$
declare
    made record;
begin
    for made in select policyname, tablename from pg_policies where schemaname = 'flurwerk_access'
    loop
        execute format('comment on policy %I on %I is ''Flurwerk''', made.policyname, made.tablename);
    end loop;
end
$$;
