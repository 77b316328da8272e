-- What registers tell of a plot: the zone that its ground value is from, and the Breitbandatlas (flurwerk enrich).

set local search_path = flurwerk, public;

alter table plots
    add column ground_value_zone text,
    add column atlas_fibre_percent numeric(4, 1),
    add column atlas_gigabit_percent numeric(4, 1),
    add column atlas_on date,
    add constraint plots_atlas_fibre_percent_range check (atlas_fibre_percent between 0 and 100),
    add constraint plots_atlas_gigabit_percent_range check (atlas_gigabit_percent between 0 and 100),
    drop constraint plots_not_future,
    add constraint plots_not_future check (
        greatest(offered_on, withdrawn_on, checked_on, ground_value_on, atlas_on) <= today()
        and least(offered_on, withdrawn_on, checked_on, ground_value_on, atlas_on) >= '1900-01-01'
    );
call complete_layer('plots');
