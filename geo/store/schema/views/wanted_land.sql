-- The inquiries waiting for land: open, not duplicates, for a plot or for either kind of property.

create view wanted_land as
select
    i.id as inquiry,
    i.min_m2,
    i.max_m2,
    s.wanted_m2,
    i.zoning,
    i.districts,
    i.divisible
from inquiries as i
join inquiry_sizes as s on s.inquiry = i.id
where i.status = 'open'
  and i.duplicate_of is null
  and i.kind in ('plot', 'either');
