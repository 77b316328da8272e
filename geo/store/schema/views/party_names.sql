-- The names of companies. Names of other parties are shown to editors only.

create view party_names as
select
    id as party,
    case when kind = 'company' then name end as company_name
from parties;
