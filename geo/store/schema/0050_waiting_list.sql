-- Who comes second waits: a reservation that promises no land until somebody says from when it does.

set local search_path = flurwerk, public;


alter table reservations
    add column queued_on date,
    alter column reserved_on drop not null,
    drop constraint reservations_lifecycle_order,
    drop constraint reservations_not_future,
    add constraint reservations_begun check (reserved_on is not null or queued_on is not null),
    add constraint reservations_lifecycle_order check (
        queued_on <= least(reserved_on, released_on, expires_on)
        and reserved_on <= least(released_on, expires_on)
    ),
    add constraint reservations_not_future check (
        greatest(queued_on, reserved_on, released_on) <= today()
        and least(queued_on, reserved_on, released_on) >= '1900-01-01'
    );
-- Made like the table, whose every version may wait from now on.
alter table flurwerk_history.reservations alter column reserved_on drop not null;
comment on column reservations.queued_on is
    'Since when the inquiry waits for land that is promised to others; the reservation promises nothing before reserved_on';
call complete_layer('reservations');


-- As before; but who waits is promised nothing yet, and who is promoted from the waiting list is judged like a new one.
create or replace function reservations_fit_plot() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
declare
    touched bigint[];
begin
    if tg_op = 'INSERT' then
        touched := (
            select array_agg(distinct plot order by plot)
            from new_rows
            where released_on is null
              and reserved_on is not null
        );
    else
        -- What a reservation holds already may stay, whatever has happened to the plot since.
        touched := (
            select array_agg(distinct n.plot order by n.plot)
            from new_rows as n
            join old_rows as o using (id)
            where n.released_on is null
              and n.reserved_on is not null
              and not (
                  o.released_on is null
                  and o.reserved_on is not null
                  and coalesce(o.expires_on >= flurwerk.today(), true)
                  and o.plot = n.plot
                  -- Of whom, and since when, decides which deals have fulfilled it.
                  and o.inquiry is not distinct from n.inquiry
                  and n.reserved_on <= o.reserved_on
                  and coalesce(n.area_m2 <= o.area_m2, n.area_m2 is null and o.area_m2 is null)
              )
        );
    end if;
    if touched is null then
        return null;
    end if;
    -- Two reservations of the same plot at the same instant: the second waits here and then sees the first.
    perform from flurwerk.plots where id = any (touched) order by id for no key update;
    perform flurwerk.refuse_overpromised(touched);
    return null;
end
$$;
