-- Broadband: programmes, operators, expansion areas, trenches, obstructions and connections.

set local search_path = flurwerk, public;


create table programmes (
    like record including all,
    name text not null,
    funding text not null check (funding in ('funded', 'self_financed')),
    gap text check (gap in ('white', 'light_grey', 'dark_grey')),
    counts text not null default 'address' check (counts in ('address', 'dwelling')),
    started_on date,
    ended_on date,
    constraint programmes_lifecycle_order check (started_on <= ended_on),
    constraint programmes_not_future check (started_on <= today() and started_on >= '1900-01-01')
);
call track('programmes');


create table operators (
    like record including all,
    name text not null,
    kind text not null check (kind in ('carrier', 'mobile', 'tower'))
);
call track('operators');


create table letters_of_intent (
    like record including all,
    operator bigint not null references operators,
    promised_connections integer,
    signed_on date,
    started_on date,
    ended_on date,
    terminated_on date,
    signed_reached_on date generated always as (
        coalesce(signed_on, least(started_on, ended_on, terminated_on))
    ) stored,
    constraint letters_of_intent_promised_connections_positive check (promised_connections > 0),
    constraint letters_of_intent_not_future check (
        greatest(signed_on, started_on, ended_on, terminated_on) <= today()
        and least(signed_on, started_on, ended_on, terminated_on) >= '1900-01-01'
    )
);
create index on letters_of_intent (signed_reached_on);
create index on letters_of_intent (operator);
call track('letters_of_intent');


create table expansion_areas (
    like record including all,
    name text not null,
    programme bigint references programmes,
    operator bigint references operators,
    letter bigint references letters_of_intent,
    cluster text,
    planned_connections integer,
    due_on date,
    geom geometry(MultiPolygon, 25832) not null,
    constraint expansion_areas_planned_connections_not_negative check (planned_connections >= 0),
    constraint expansion_areas_geom_not_empty check (not st_isempty(geom)),
    constraint expansion_areas_geom_valid check (st_isvalid(geom))
);
create index on expansion_areas (programme);
create index on expansion_areas (operator);
create index on expansion_areas (letter);
create index on expansion_areas using gist (geom);
call place('expansion_areas', 'area');
call track('expansion_areas');


create table trenches (
    like record including all,
    programme bigint not null references programmes,
    cluster text,
    operator bigint references operators,
    origin text not null default 'new' check (origin in ('new', 'existing_duct', 'co_laid')),
    construction text check (construction in ('open', 'closed', 'overhead')),
    method text check (
        method in (
            'open_trench', 'press_drill', 'hdd', 'plough', 'milling', 'trenching',
            'saw_cut', 'ramming', 'microtunnel', 'overhead', 'other'
        )
    ),
    surface text check (surface in ('carriageway', 'footway', 'cycleway', 'verge', 'unpaved', 'other')),
    due_on date,
    duplicate_of bigint references trenches,
    planned_on date,
    applied_on date,
    complete_on date,
    permitted_on date,
    extended_until date,
    refused_on date,
    sounding_requested_on date,
    cleared_on date,
    started_on date,
    laid_on date,
    accepted_on date,
    documented_on date,
    discarded_on date,
    -- A step without its date counts as reached on the earliest date of a later step.
    laid_reached_on date generated always as (coalesce(laid_on, least(accepted_on, documented_on))) stored,
    planned_reached_on date generated always as (
        coalesce(
            planned_on,
            least(
                applied_on, complete_on, permitted_on, refused_on, sounding_requested_on, cleared_on,
                started_on, laid_on, accepted_on, documented_on
            )
        )
    ) stored,
    status text generated always as (
        case
            when discarded_on is not null then 'discarded'
            when coalesce(laid_on, accepted_on, documented_on) is not null then 'laid'
            when started_on is not null then 'under_construction'
            when cleared_on is not null then 'cleared'
            when permitted_on is not null then 'permitted'
            when coalesce(applied_on, complete_on) is not null then 'applied'
            else 'planned'
        end
    ) stored,
    geom geometry(MultiLineString, 25832) not null,
    length_m numeric(12, 3) generated always as (round(st_length(geom)::numeric, 3)) stored,
    constraint trenches_not_own_duplicate check (duplicate_of <> id),
    constraint trenches_construction_order check (
        planned_on <= least(started_on, laid_on, accepted_on)
        and started_on <= least(laid_on, accepted_on)
        and laid_on <= accepted_on
    ),
    constraint trenches_consent_order check (
        applied_on <= least(complete_on, permitted_on)
        and complete_on <= permitted_on
    ),
    constraint trenches_ordnance_order check (sounding_requested_on <= cleared_on),
    constraint trenches_not_future check (
        greatest(
            planned_on, applied_on, complete_on, permitted_on, refused_on, sounding_requested_on, cleared_on,
            started_on, laid_on, accepted_on, documented_on, discarded_on
        ) <= today()
        and least(
            planned_on, applied_on, complete_on, permitted_on, refused_on, sounding_requested_on, cleared_on,
            started_on, laid_on, accepted_on, documented_on, discarded_on
        ) >= '1900-01-01'
    ),
    constraint trenches_geom_not_empty check (not st_isempty(geom) and st_length(geom) > 0)
);
create index on trenches (planned_reached_on);
create index on trenches (laid_reached_on);
create index on trenches (programme);
create index on trenches (cluster);
create index on trenches (duplicate_of) where duplicate_of is not null;
create index on trenches using gist (geom);
call place('trenches', 'line');
call track('trenches');
call refuse_duplicate_chains('trenches');


