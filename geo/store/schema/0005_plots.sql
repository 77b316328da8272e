-- Plots and what happens to them: restrictions, reservations, transactions, measures.

set local search_path = flurwerk, public;


create table plots (
    like record including all,
    name text not null,
    description text,
    address text,
    industrial_area bigint references industrial_areas,
    ownership text not null check (ownership in ('public', 'private')),
    zoning text check (zoning in ('GE', 'GEe', 'GI', 'G', 'SO', 'MI', 'MU', 'MK', 'par34')),
    plan_name text,
    site_coverage_ratio numeric(3, 2),
    floor_area_ratio numeric(4, 2),
    horizon text check (horizon in ('immediate', 'short', 'medium', 'long')),
    servicing text check (servicing in ('serviced', 'partial', 'none')),
    official_area_m2 numeric(12, 2),
    divisible boolean,
    min_lot_m2 numeric(12, 2),
    asking_price_eur_m2 numeric(10, 2),
    ground_value_eur_m2 numeric(10, 2),
    ground_value_on date,
    brownfield boolean,
    parcels text[],
    contact text,
    available_from date,
    checked_on date,
    offered_on date,
    withdrawn_on date,
    geom geometry(MultiPolygon, 25832) not null,
    area_m2 numeric(12, 2) generated always as (
        coalesce(official_area_m2, round(st_area(geom)::numeric, 2))
    ) stored,
    constraint plots_official_area_m2_positive check (official_area_m2 > 0 and official_area_m2 < 'NaN'),
    constraint plots_min_lot_m2_positive check (min_lot_m2 > 0 and min_lot_m2 < 'NaN'),
    constraint plots_site_coverage_ratio_range check (site_coverage_ratio > 0 and site_coverage_ratio <= 1),
    constraint plots_floor_area_ratio_positive check (floor_area_ratio > 0 and floor_area_ratio < 'NaN'),
    constraint plots_asking_price_eur_m2_positive check (asking_price_eur_m2 > 0 and asking_price_eur_m2 < 'NaN'),
    constraint plots_ground_value_eur_m2_positive check (ground_value_eur_m2 > 0 and ground_value_eur_m2 < 'NaN'),
    constraint plots_parcels_length check (
        array_to_string(parcels, '|') ~ '^([^|]{20}(\|[^|]{20})*)?$'
        and length(array_to_string(parcels, '')) = 20 * cardinality(parcels)
    ),
    constraint plots_not_future check (
        greatest(offered_on, withdrawn_on, checked_on, ground_value_on) <= today()
        and least(offered_on, withdrawn_on, checked_on, ground_value_on) >= '1900-01-01'
    ),
    constraint plots_geom_not_empty check (not st_isempty(geom)),
    constraint plots_geom_valid check (st_isvalid(geom))
);
create index on plots (industrial_area);
create index on plots using gist (geom);
call place('plots', 'area');
call track('plots');


create table plot_restrictions (
    like record including all,
    plot bigint not null references plots,
    kind text not null check (
        kind in (
            'contamination', 'ordnance', 'mining', 'servicing', 'ownership', 'planning',
            'flood', 'nature', 'emission', 'utility_line', 'monument'
        )
    ),
    severity text not null check (severity in ('minor', 'serious')),
    geom geometry(MultiPolygon, 25832),
    constraint plot_restrictions_geom_not_empty check (not st_isempty(geom)),
    constraint plot_restrictions_geom_valid check (st_isvalid(geom))
);
create index on plot_restrictions (plot);
create index on plot_restrictions using gist (geom);
call place('plot_restrictions', 'area');
call track('plot_restrictions');


create table reservations (
    like record including all,
    plot bigint not null references plots,
    inquiry bigint references inquiries,
    area_m2 numeric(12, 2),
    reserved_on date not null,
    expires_on date,
    released_on date,
    geom geometry(MultiPolygon, 25832),
    constraint reservations_area_m2_positive check (area_m2 > 0 and area_m2 < 'NaN'),
    constraint reservations_lifecycle_order check (reserved_on <= least(released_on, expires_on)),
    constraint reservations_not_future check (
        greatest(reserved_on, released_on) <= today()
        and least(reserved_on, released_on) >= '1900-01-01'
    ),
    constraint reservations_geom_not_empty check (not st_isempty(geom)),
    constraint reservations_geom_valid check (st_isvalid(geom))
);
create index on reservations (plot);
create index on reservations (inquiry);
create index on reservations using gist (geom);
call place('reservations', 'area');
call track('reservations');


