-- The area by which an inquiry counts as small or large: its minimum, else its maximum.

create view inquiry_sizes as
select
    id as inquiry,
    coalesce(min_m2, max_m2) as wanted_m2
from inquiries;
