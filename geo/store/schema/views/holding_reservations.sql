-- The reservations that hold: not released, and on the day shown not past their last day.

create view holding_reservations as
select id as reservation, plot, inquiry
from reservations
where released_on is null
  and (expires_on is null or expires_on >= flurwerk.day_shown());
