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
