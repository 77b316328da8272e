-- The severity of each plot's worst restriction.

create view plot_severity as
with restricted as (
    select plot, bool_or(severity = 'serious') as is_serious
    from plot_restrictions
    group by plot
)
select
    p.id as plot,
    case
        when r.is_serious then 'serious'
        when r.plot is not null then 'minor'
        else 'none'
    end as restriction
from plots as p
left join restricted as r on r.plot = p.id;
