-- Ten years of a city's records: bench.scale times as many connections, trenches and deals as a city of 600,000 people has.
--
-- Runs in one transaction with session_replication_role = replica, so that no triggers fire. The columns that they would
-- fill (districts, lengths) are computed here with the triggers' own functions. Pseudorandom numbers are derived from the
-- row's number, so that every run generates the same city.

create function pg_temp.share(n bigint, salt integer) returns float8
language sql immutable parallel safe
return ((hashint8extended(n, salt) & 9007199254740991) / 9007199254740992.0::float8);
-- A pseudorandom number from 0 to 1 for the row.

create function pg_temp.scaled(at_one bigint) returns bigint
language sql stable
return ceil(at_one * current_setting('bench.scale')::numeric);

create function pg_temp.day(n bigint, salt integer, days integer default 3650) returns date
language sql stable
return flurwerk.today() - 3650 + floor(days * pg_temp.share(n, salt))::integer;
-- A day of the last ten years, or of the first `days` of them.

create function pg_temp.by_today(day date) returns date
language sql stable
return case when day <= flurwerk.today() then day end;

create function pg_temp.recorded(day date, n bigint) returns timestamptz
language sql stable
return least(
    day + interval '9 hours' + 30 * pg_temp.share(n, 99) * interval '1 day' + case when n % 33 = 0 then 200 else 0 end * interval '1 day',
    now() - interval '1 day'
);
-- Up to a month after the record's last day; every 33rd record was corrected 200 days later.

create function pg_temp.place(n bigint) returns geometry
language sql immutable
return st_point(
    round((381600 + 21800 * pg_temp.share(n, 1))::numeric, 2), round((5698600 + 18800 * pg_temp.share(n, 2))::numeric, 2), 25832
);
-- In the city, or a little outside.

create function pg_temp.area(n bigint, side float8) returns geometry
language sql immutable
return st_multi(st_expand(pg_temp.place(n), side / 2));


insert into programmes (source_id, name, funding, counts)
values
    ('white', 'Weiße Flecken', 'funded', 'address'),
    ('grey', 'Graue Flecken', 'funded', 'dwelling'),
    ('own', 'Eigenwirtschaftlich', 'self_financed', 'address');
insert into operators (source_id, name, kind)
select 'o-' || n, 'Netz ' || n, 'carrier'
from generate_series(1, 4) as n;
insert into industrial_areas (source_id, name, major_project, geom, district_key)
select 'area-' || n, 'Gebiet ' || n, n <= 2, a.geom, district_of_area(a.geom)
from generate_series(1, 20) as n
cross join lateral pg_temp.area(n, 400) as a (geom);

insert into plots (source_id, name, ownership, zoning, official_area_m2, offered_on, geom, district_key, recorded_from)
select
    'p-' || to_char(n, 'FM00000000'), 'Fläche ' || n, case n % 2 when 0 then 'public' else 'private' end, 'GE', 10000,
    d.offered_on, a.geom, district_of_area(a.geom), pg_temp.recorded(d.offered_on, n)
from generate_series(1, pg_temp.scaled(1000)) as n
cross join lateral (select pg_temp.day(n, 11, 2000) as offered_on) as d
cross join lateral pg_temp.area(n, 100) as a (geom);

-- One deal for a part of each plot, so that none is oversold; every tenth is a purchase, every 40th is cancelled.
insert into transactions (source_id, plot, kind, sector, role, area_m2, agreed_on, notarised_on, cancelled_on, recorded_from)
select
    't-' || to_char(n, 'FM00000000'), p.id,
    case n % 10 when 0 then 'purchase' when 1 then 'lease' when 2 then 'ground_lease' else 'sale' end,
    p.ownership,
    case when n % 10 = 0 then 'buyer' when p.ownership = 'public' then 'seller' else 'supporter' end,
    round((500 + 9000 * pg_temp.share(n, 21))::numeric, 2),
    d.agreed_on,
    case when n % 40 <> 0 then pg_temp.by_today(d.agreed_on + 60) end,
    case when n % 40 = 0 then pg_temp.by_today(d.agreed_on + 200) end,
    pg_temp.recorded(d.agreed_on, n)
from plots as p
cross join lateral (select substr(p.source_id, 3)::bigint as n) as i
cross join lateral (select pg_temp.day(n, 22) as agreed_on) as d;

insert into inquiries (source_id, kind, tenure, min_m2, received_on, duplicate_of, geom, district_key, recorded_from)
select
    'i-' || to_char(n, 'FM00000000'), 'plot', 'buy', 1000, d.received_on, null, a.geom, district_of_point(a.geom),
    pg_temp.recorded(d.received_on, n)
from generate_series(1, pg_temp.scaled(6000)) as n
cross join lateral (select pg_temp.day(n, 31) as received_on) as d
cross join lateral pg_temp.place(n) as a (geom);

insert into properties (source_id, name, use, geom, district_key)
select 'h-' || to_char(n, 'FM00000000'), 'Halle ' || n, 'hall', a.geom, district_of_point(a.geom)
from generate_series(1, pg_temp.scaled(500)) as n
cross join lateral pg_temp.place(n) as a (geom);
insert into brokerages (source_id, property, kind, agreed_on, recorded_from)
select 'b-' || p.source_id, p.id, 'lease', d.agreed_on, pg_temp.recorded(d.agreed_on, p.id)
from properties as p
cross join lateral (select pg_temp.day(p.id, 41) as agreed_on) as d;

