-- Where a transaction belongs in the figures: its own district, else its plot's, and what its plot is.

create view transaction_places as
select
    t.id as transaction,
    n.district,
    p.horizon as plot_horizon,
    p.zoning as plot_zoning
from transactions as t
left join plots as p on p.id = t.plot
left join district_names as n on n.district_key = coalesce(t.district_key, p.district_key);
