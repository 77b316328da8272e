-- The names of companies: all that is known of a party's name outside the editors' screens.

create view party_names as
select
    id as party,
    case when kind = 'company' then name end as company_name
from parties;