insert into office_takeups (source_id, kind, area_m2, added_m2, agreed_on, geom, district_key, recorded_from)
select
    'u-' || to_char(n, 'FM00000000'), case n % 5 when 0 then 'renewal' else 'lease' end, 1000,
    case n % 5 when 0 then 200 end, d.agreed_on, a.geom, district_of_point(a.geom), pg_temp.recorded(d.agreed_on, n)
from generate_series(1, pg_temp.scaled(1500)) as n
cross join lateral (select pg_temp.day(n, 51) as agreed_on) as d
cross join lateral pg_temp.place(n) as a (geom);

insert into settlements (source_id, industrial_area, jobs, settled_on, recorded_from)
select 's-' || to_char(n, 'FM00000000'), a.id, 10, d.settled_on, pg_temp.recorded(d.settled_on, n)
from generate_series(1, pg_temp.scaled(400)) as n
join industrial_areas as a on a.source_id = 'area-' || n % 20 + 1
cross join lateral (select pg_temp.day(n, 61) as settled_on) as d;

insert into mobile_requests (source_id, radius_m, received_on, geom, district_key, recorded_from)
select
    'm-' || to_char(n, 'FM00000000'), 150, d.received_on, a.geom, district_of_point(a.geom),
    pg_temp.recorded(d.received_on, n)
from generate_series(1, pg_temp.scaled(300)) as n
cross join lateral (select pg_temp.day(n, 71) as received_on) as d
cross join lateral pg_temp.place(n) as a (geom);
insert into letters_of_intent (source_id, operator, signed_on, recorded_from)
select 'l-' || to_char(n, 'FM00000000'), o.id, d.signed_on, pg_temp.recorded(d.signed_on, n)
from generate_series(1, pg_temp.scaled(20)) as n
join operators as o on o.source_id = 'o-' || n % 4 + 1
cross join lateral (select pg_temp.day(n, 81) as signed_on) as d;

-- Records to which others refer were recorded before them.
update programmes set recorded_from = now() - interval '11 years';
update operators set recorded_from = now() - interval '11 years';
update industrial_areas set recorded_from = now() - interval '11 years';
update properties set recorded_from = now() - interval '11 years';
update districts set recorded_from = now() - interval '11 years';


-- Lines of five points and some hundred metres: planned, and four out of five laid about a year later.
insert into trenches (
    source_id, programme, cluster, origin, method, planned_on, started_on, laid_on, discarded_on,
    geom, district_keys, district_lengths_m, city_length_m, recorded_from
)
select
    'r-' || to_char(n, 'FM00000000'), p.id, 'C-' || n % 40,
    case n % 10 when 0 then 'existing_duct' when 1 then 'co_laid' else 'new' end, 'trenching',
    d.planned_on, pg_temp.by_today(d.started_on), pg_temp.by_today(d.laid_on), pg_temp.by_today(d.discarded_on),
    a.geom, s.keys, s.lengths_m, (select coalesce(sum(part), 0) from unnest(s.lengths_m) as part),
    pg_temp.recorded(greatest(d.planned_on, pg_temp.by_today(d.laid_on), pg_temp.by_today(d.discarded_on)), n)
from generate_series(1, pg_temp.scaled(20000)) as n
join programmes as p on p.source_id = (array['white', 'grey', 'own'])[n % 3 + 1]
cross join lateral (select pg_temp.day(n, 91) as planned_on) as b
cross join lateral (
    select
        b.planned_on,
        b.planned_on + 200 as started_on,
        case when n % 5 > 0 then b.planned_on + 230 + floor(300 * pg_temp.share(n, 92))::integer end as laid_on,
        case when n % 50 = 0 then b.planned_on + 600 end as discarded_on
) as d
cross join lateral (
    select st_multi(st_makeline(array_agg(
        st_translate(pg_temp.place(n), 60 * at * pg_temp.share(n, 93), 40 * at + 10 * pg_temp.share(n, at)) order by at
    ))) as geom
    from generate_series(0, 4) as at
) as a
cross join lateral split_line(a.geom) as s;

-- Addresses: passed, and two out of three connected within about a year.
insert into connections (
    source_id, address, dwellings, customer, programme, cluster, technology, down_mbit,
    passed_on, connected_on, dropped_on, geom, district_key, recorded_from
)
select
    'c-' || to_char(n, 'FM00000000'), 'Musterstraße ' || n % 300, n % 12 + 1, 'household', p.id, 'C-' || n % 40, 'FTTH',
    1000, d.passed_on, pg_temp.by_today(d.connected_on), pg_temp.by_today(d.dropped_on), a.geom, district_of_point(a.geom),
    pg_temp.recorded(greatest(d.passed_on, pg_temp.by_today(d.connected_on), pg_temp.by_today(d.dropped_on)), n)
from generate_series(1, pg_temp.scaled(101000)) as n
join programmes as p on p.source_id = (array['white', 'grey', 'own'])[n % 3 + 1]
cross join lateral (select pg_temp.day(n, 95) as passed_on) as b
cross join lateral (
    select
        b.passed_on,
        case when n / 3 % 3 > 0 then b.passed_on + floor(400 * pg_temp.share(n, 96))::integer end as connected_on,
        case when n / 3 % 30 = 0 then b.passed_on + 400 end as dropped_on
) as d
cross join lateral pg_temp.place(n) as a (geom);
