-- A small invented city with a history, whose second half of 2023 can be published: what scripts/upgrade_dump.py fills a
-- release's database with. It uses only what every release since 0.1.0 has; later tables get records in lines of their own.

set search_path = flurwerk, public;
set flurwerk.actor = 'anna';

begin;
insert into districts (source_id, key, name, kind, geom)
values
    ('west', '01', 'West', 'district', st_multi(st_makeenvelope(390000, 5700000, 400000, 5710000, 25832))),
    ('ost', '02', 'Ost', 'district', st_multi(st_makeenvelope(400000, 5700000, 410000, 5710000, 25832)));
insert into industrial_areas (source_id, name, major_project, geom)
values ('hafen', 'Hafen', true, st_multi(st_makeenvelope(394000, 5704000, 397000, 5707000, 25832)));
insert into parties (source_id, kind, name, email)
values ('mustermann', 'person', 'Max Mustermann', 'max@example.org');
insert into plots (source_id, name, ownership, zoning, industrial_area, offered_on, official_area_m2, geom)
select
    'p-' || n, 'Hafen ' || n, 'public', 'GE', (select id from industrial_areas), '2023-02-01', 10000,
    st_multi(st_makeenvelope(394000 + 200 * n, 5705000, 394100 + 200 * n, 5705100, 25832))
from generate_series(1, 6) as n;
insert into access_points (source_id, name, kind, geom)
values ('a40', 'Anschluss Ost', 'motorway_junction', st_point(399000, 5704000, 25832));
insert into inquiries (source_id, kind, received_on, min_m2)
values ('i-1', 'plot', '2023-07-03', 2000), ('i-2', 'either', '2023-09-12', 500), ('i-3', 'plot', '2023-12-29', 8000);
insert into transactions (source_id, kind, sector, role, area_m2, agreed_on, notarised_on, plot, party)
values
    ('t-1', 'sale', 'public', 'seller', 3200, '2023-08-01', '2023-10-02', (select id from plots where source_id = 'p-1'),
        (select id from parties)),
    ('t-2', 'lease', 'private', 'supporter', 1450.5, '2023-11-15', null, null, null),
    ('t-3', 'sale', 'public', 'seller', 4100, '2023-12-04', null, (select id from plots where source_id = 'p-2'), null);
insert into plot_restrictions (source_id, plot, kind, severity)
select 'r-1', id, 'ordnance', 'serious' from plots where source_id = 'p-3';
insert into reservations (source_id, plot, area_m2, reserved_on, expires_on)
select 'v-1', id, 2500, '2023-10-01', '2024-03-31' from plots where source_id = 'p-3';
insert into operators (source_id, name, kind) values ('netz', 'Stadtnetz', 'carrier'), ('funk', 'Stadtfunk', 'mobile');
insert into programmes (source_id, name, funding) values ('foerder', 'Förderprogramm', 'funded');
insert into trenches (source_id, programme, operator, planned_on, laid_on, geom)
select
    's-' || n, (select id from programmes), (select id from operators where source_id = 'netz'), '2023-05-01',
    case when n < 4 then date '2023-08-20' + n end,
    st_multi(st_setsrid(st_makeline(st_point(398000, 5702000 + 500 * n), st_point(402500, 5702000 + 500 * n)), 25832))
from generate_series(1, 5) as n;
insert into connections (source_id, programme, operator, connected_on, geom)
select
    'c-' || n, (select id from programmes), (select id from operators where source_id = 'netz'), case when n <= 7 then date '2023-09-01' + 10 * n end,
    st_point(398500 + 300 * n, 5702500, 25832)
from generate_series(1, 9) as n;
insert into mobile_requests (source_id, received_on, operator, geom)
select 'm-' || n, date '2023-07-05' + 40 * n, (select id from operators where source_id = 'funk'), st_point(398000 + 900 * n, 5703500, 25832)
from generate_series(1, 3) as n;
insert into letters_of_intent (source_id, operator, signed_on)
select 'l-1', id, '2023-11-11' from operators where source_id = 'netz';
insert into targets (source_id, kpi, period, value)
values ('z-1', 'public_land_m2', '2023-H2', 5000), ('z-2', 'inquiries', '2023-H2', 10);
insert into remarks (source_id, kpi, period, text)
values ('b-1', 'public_land_m2', '2023-H2', 'Verkäufe im Hafen');
commit;

set flurwerk.actor = 'bernd';
begin;
update transactions set area_m2 = 3150 where source_id = 't-1';
update plots set name = 'Hafen Nord', asking_price_eur_m2 = 95 where source_id = 'p-4';
delete from inquiries where source_id = 'i-2';
commit;
begin;
update trenches set laid_on = '2023-10-30' where source_id = 's-4';
update plots set name = 'Hafen Nord II' where source_id = 'p-4';
commit;
