-- Who waits for land that is promised to others, on the day shown: the reservations that have not begun, in order of entry.

create view land_queue as
select
    r.id as reservation,
    r.plot,
    r.inquiry,
    r.area_m2,
    r.queued_on,
    row_number() over (partition by r.plot order by r.queued_on, r.id) as place
from reservations as r
-- What the inquiry has bought since, and what of that it was promised by reservations of its own: that is not what it waits for.
cross join lateral (
    select coalesce(sum(d.area_m2), 0) as bought_m2
    from transactions as d
    where d.plot = r.plot
      and d.takes_land
      and d.inquiry = r.inquiry
      and coalesce(d.agreed_reached_on, r.queued_on) >= r.queued_on
) as b
cross join lateral (
    select coalesce(sum(least(o.area_m2, f.got_m2)), 0) as promised_m2
    from reservations as o
    cross join lateral (
        select coalesce(sum(d.area_m2), 0) as got_m2
        from transactions as d
        where d.plot = r.plot
          and d.takes_land
          and d.inquiry = r.inquiry
          and coalesce(d.agreed_reached_on, r.queued_on) >= greatest(r.queued_on, o.reserved_on)
          and coalesce(d.agreed_reached_on <= least(o.released_on, o.expires_on), true)
    ) as f
    where o.plot = r.plot
      and o.inquiry = r.inquiry
      and o.reserved_on is not null
) as o
where r.reserved_on is null
  and r.released_on is null
  and (r.expires_on is null or r.expires_on >= flurwerk.day_shown())
  -- Whoever has bought what it waits for waits no longer; without an area, whoever has bought anything.
  and b.bought_m2 - o.promised_m2 < coalesce(r.area_m2, 0.01);
