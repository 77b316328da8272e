-- What lies around a plot: industrial areas, access points, sensitive sites.

set local search_path = flurwerk, public;


create table industrial_areas (
    like record including all,
    name text not null,
    major_project boolean not null default false,
    geom geometry(MultiPolygon, 25832) not null,
    constraint industrial_areas_geom_not_empty check (not st_isempty(geom)),
    constraint industrial_areas_geom_valid check (st_isvalid(geom))
);
create index on industrial_areas using gist (geom);
call place('industrial_areas', 'area');
call track('industrial_areas');


create table access_points (
    like record including all,
    name text not null,
    kind text not null check (kind in ('motorway_junction', 'rail_terminal', 'port')),
    geom geometry(Point, 25832) not null,
    constraint access_points_geom_not_empty check (not st_isempty(geom))
);
create index on access_points using gist (geom);
call place('access_points', 'point');
call track('access_points');


create table sensitive_sites (
    like record including all,
    name text not null,
    kind text not null check (kind in ('school', 'day_care', 'hospital', 'elderly_home')),
    geom geometry(Point, 25832) not null,
    constraint sensitive_sites_geom_not_empty check (not st_isempty(geom))
);
create index on sensitive_sites using gist (geom);
call place('sensitive_sites', 'point');
call track('sensitive_sites');
