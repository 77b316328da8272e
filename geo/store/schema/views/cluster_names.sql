-- What people call the cluster that records refer to. Created in both schemas, flurwerk and as_of.

create view cluster_names as
select
    id as cluster,
    key as cluster_key,
    name as cluster_name
from clusters;
