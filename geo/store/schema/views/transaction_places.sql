-- The district by which a transaction is counted (its own, else its plot's), and its plot's horizon and zoning.

create view transaction_places as
select
    t.id as transaction,
    n.district,
    p.horizon as plot_horizon,
    p.zoning as plot_zoning
from transactions as t
left join plots as p on p.id = t.plot
left join district_names as n on n.district_key = coalesce(t.district_key, p.district_key);
