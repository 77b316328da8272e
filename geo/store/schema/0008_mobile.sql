-- Mobile network: requests for sites (search rings) and the candidates for them.

set local search_path = flurwerk, public;


create table mobile_requests (
    like record including all,
    operator bigint references operators,
    radius_m numeric(8, 1),
    technology text,
    min_height_m numeric(6, 2),
    deadline_on date,
    received_on date,
    proposed_on date,
    accepted_on date,
    leased_on date,
    applied_on date,
    permitted_on date,
    built_on date,
    on_air_on date,
    withdrawn_on date,
    received_reached_on date generated always as (
        coalesce(
            received_on,
            least(proposed_on, accepted_on, leased_on, applied_on, permitted_on, built_on, on_air_on, withdrawn_on)
        )
    ) stored,
    status text generated always as (
        case
            when withdrawn_on is not null then 'withdrawn'
            when on_air_on is not null then 'on_air'
            when built_on is not null then 'built'
            when permitted_on is not null then 'permitted'
            when applied_on is not null then 'applied'
            when leased_on is not null then 'leased'
            when accepted_on is not null then 'accepted'
            when proposed_on is not null then 'proposed'
            else 'received'
        end
    ) stored,
    geom geometry(Point, 25832) not null,
    constraint mobile_requests_radius_m_positive check (radius_m > 0 and radius_m < 'NaN'),
    constraint mobile_requests_min_height_m_positive check (min_height_m > 0 and min_height_m < 'NaN'),
    constraint mobile_requests_lifecycle_order check (
        received_on <= least(
            proposed_on, accepted_on, leased_on, applied_on, permitted_on, built_on, on_air_on, withdrawn_on
        )
    ),
    constraint mobile_requests_not_future check (
        greatest(
            received_on, proposed_on, accepted_on, leased_on, applied_on, permitted_on, built_on, on_air_on, withdrawn_on
        ) <= today()
        and least(
            received_on, proposed_on, accepted_on, leased_on, applied_on, permitted_on, built_on, on_air_on, withdrawn_on
        ) >= '1900-01-01'
    ),
    constraint mobile_requests_geom_not_empty check (not st_isempty(geom))
);
create index on mobile_requests (received_reached_on);
create index on mobile_requests (operator);
create index on mobile_requests using gist (geom);
call place('mobile_requests', 'point');
call track('mobile_requests');


create table mobile_candidates (
    like record including all,
    request bigint not null references mobile_requests,
    property bigint references properties,
    kind text not null check (kind in ('building', 'mast', 'ground')),
    ownership text check (ownership in ('public', 'private')),
    height_m numeric(6, 2),
    result text not null default 'open' check (result in ('open', 'suitable', 'rejected')),
    reason text,
    assessed_on date,
    geom geometry(Point, 25832) not null,
    constraint mobile_candidates_height_m_positive check (height_m > 0 and height_m < 'NaN'),
    constraint mobile_candidates_not_future check (assessed_on <= today() and assessed_on >= '1900-01-01'),
    constraint mobile_candidates_geom_not_empty check (not st_isempty(geom))
);
create index on mobile_candidates (request);
create index on mobile_candidates (property);
create index on mobile_candidates using gist (geom);
call place('mobile_candidates', 'point');
call track('mobile_candidates');
