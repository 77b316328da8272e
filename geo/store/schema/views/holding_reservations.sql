-- The reservations in force: not released and, on the day shown, not expired.

create view holding_reservations as
select id as reservation, plot, inquiry
from reservations
where released_on is null
  and (expires_on is null or expires_on >= flurwerk.day_shown());
