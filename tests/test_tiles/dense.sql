-- A part of a city, as densely filled as the whole, the same every time. flurwerk.test_city says which part, as a
-- fraction of its 200,000 points, 20,000 lines, 5,000 areas and 378 km², around 395000 5705000.

set local search_path = flurwerk, public;

create temporary table city on commit drop as
select
    part,
    395000 - 13000 * sqrt(part) as west,
    5705000 - 6000 * sqrt(part) as south,
    21000 * sqrt(part) as width,
    18000 * sqrt(part) as height
from cast(current_setting('flurwerk.test_city') as float) as part;

select setseed(0.42);

insert into districts (key, name, kind, geom)
select
    '01',
    'Stadt',
    'district',
    st_multi(st_segmentize(st_makeenvelope(west, south, west + width, south + height, 25832), 50))
from city;
insert into operators (name, kind) values ('Netz', 'carrier');
insert into programmes (name, funding) values ('Förderung', 'funded');

insert into connections (address, dwellings, customer, programme, operator, technology, ordered_on, passed_on, connected_on, dropped_on, geom)
select
    'Straße ' || n,
    1,
    (array['household', 'company', 'institution'])[1 + n % 3],
    1,
    1,
    'FTTH',
    case when n % 5 = 3 then date '2021-05-01' end,
    case when n % 5 > 0 then date '2022-01-01' + n % 600 end,
    case when n % 5 = 2 then date '2023-09-01' + n % 200 end,
    case when n % 5 = 4 then date '2024-01-01' + n % 90 end,
    st_setsrid(st_makepoint(west + random() * width, south + random() * height), 25832)
from city, generate_series(1, (200000 * part)::integer) as n;

insert into trenches (
    programme, operator, origin, method, surface, due_on, planned_on, permitted_on, cleared_on, started_on, laid_on, geom
)
select
    1,
    1,
    (array['new', 'co_laid'])[1 + n % 2],
    (array['open_trench', 'hdd', 'trenching'])[1 + n % 3],
    (array['carriageway', 'footway', 'verge'])[1 + n % 3],
    date '2023-06-01' + n % 700,
    date '2022-01-01' + n % 500,
    date '2022-03-01' + n % 490,
    case when n % 2 > 0 then date '2022-05-01' + n % 480 end,
    case when n % 3 > 0 then date '2023-06-01' + n % 90 end,
    case when n % 3 = 2 then date '2023-09-01' + n % 90 end,
    (
        select st_multi(st_setsrid(
            st_makeline(st_makepoint(x + k * (10 + run), y + k * rise + 15 * sin(k + n)) order by k), 25832
        ))
        from generate_series(0, 8) as k
    )
from (
    select
        n,
        west + random() * (width - 600) as x,
        south + random() * (height - 600) as y,
        random() * 40 as run,
        random() * 40 as rise
    from city, generate_series(1, (20000 * part)::integer) as n
) as line;

insert into plots (name, ownership, zoning, horizon, offered_on, geom)
select
    'Grundstück Nummer ' || n,
    (array['public', 'private'])[1 + n % 2],
    (array['GE', 'GI', 'SO'])[1 + n % 3],
    (array['immediate', 'short', 'medium'])[1 + n % 3],
    date '2022-01-01' + n % 500,
    st_multi(st_buffer(
        st_setsrid(
            st_makepoint(west + 200 + random() * (width - 400), south + 200 + random() * (height - 400)), 25832
        ),
        20 + random() * 80,
        4
    ))
from city, generate_series(1, (5000 * part)::integer) as n;
