-- What a letter of intent and an expansion area promise: which connections, counted in what, until when. An order after a drop
-- starts a connection anew.

set local search_path = flurwerk, public;


alter table letters_of_intent
    add column promises text not null default 'self_financed' check (promises in ('self_financed', 'programme', 'all')),
    add column programme bigint references programmes,
    add column counts text check (counts in ('address', 'dwelling')),
    add constraint letters_of_intent_programme_named check ((promises = 'programme') = (programme is not null)),
    drop constraint letters_of_intent_not_future,
    add constraint letters_of_intent_not_future check (
        greatest(signed_on, started_on, terminated_on) <= today()
        and least(signed_on, started_on, terminated_on) >= '1900-01-01'
    ),
    add constraint letters_of_intent_ended_on_year check (ended_on between '1900-01-01' and '9999-12-31'),
    -- Without another day it would count as signed on its deadline.
    add constraint letters_of_intent_deadline_of_signed check (
        ended_on <= today()
        or num_nonnulls(signed_on, started_on, terminated_on) > 0
    );
create index on letters_of_intent (programme);
comment on column letters_of_intent.promises is
    'Which connections it promises: self_financed (those of no funded programme), programme (those of the one named), or all';
comment on column letters_of_intent.counts is
    'What the promised number counts: address or dwelling; null: as the programme named, or those of its areas, count';
comment on column letters_of_intent.ended_on is
    'The last day on which connections count towards the promise; in the future, its deadline';
call complete_layer('letters_of_intent');


alter table expansion_areas
    add column planned_counts text check (planned_counts in ('address', 'dwelling'));
comment on column expansion_areas.planned_counts is
    'What planned_connections counts: address or dwelling; null: as the programme counts';
call complete_layer('expansion_areas');


-- The status is generated, so its column is made anew; what was made from it is made again below.
drop view flurwerk_as_of.connections;
drop index connections_live_geom;
alter table connections
    drop column status,
    add column status text generated always as (
        case
            when dropped_on is not null and coalesce(ordered_on <= dropped_on, true) then 'dropped'
            when activated_on is not null then 'activated'
            when connected_on is not null then 'connected'
            when prepared_on is not null then 'prepared'
            when passed_on is not null then 'passed'
            when ordered_on is not null then 'ordered'
            when eligible_on is not null then 'eligible'
            else 'recorded'
        end
    ) stored,
    drop constraint connections_dropped_unconnected,
    add constraint connections_dropped_unconnected check (
        dropped_on is null
        or least(connected_on, activated_on) is null
        or coalesce(ordered_on > dropped_on and ordered_on <= least(connected_on, activated_on), false)
    );
create index connections_live_geom on connections using gist (geom) where status in ('connected', 'activated');
comment on column connections.dropped_on is
    'Since when it is not to be made; a later ordered_on starts it anew, and from then on it counts again';
call complete_layer('connections', counted_by => 'status');

-- Those ordered after they were dropped have another status now.
delete from tile_counts where layer = 'connections';
insert into tile_counts (layer, level, cell, status, count)
select 'connections', l.level, tile_cell(geom_web) >> (2 * (17 - l.level)), coalesce(status, ''), count(*)
from connections
cross join (values (13), (15), (17)) as l (level)
where geom_web is not null
group by 2, 3, 4;
update layer_versions
set version = version + 1, changed_at = clock_timestamp()
where layer = 'connections';
