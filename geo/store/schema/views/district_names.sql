-- The name of the district for each district_key of records.

create view district_names as
select key as district_key, name as district
from districts
where kind = 'district'
union all
select 'outside', 'outside';
