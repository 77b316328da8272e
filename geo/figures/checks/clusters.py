"""Checks for clusters that may be one: their keys differ only in what people overlook."""

from geo.figures.checks.check import Check
from geo.records.layers.layer import Text

ALIKE = Check(
    "clusters_alike",
    "clusters",
    Text("Ausbaucluster, deren Kürzel sich kaum unterscheiden", "Clusters whose keys hardly differ"),
    Text(
        "Falls es dasselbe ist, die Datensätze des einen auf das andere umstellen und das leere löschen.",
        "If they are the same, move the records of one to the other and delete the empty one.",
    ),
    """
        select c.id, format('%s, also %s', c.key, string_agg(o.key, ', ' order by o.key)) as detail
        from clusters as c
        join clusters as o
            on o.id <> c.id
            and regexp_replace(lower(o.key), '[^[:alnum:]]+', '', 'g')
                = regexp_replace(lower(c.key), '[^[:alnum:]]+', '', 'g')
        group by c.id, c.key
    """,
    affects_figures=False,
)

CHECKS = (ALIKE,)
