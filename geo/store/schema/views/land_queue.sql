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
where r.reserved_on is null
  and r.released_on is null
  and (r.expires_on is null or r.expires_on >= flurwerk.day_shown())
  -- Whoever has bought of the plot since waits no longer.
  and not exists (
      select
      from transactions as d
      where d.plot = r.plot
        and d.takes_land
        and d.inquiry = r.inquiry
        and coalesce(d.agreed_reached_on, r.queued_on) >= r.queued_on
  );
