-- The passive network: nodes, ducts and cables, as planners and contractors deliver them; no splice planning.
--
-- They are internal, as trenches are: where a fibre network is vulnerable is nobody else's business.

set local search_path = flurwerk, public;


create table network_nodes (
    like record including all,
    name text,
    kind text not null check (kind in ('pop', 'distributor', 'chamber', 'other')),
    kind_text text,
    origin text not null default 'new' check (origin in ('new', 'existing')),
    collocation text check (collocation in ('none', 'shared')),
    served_by bigint references network_nodes,
    capacity integer,
    programme bigint references programmes,
    cluster text,
    operator bigint references operators,
    built_on date,
    in_service_on date,
    removed_on date,
    built_reached_on date generated always as (coalesce(built_on, in_service_on)) stored,
    status text generated always as (
        case
            when removed_on is not null then 'removed'
            when in_service_on is not null then 'in_service'
            when built_on is not null or origin = 'existing' then 'built'
            else 'planned'
        end
    ) stored,
    geom geometry(Point, 25832) not null,
    constraint network_nodes_served_by_another check (served_by <> id),
    constraint network_nodes_capacity_positive check (capacity > 0),
    constraint network_nodes_lifecycle_order check (
        built_on <= least(in_service_on, removed_on)
        and in_service_on <= removed_on
    ),
    constraint network_nodes_not_future check (
        greatest(built_on, in_service_on, removed_on) <= today()
        and least(built_on, in_service_on, removed_on) >= '1900-01-01'
    )
);
create index on network_nodes (built_reached_on);
create index on network_nodes (programme);
create index on network_nodes (operator);
create index on network_nodes (served_by) where served_by is not null;
call complete_layer('network_nodes', counted_by => 'kind');


create table ducts (
    like record including all,
    kind text not null check (
        kind in (
            'conduit', 'conduit_dn32', 'conduit_dn40', 'conduit_dn50', 'conduit_dn100',
            'single_7_4', 'single_10_6', 'single_12_8', 'single_14_10', 'single_16_12',
            'bundle_7_4', 'bundle_10_6', 'bundle_12_8', 'bundle_14_10', 'bundle_16_12', 'bundle_20_15',
            'mr4', 'other'
        )
    ),
    kind_text text,
    origin text not null default 'new' check (origin in ('new', 'existing')),
    bundles integer,
    tubes integer,
    spare_tubes integer,
    duct_length_m numeric(12, 3),
    programme bigint references programmes,
    cluster text,
    operator bigint references operators,
    built_on date,
    in_service_on date,
    removed_on date,
    built_reached_on date generated always as (coalesce(built_on, in_service_on)) stored,
    status text generated always as (
        case
            when removed_on is not null then 'removed'
            when in_service_on is not null then 'in_service'
            when built_on is not null or origin = 'existing' then 'built'
            else 'planned'
        end
    ) stored,
    geom geometry(MultiLineString, 25832) not null,
    length_m numeric(12, 3) generated always as (round(st_length(geom)::numeric, 3)) stored,
    constraint ducts_bundles_not_negative check (bundles >= 0),
    constraint ducts_tubes_not_negative check (tubes >= 0),
    constraint ducts_spare_tubes_not_negative check (spare_tubes >= 0),
    constraint ducts_duct_length_m_not_negative check (duct_length_m >= 0 and duct_length_m < 'NaN'),
    constraint ducts_lifecycle_order check (
        built_on <= least(in_service_on, removed_on)
        and in_service_on <= removed_on
    ),
    constraint ducts_not_future check (
        greatest(built_on, in_service_on, removed_on) <= today()
        and least(built_on, in_service_on, removed_on) >= '1900-01-01'
    )
);
create index on ducts (built_reached_on);
create index on ducts (programme);
create index on ducts (operator);
call complete_layer('ducts');


create table cables (
    like record including all,
    kind text not null check (
        kind in (
            'fibre_6', 'fibre_12', 'fibre_24', 'fibre_48', 'fibre_72', 'fibre_96', 'fibre_144', 'fibre_288', 'other'
        )
    ),
    kind_text text,
    origin text not null default 'new' check (origin in ('new', 'existing')),
    fibres integer,
    spare_fibres integer,
    cable_length_m numeric(12, 3),
    programme bigint references programmes,
    cluster text,
    operator bigint references operators,
    built_on date,
    in_service_on date,
    removed_on date,
    built_reached_on date generated always as (coalesce(built_on, in_service_on)) stored,
    status text generated always as (
        case
            when removed_on is not null then 'removed'
            when in_service_on is not null then 'in_service'
            when built_on is not null or origin = 'existing' then 'built'
            else 'planned'
        end
    ) stored,
    geom geometry(MultiLineString, 25832) not null,
    length_m numeric(12, 3) generated always as (round(st_length(geom)::numeric, 3)) stored,
    constraint cables_fibres_not_negative check (fibres >= 0),
    constraint cables_spare_fibres_not_negative check (spare_fibres >= 0),
    constraint cables_cable_length_m_not_negative check (cable_length_m >= 0 and cable_length_m < 'NaN'),
    constraint cables_lifecycle_order check (
        built_on <= least(in_service_on, removed_on)
        and in_service_on <= removed_on
    ),
    constraint cables_not_future check (
        greatest(built_on, in_service_on, removed_on) <= today()
        and least(built_on, in_service_on, removed_on) >= '1900-01-01'
    )
);
create index on cables (built_reached_on);
create index on cables (programme);
create index on cables (operator);
call complete_layer('cables');


-- The node that an address is connected to.
alter table connections add column served_by bigint references network_nodes;
create index on connections (served_by) where served_by is not null;
call complete_layer('connections', counted_by => 'status');


-- Deliveries tell whether a surface is sealed, and no more.
alter table trenches
    drop constraint trenches_surface_check,
    add constraint trenches_surface_check check (
        surface in ('carriageway', 'footway', 'cycleway', 'verge', 'unpaved', 'sealed', 'unsealed', 'other')
    );
