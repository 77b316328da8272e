-- Records are asked for by the name of their district.

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
