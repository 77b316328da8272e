-- What is corrected after the half-year has been published: the release keeps the earlier figures.

set search_path = flurwerk, public;
set flurwerk.actor = 'clara';

begin;
update transactions set cancelled_on = '2024-01-20' where source_id = 't-3';
insert into transactions (source_id, kind, sector, role, area_m2, agreed_on)
values ('t-4', 'sale', 'public', 'seller', 777.25, '2023-12-30');
commit;
begin;
delete from connections where source_id = 'c-3';
commit;
