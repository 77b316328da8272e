-- The reservations in force: begun (who waits for land has no promise of it), not released, not expired on the day shown, not turned into a deal, with what they promise.

create view holding_reservations as
with live as (
    select id, plot, inquiry
    from reservations
    where reserved_on is not null
      and released_on is null
      and (expires_on is null or expires_on >= flurwerk.day_shown())
),
counted as (
    select
        r.id,
        r.plot,
        r.inquiry,
        r.area_m2,
        r.reserved_on,
        l.id is not null as is_live,
        coalesce(b.bought_m2, 0) as bought_m2,
        -- What went to one that is over by now is not what its inquiry was promised by another.
        case when l.id is null then least(r.area_m2, coalesce(b.in_force_m2, 0)) else r.area_m2 end as counted_m2
    from reservations as r
    left join live as l on l.id = r.id
    -- What the inquiry has got of the plot since is no longer promised to it.
    left join lateral (
        select
            sum(d.area_m2) as bought_m2,
            sum(d.area_m2) filter (
                where coalesce(d.agreed_reached_on <= least(r.released_on, r.expires_on), true)
            ) as in_force_m2
        from transactions as d
        where d.plot = r.plot
          and d.takes_land
          and d.inquiry = r.inquiry
          and coalesce(d.agreed_reached_on, r.reserved_on) >= r.reserved_on
    ) as b on true
    where l.id is not null
       or (
           r.reserved_on is not null
           and exists (
               select
               from live as o
               where o.plot = r.plot
                 and o.inquiry = r.inquiry
           )
       )
),
-- Deals go to an inquiry's reservations of the plot in their order. Of those up to one of them, as much is left as of those from
-- any of them on exceeds the deals since that one's day: what was bought before cannot have gone to it.
summed as (
    select
        c.*,
        coalesce(sum(counted_m2) over up_to, 0) as up_to_m2,
        coalesce(sum(counted_m2) over before, 0) + bought_m2 as gone_from_here_m2
    from counted as c
    window
        up_to as (
            partition by plot, inquiry
            order by reserved_on, id
        ),
        before as (
            partition by plot, inquiry
            order by reserved_on, id
            rows between unbounded preceding and 1 preceding
        )
),
allotted as (
    select s.*, min(gone_from_here_m2) over (partition by plot, inquiry order by reserved_on, id) as gone_m2
    from summed as s
),
promised as (
    select
        a.id,
        a.plot,
        a.inquiry,
        a.area_m2,
        a.reserved_on,
        greatest(p.area_m2 - coalesce(t.taken_m2, 0), 0) as left_m2,
        case
            -- Without an area, all that is left is reserved.
            when a.area_m2 is null then greatest(p.area_m2 - coalesce(t.taken_m2, 0), 0)
            else greatest(least(a.up_to_m2 - a.gone_m2, a.area_m2), 0)
        end as promised_m2
    from allotted as a
    join plots as p on p.id = a.plot
    left join lateral (
        select sum(d.area_m2) as taken_m2
        from transactions as d
        where d.plot = a.plot
          and d.takes_land
    ) as t on true
    where a.is_live
      and (a.area_m2 is not null or a.bought_m2 = 0)
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