create table transactions (
    like record including all,
    plot bigint references plots,
    inquiry bigint references inquiries,
    party bigint references parties on delete set null,
    kind text not null check (kind in ('sale', 'ground_lease', 'lease', 'purchase')),
    sector text not null check (sector in ('public', 'private')),
    role text not null check (role in ('seller', 'supporter', 'buyer')),
    area_m2 numeric(12, 2) not null,
    price_eur numeric(14, 2),
    ground_value_eur_m2 numeric(10, 2),
    ends_on date,
    agreed_on date,
    notarised_on date,
    handed_over_on date,
    cancelled_on date,
    ended_on date,
    agreed_reached_on date generated always as (
        coalesce(agreed_on, least(notarised_on, handed_over_on, ended_on))
    ) stored,
    status text generated always as (
        case
            when cancelled_on is not null then 'cancelled'
            when ended_on is not null then 'ended'
            when handed_over_on is not null then 'handed_over'
            when notarised_on is not null then 'notarised'
            else 'agreed'
        end
    ) stored,
    takes_land boolean generated always as (
        kind <> 'purchase' and cancelled_on is null and ended_on is null
    ) stored,
    geom geometry(MultiPolygon, 25832),
    constraint transactions_area_m2_positive check (area_m2 > 0 and area_m2 < 'NaN'),
    constraint transactions_price_eur_positive check (price_eur > 0 and price_eur < 'NaN'),
    constraint transactions_ground_value_eur_m2_positive check (ground_value_eur_m2 > 0 and ground_value_eur_m2 < 'NaN'),
    constraint transactions_buyer_purchases check ((role = 'buyer') = (kind = 'purchase')),
    constraint transactions_lifecycle_order check (
        agreed_on <= least(notarised_on, handed_over_on)
        and notarised_on <= handed_over_on
    ),
    constraint transactions_not_future check (
        greatest(agreed_on, notarised_on, handed_over_on, cancelled_on, ended_on) <= today()
        and least(agreed_on, notarised_on, handed_over_on, cancelled_on, ended_on) >= '1900-01-01'
    ),
    constraint transactions_geom_not_empty check (not st_isempty(geom)),
    constraint transactions_geom_valid check (st_isvalid(geom))
);
comment on column transactions.takes_land is
    'Purchases, cancelled and ended transactions take nothing of a plot (a resale ends the earlier sale)';
create index on transactions (agreed_reached_on);
create index on transactions (plot) where takes_land;
create index on transactions (inquiry);
create index on transactions (party);
create index on transactions using gist (geom);
call place('transactions', 'area');
call track('transactions');


create function overdrawn_plots(plots_to_check bigint[])
returns table (plot bigint, name text, area_m2 numeric, taken_m2 numeric)
language sql stable
begin atomic
    select p.id, p.name, p.area_m2, sum(t.area_m2)
    from flurwerk.plots as p
    join flurwerk.transactions as t on t.plot = p.id and t.takes_land
    where p.id = any (plots_to_check)
    group by p.id
    -- An official area is exact; an area measured on the geometry is taken with 2 %.
    having sum(t.area_m2) > p.area_m2 * case when p.official_area_m2 is null then 1.02 else 1 end
    order by p.id;
end;
comment on function overdrawn_plots is 'Those of the given plots of which more is sold or leased than they have';

create function refuse_overdrawn(plots_to_check bigint[]) returns void
language plpgsql as $$
declare
    overdrawn record;
begin
    select
        string_agg(
            format('%s: %s m² of %s m²', name, round(taken_m2), round(area_m2)), '; ' order by plot
        ) as described,
        jsonb_agg(plot order by plot) as plots
    into overdrawn
    from flurwerk.overdrawn_plots(plots_to_check);
    if overdrawn.plots is not null then
        raise exception using
            errcode = 'check_violation',
            constraint = 'transactions_fit_plot',
            table = 'transactions',
            column = 'area_m2',
            message = 'more is sold or leased than the plot has: ' || overdrawn.described,
            detail = overdrawn.plots::text;
    end if;
end
$$;

create function transactions_fit_plot() returns trigger
language plpgsql as $$
declare
    touched bigint[] := (
        select array_agg(distinct plot order by plot)
        from new_rows
        where takes_land
    );
begin
    if touched is null then
        return null;
    end if;
    -- Two sales of the same plot at the same instant: the second waits here and then sees the first.
    perform from flurwerk.plots where id = any (touched) order by id for no key update;
    perform flurwerk.refuse_overdrawn(touched);
    return null;
end
$$;

create trigger fit_plot_on_insert after insert on transactions
referencing new table as new_rows
for each statement execute function transactions_fit_plot();
create trigger fit_plot_on_update after update on transactions
referencing new table as new_rows
for each statement execute function transactions_fit_plot();

create function plots_keep_area() returns trigger
language plpgsql as $$
begin
    perform flurwerk.refuse_overdrawn((
        select array_agg(n.id)
        from new_rows as n
        join old_rows as o using (id)
        where n.area_m2 < o.area_m2 or (n.official_area_m2 is not null and o.official_area_m2 is null)
    ));
    return null;
end
$$;

create trigger keep_area after update on plots
referencing old table as old_rows new table as new_rows
for each statement execute function plots_keep_area();


create table measures (
    like record including all,
    name text not null,
    kind text not null check (kind in ('develop', 'revitalise', 'densify', 'purchase', 'secure')),
    horizon text check (horizon in ('immediate', 'short', 'medium', 'long')),
    responsible text,
    plot bigint references plots,
    started_on date,
    done_on date,
    status text generated always as (
        case
            when done_on is not null then 'done'
            when started_on is not null then 'started'
            else 'planned'
        end
    ) stored,
    geom geometry(MultiPolygon, 25832),
    constraint measures_lifecycle_order check (started_on <= done_on),
    constraint measures_not_future check (
        greatest(started_on, done_on) <= today()
        and least(started_on, done_on) >= '1900-01-01'
    ),
    constraint measures_geom_not_empty check (not st_isempty(geom)),
    constraint measures_geom_valid check (st_isvalid(geom))
);
create index on measures (plot);
create index on measures using gist (geom);
call place('measures', 'area');
call track('measures');
