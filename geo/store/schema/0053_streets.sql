-- Streets: the ground under the city's records where no map service is beneath them.

set local search_path = flurwerk, public;


create table streets (
    like record including all,
    name text,
    kind text not null default 'local' check (kind in ('motorway', 'main', 'local', 'path')),
    geom geometry(MultiLineString, 25832) not null
);
create index streets_search on streets using gin (search_text(array[name]) gin_trgm_ops);
call complete_layer('streets');
