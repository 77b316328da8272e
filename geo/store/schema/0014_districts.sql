-- Records are asked for by the name of their district, and inquiries by the districts that they name.

set local search_path = flurwerk, public;

do $$
declare
    placed text;
begin
    foreach placed in array array[
        'industrial_areas', 'plots', 'plot_restrictions', 'reservations', 'transactions', 'measures', 'properties',
        'inquiries'
    ]
    loop
        execute format('create index on flurwerk.%I (district_key)', placed);
    end loop;
end
$$;

-- Wanting land in no district means wanting it in any.
update inquiries set districts = null where districts = '{}';
alter table inquiries add constraint inquiries_districts_not_empty check (cardinality(districts) > 0);
