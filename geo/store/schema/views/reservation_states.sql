-- The state of each reservation on the day shown, and for those who wait, whether it is their turn.

create view reservation_states as
with judged as (
    select
        r.id,
        r.plot,
        r.area_m2,
        h.promised_m2,
        h.held_m2,
        q.place,
        case
            when r.released_on is not null then 'released'
            when h.reservation is not null then 'holds'
            when q.reservation is not null then 'waiting'
            -- One that is in force and holds nothing has been turned into deals. Of one that is over, its own area tells.
            when r.expires_on < flurwerk.day_shown() and coalesce(b.bought_m2 < r.area_m2, b.bought_m2 is null)
                then 'expired'
            else 'fulfilled'
        end as state
    from reservations as r
    left join holding_reservations as h on h.reservation = r.id
    left join land_queue as q on q.reservation = r.id
    left join lateral (
        select sum(d.area_m2) as bought_m2
        from transactions as d
        where d.plot = r.plot
          and d.takes_land
          and d.inquiry = r.inquiry
          and coalesce(d.agreed_reached_on, r.reserved_on, r.queued_on) >= coalesce(r.reserved_on, r.queued_on)
    ) as b on true
)
select
    j.id as reservation,
    j.plot,
    j.state,
    j.promised_m2,
    j.held_m2,
    j.place,
    -- Nobody is passed over for being second, and nobody gets land without somebody's saying so.
    j.place is not distinct from 1
        and s.status not in ('withdrawn', 'taken')
        and coalesce(j.area_m2, s.remaining_m2) <= s.remaining_m2 - s.reserved_m2 as is_next
from judged as j
join plot_supply as s on s.plot = j.plot;
