-- The remaining area and the status of each plot. Created in both schemas, flurwerk and as_of.

create view plot_supply as
with taken as (
    select plot, sum(area_m2) as taken_m2
    from transactions
    where takes_land
    group by plot
),
reserved as (
    select distinct plot
    from holding_reservations
),
plots_now as (
    select
        p.id as plot,
        coalesce(t.taken_m2, 0) as taken_m2,
        greatest(p.area_m2 - coalesce(t.taken_m2, 0), 0) as remaining_m2,
        -- The first condition that is true.
        case
            when p.withdrawn_on is not null then 'withdrawn'
            when t.taken_m2 >= p.area_m2 then 'taken'
            when t.taken_m2 > 0 then 'partly_taken'
            when r.plot is not null then 'reserved'
            when p.offered_on is not null then 'available'
            else 'planned'
        end as status,
        p.offered_on
    from plots as p
    left join taken as t on t.plot = p.id
    left join reserved as r on r.plot = p.id
)
select
    plot,
    taken_m2,
    remaining_m2,
    status,
    -- A plot that was never offered can be reserved or partly taken, too.
    offered_on is not null and status in ('available', 'partly_taken', 'reserved') as on_offer
from plots_now;
