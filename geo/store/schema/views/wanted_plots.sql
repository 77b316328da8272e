-- The plots on offer that fit each inquiry waiting for land. A criterion that an inquiry leaves open fits every plot.

create view wanted_plots as
with offered as (
    select
        p.id as plot,
        p.zoning,
        p.divisible,
        n.district,
        s.remaining_m2 as largest_m2,
        -- A divisible plot can be bought in part, any other only with all of its remaining area.
        case when p.divisible then least(coalesce(p.min_lot_m2, 0), s.remaining_m2) else s.remaining_m2 end as smallest_m2
    from plots as p
    join plot_supply as s on s.plot = p.id
    left join district_names as n on n.district_key = p.district_key
    where s.on_offer
)
select w.inquiry, o.plot
from wanted_land as w
join offered as o
  on (w.min_m2 is null or o.largest_m2 >= w.min_m2)
 and (w.max_m2 is null or o.smallest_m2 <= w.max_m2)
 and (w.zoning is null or (w.zoning, o.zoning) in (select wanted, zoning from admitted_zonings))
 and (w.districts is null or o.district = any (w.districts))
 and (w.divisible is not true or o.divisible);
