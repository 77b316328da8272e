-- A reservation is a promise: together, those of a plot never exceed what is left of it, and nobody else gets what is promised
-- unless somebody says yes to it.

set local search_path = flurwerk, public;


alter table transactions add column despite_reservation boolean;
comment on column transactions.despite_reservation is
    'Whether somebody has said yes to a deal about land that is reserved for others';
call complete_layer('transactions');


-- In PL/pgSQL, since the view is made anew whenever it changes. The triggers run with the owner's rights: what is promised to
-- others counts for those, too, who may see only one layer.
create function promises_of(plots_to_check bigint[])
returns table (plot bigint, name text, left_m2 numeric, promised_m2 numeric, is_whole boolean, are_too_many boolean)
language plpgsql stable as $$
begin
    return query
        select
            p.id,
            p.name,
            greatest(p.area_m2 - t.taken_m2, 0),
            sum(h.promised_m2),
            bool_or(h.is_whole),
            -- As in overdrawn_plots: an official area is exact; an area measured on the geometry is taken with 2 %.
            sum(h.promised_m2) > p.area_m2 * case when p.official_area_m2 is null then 1.02 else 1 end - t.taken_m2
                or (bool_or(h.is_whole) and p.area_m2 <= t.taken_m2)
        from flurwerk.plots as p
        join flurwerk.holding_reservations as h on h.plot = p.id
        cross join lateral (
            select coalesce(sum(d.area_m2), 0) as taken_m2
            from flurwerk.transactions as d
            where d.plot = p.id
              and d.takes_land
        ) as t
        where p.id = any (plots_to_check)
        group by p.id, t.taken_m2;
end
$$;
comment on function promises_of is
    'What is promised of the given plots, if anything is, and whether that is more than is left of them';

create function refuse_promises(broken jsonb, violated text, at_table text, at_column text, reason text) returns void
language plpgsql as $$
begin
    if broken is not null then
        raise exception using
            errcode = 'check_violation',
            constraint = violated,
            table = at_table,
            column = at_column,
            message = reason || (
                select string_agg(
                    format(
                        '%s: %s m² of %s m²',
                        f ->> 'name', round((f ->> 'promised_m2')::numeric), round((f ->> 'left_m2')::numeric)
                    ),
                    '; ' order by (f ->> 'plot')::bigint
                )
                from jsonb_array_elements(broken) as f
            ),
            detail = (select jsonb_agg(f -> 'plot' order by (f ->> 'plot')::bigint) from jsonb_array_elements(broken) as f);
    end if;
end
$$;

create function refuse_overpromised(plots_to_check bigint[]) returns void
language plpgsql as $$
begin
    perform flurwerk.refuse_promises(
        (select jsonb_agg(to_jsonb(p)) from flurwerk.promises_of(plots_to_check) as p where p.are_too_many),
        'reservations_fit_plot',
        'reservations',
        'area_m2',
        'more is reserved than is left of the plot: '
    );
end
$$;

create function reservations_fit_plot() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
declare
    touched bigint[];
begin
    -- Who waits (0050) has no day yet and is promised nothing; who gets one is judged like a new reservation.
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

create trigger fit_plot_on_insert after insert on reservations
referencing new table as new_rows
for each statement execute function reservations_fit_plot();
create trigger fit_plot_on_update after update on reservations
referencing old table as old_rows new table as new_rows
for each statement execute function reservations_fit_plot();


create function refuse_broken_promises(plots_to_check bigint[]) returns void
language plpgsql as $$
begin
    perform flurwerk.refuse_promises(
        -- Of a whole that is promised, any part that others get is too much.
        (
            select jsonb_agg(to_jsonb(p))
            from flurwerk.promises_of(plots_to_check) as p
            where p.are_too_many or p.is_whole
        ),
        'transactions_respect_reservations',
        'transactions',
        'despite_reservation',
        'it is reserved for others: '
    );
end
$$;

create function transactions_respect_reservations() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
declare
    sold bigint[];
begin
    if tg_op = 'INSERT' then
        sold := (select array_agg(distinct plot) from new_rows where takes_land and despite_reservation is not true);
    else
        -- A deal that has its land already takes it from nobody when it goes on.
        sold := (
            select array_agg(distinct n.plot)
            from new_rows as n
            join old_rows as o using (id)
            where n.takes_land
              and n.despite_reservation is not true
              and not (
                  o.takes_land
                  and o.plot = n.plot
                  and n.area_m2 <= o.area_m2
                  -- With another inquiry, or of a day before the reservation, it does not fulfil what it did.
                  and o.inquiry is not distinct from n.inquiry
                  and coalesce(n.agreed_reached_on, 'infinity') >= coalesce(o.agreed_reached_on, 'infinity')
                  and o.despite_reservation is not true
              )
        );
    end if;
    if sold is not null then
        -- transactions_fit_plot, which comes first, has locked the plots.
        perform flurwerk.refuse_broken_promises(sold);
    end if;
    return null;
end
$$;

create trigger respect_reservations_on_insert after insert on transactions
referencing new table as new_rows
for each statement execute function transactions_respect_reservations();
create trigger respect_reservations_on_update after update on transactions
referencing old table as old_rows new table as new_rows
for each statement execute function transactions_respect_reservations();


-- As before; but what is reserved has to stay, too.
create or replace function plots_keep_area() returns trigger
language plpgsql
security definer set search_path = flurwerk, pg_temp as $$
declare
    smaller bigint[] := (
        select array_agg(n.id)
        from new_rows as n
        join old_rows as o using (id)
        where n.area_m2 < o.area_m2
           or (n.official_area_m2 is not null and o.official_area_m2 is null)
    );
begin
    if smaller is not null then
        perform flurwerk.refuse_overdrawn(smaller);
        perform flurwerk.refuse_overpromised(smaller);
    end if;
    return null;
end
$$;
