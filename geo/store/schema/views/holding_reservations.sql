-- The reservations in force: begun (who waits for land has no promise of it), not released, not expired on the day shown, not turned into a deal, with what they promise.

create view holding_reservations as
with live as (
    select
        r.id,
        r.plot,
        r.inquiry,
        r.area_m2,
        r.reserved_on,
        greatest(p.area_m2 - coalesce(t.taken_m2, 0), 0) as left_m2,
        coalesce(b.bought_m2, 0) as bought_m2
    from reservations as r
    join plots as p on p.id = r.plot
    left join lateral (
        select sum(d.area_m2) as taken_m2
        from transactions as d
        where d.plot = r.plot
          and d.takes_land
    ) as t on true
    -- What the inquiry has got of the plot since is no longer promised to it.
    left join lateral (
        select sum(d.area_m2) as bought_m2
        from transactions as d
        where d.plot = r.plot
          and d.takes_land
          and d.inquiry = r.inquiry
          and coalesce(d.agreed_reached_on, r.reserved_on) >= r.reserved_on
    ) as b on true
    where r.reserved_on is not null
      and r.released_on is null
      and (r.expires_on is null or r.expires_on >= flurwerk.day_shown())
),
promised as (
    select
        l.*,
        case
            -- Without an area, all that is left is reserved.
            when area_m2 is null then left_m2
            else greatest(area_m2 - greatest(bought_m2 - coalesce(sum(area_m2) over earlier_of_inquiry, 0), 0), 0)
        end as promised_m2
    from live as l
    where area_m2 is not null
       or bought_m2 = 0
    window earlier_of_inquiry as (
        partition by plot, inquiry
        order by reserved_on, id
        rows between unbounded preceding and 1 preceding
    )
)
select
    id as reservation,
    plot,
    inquiry,
    area_m2 is null as is_whole,
    promised_m2,
    -- Who came first is served first; less than promised only after somebody said yes to a deal with others.
    greatest(least(promised_m2, left_m2 - coalesce(sum(promised_m2) over earlier, 0)), 0) as held_m2
from promised
where promised_m2 > 0
   or area_m2 is null
window earlier as (
    partition by plot
    order by reserved_on, id
    rows between unbounded preceding and 1 preceding
);
