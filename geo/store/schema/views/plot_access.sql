-- How far each plot is from motorway, rail and port. In as_of nothing is known of that.

create view plot_access as
select plot, motorway_m, rail_m, port_m
from access_distances;
