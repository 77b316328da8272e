-- What people call the place that a record's district_key names.

create view district_names as
select key as district_key, name as district
from districts
where kind = 'district'
union all
select 'outside', 'outside';
