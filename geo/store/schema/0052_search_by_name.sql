-- The search finds connections by address, trenches by number, and parties by name: the layers with most records, and the one
-- whose records forms refer to.

set local search_path = flurwerk, public;


create index connections_search on connections using gin (search_text(array[address, source_id]) gin_trgm_ops);
create index trenches_search on trenches using gin (search_text(array[source_id]) gin_trgm_ops);
create index parties_search on parties using gin (search_text(array[name, contact_name]) gin_trgm_ops);
