-- How far each plot is from fibre that is laid. In as_of nothing is known of that.

create view plot_fibre as
select plot, fibre_m
from fibre_distances;
