-- The remaining area and the status of each plot. Created in both schemas, flurwerk and as_of.

create view plot_supply as
with taken as (
    select plot, sum(area_m2) as taken_m2
    from transactions
    where takes_land
    group by plot
),
reserved as (
    select h.plot, sum(h.held_m2) as reserved_m2, min(r.expires_on) as reserved_until
    from holding_reservations as h
    join reservations as r on r.id = h.reservation
    group by h.plot
),
waiting as (
    select plot, count(*)::integer as queued
    from land_queue
    group by plot
),
amounts as (
    select
        p.id as plot,
        coalesce(t.taken_m2, 0) as taken_m2,
        greatest(p.area_m2 - coalesce(t.taken_m2, 0), 0) as remaining_m2,
        coalesce(r.reserved_m2, 0) as reserved_m2,
        r.reserved_until,
        coalesce(w.queued, 0) as queued,
        p.area_m2,
        p.offered_on,
        p.withdrawn_on
    from plots as p
    left join taken as t on t.plot = p.id
    left join reserved as r on r.plot = p.id
    left join waiting as w on w.plot = p.id
),
plots_now as (
    select
        a.*,
        -- The first condition that is true.
        case
            when withdrawn_on is not null then 'withdrawn'
            when taken_m2 >= area_m2 then 'taken'
            when reserved_m2 >= remaining_m2 then 'reserved'
            when taken_m2 > 0 then 'partly_taken'
            when reserved_m2 > 0 then 'partly_reserved'
            when offered_on is not null then 'available'
            else 'planned'
        end as status
    from amounts as a
)
select
    plot,
    taken_m2,
    remaining_m2,
    reserved_m2,
    reserved_until,
    queued,
    status,
    -- A plot that was never offered can be reserved or partly taken, too.
    offered_on is not null and status in ('available', 'partly_taken', 'partly_reserved', 'reserved') as on_offer
from plots_now;
