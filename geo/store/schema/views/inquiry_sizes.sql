-- By which area an inquiry counts as small or large: the smallest that it can use, else the largest.

create view inquiry_sizes as
select
    id as inquiry,
    coalesce(min_m2, max_m2) as wanted_m2
from inquiries;