create table connections (
    like record including all,
    address text,
    dwellings integer,
    customer text check (customer in ('household', 'company', 'institution')),
    programme bigint references programmes,
    cluster text,
    operator bigint references operators,
    technology text check (technology in ('FTTH', 'FTTB', 'FTTC', 'HFC')),
    down_mbit numeric(8, 1),
    due_on date,
    eligible_on date,
    ordered_on date,
    passed_on date,
    prepared_on date,
    connected_on date,
    activated_on date,
    dropped_on date,
    connected_reached_on date generated always as (coalesce(connected_on, activated_on)) stored,
    status text generated always as (
        case
            when dropped_on is not null then 'dropped'
            when activated_on is not null then 'activated'
            when connected_on is not null then 'connected'
            when prepared_on is not null then 'prepared'
            when passed_on is not null then 'passed'
            when ordered_on is not null then 'ordered'
            when eligible_on is not null then 'eligible'
            else 'recorded'
        end
    ) stored,
    geom geometry(Point, 25832) not null,
    constraint connections_dwellings_positive check (dwellings > 0),
    constraint connections_down_mbit_positive check (down_mbit > 0 and down_mbit < 'NaN'),
    constraint connections_construction_order check (
        passed_on <= least(prepared_on, connected_on, activated_on)
        and prepared_on <= least(connected_on, activated_on)
        and connected_on <= activated_on
    ),
    constraint connections_dropped_unconnected check (
        dropped_on is null or (connected_on is null and activated_on is null)
    ),
    constraint connections_not_future check (
        greatest(eligible_on, ordered_on, passed_on, prepared_on, connected_on, activated_on, dropped_on) <= today()
        and least(eligible_on, ordered_on, passed_on, prepared_on, connected_on, activated_on, dropped_on) >= '1900-01-01'
    ),
    constraint connections_geom_not_empty check (not st_isempty(geom))
);
create index on connections (connected_reached_on);
create index on connections (programme);
create index on connections using gist (geom);
call place('connections', 'point');
call track('connections');


-- Where a programme counts dwellings, a connection without their number could not be counted.
create function refuse_uncounted_dwellings() returns trigger
language plpgsql as $$
declare
    example text := (
        select n.source_id
        from new_rows as n
        join flurwerk.programmes as p on p.id = n.programme
        where p.counts = 'dwelling'
          and n.dwellings is null
        order by n.id
        limit 1
    );
begin
    if example is not null then
        raise exception using
            errcode = 'check_violation',
            constraint = 'connections_dwellings_counted',
            table = 'connections',
            column = 'dwellings',
            message = format('the programme counts dwellings, connection %L has none', example);
    end if;
    return null;
end
$$;

create trigger dwellings_counted_on_insert after insert on connections
referencing new table as new_rows
for each statement execute function refuse_uncounted_dwellings();
create trigger dwellings_counted_on_update after update on connections
referencing new table as new_rows
for each statement execute function refuse_uncounted_dwellings();

create function programme_counts_dwellings() returns trigger
language plpgsql as $$
begin
    if exists (select from flurwerk.connections where programme = new.id and dwellings is null) then
        raise exception using
            errcode = 'check_violation',
            constraint = 'connections_dwellings_counted',
            table = 'programmes',
            column = 'counts',
            message = format('programme %L has connections without their number of dwellings', new.name);
    end if;
    return null;
end
$$;

create trigger counts_dwellings after update of counts on programmes
for each row when (new.counts = 'dwelling' and old.counts <> 'dwelling')
execute function programme_counts_dwellings();


create table obstructions (
    like record including all,
    trench bigint references trenches,
    cluster text,
    connection bigint references connections,
    kind text not null check (
        kind in ('ordnance', 'permit', 'utility', 'weather', 'archaeology', 'owner', 'contractor')
    ),
    responsible text,
    from_on date not null,
    until_on date,
    constraint obstructions_one_subject check (num_nonnulls(trench, cluster, connection) = 1),
    constraint obstructions_interval_order check (from_on <= until_on),
    constraint obstructions_not_future check (from_on <= today() and from_on >= '1900-01-01')
);
create index on obstructions (trench);
create index on obstructions (cluster);
create index on obstructions (connection);
call track('obstructions');
