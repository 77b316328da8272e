"""Targets of the periods, and invented remarks."""

from __future__ import annotations

from generator.common import Row

# Targets for 2022, 2022-H2, 2023, 2023-H2, 2024 and 2024-H2; those for 2023 are the report's.
_PERIODS = ("2022", "2022-H2", "2023", "2023-H2", "2024", "2024-H2")
_TARGETS = {
    "inquiries": (400, 200, 400, 200, 450, 225),
    "public_land_m2": (10_000, 5_000, 10_000, 5_000, 20_000, 10_000),
    "private_land_m2": (40_000, 20_000, 40_000, 20_000, 30_000, 15_000),
    "properties_brokered": (8, 4, 8, 4, 6, 3),
    "office_takeup_m2": (60_000, 30_000, 62_000, 31_000, 65_000, 32_500),
    "settlements:phoenix-west": (3, 1, 3, 1, 2, 1),
    "funded_connections": (600, 300, 1_000, 500, 1_500, 750),
}
_REMARKS = {
    ("inquiries", "2022"): "Nachfrage nach Lager- und Produktionsflächen auf hohem Niveau.",
    ("funded_connections", "2022"): "Der geförderte Ausbau läuft an; viele Trassen sind erst in Planung.",
    ("inquiries", "2023-H1"): "Ungewöhnlich viele Anfragen zu Jahresbeginn.",
    ("private_land_m2", "2023-H1"): "Eine Einigung kam zustande, wurde aber wieder aufgehoben.",
    ("funded_connections", "2023-H1"): "Verzögerungen, weil Freigaben der Kampfmittelbeseitigung ausstehen.",
    ("inquiries", "2023-H2"): "Anfragen auf dem erwarteten Niveau, im ersten Halbjahr lagen sie darüber.",
    ("public_land_m2", "2023-H2"): "Für zwei Grundstücke liegt die Zustimmung zum Verkauf vor.",
    ("private_land_m2", "2023-H2"): "Angebot an privaten Flächen bleibt knapp.",
    ("properties_brokered", "2023-H2"): "Wenige passende Hallen am Markt.",
    ("office_takeup_m2", "2023-H2"): "Einige größere Abschlüsse in der Innenstadt.",
    ("settlements:phoenix-west", "2023-H2"): "Gespräche laufen, ein Abschluss wird 2024 erwartet.",
    (
        "funded_connections",
        "2023-H2",
    ): "Halbjahresziel erreicht, Jahresziel knapp verfehlt: Die Kampfmittelfreigabe liegt bei einem anderen Amt "
    "und dauert inzwischen viele Monate.",
    ("trench_planned_km", "2023-H2"): "Der größte Teil wartet auf die Freigabe nach Sondierung.",
    ("mobile_requests", "2023-H2"): "Mehr Suchkreise wegen des Ausbaus der fünften Mobilfunkgeneration.",
    ("funded_connections", "2024-H1"): "Freigaben kommen schneller, seit Sondierungen gebündelt werden.",
}


def target_rows() -> list[Row]:
    """Return the targets, stored for each period and never derived from another."""
    return [
        {"source_id": f"ziel-{_slug(kpi)}-{period}", "kpi": kpi, "period": period, "value": float(value)}
        for kpi, values in _TARGETS.items()
        for period, value in zip(_PERIODS, values, strict=True)
    ]


def remark_rows() -> list[Row]:
    """Return the remarks on the figures."""
    return [
        {"source_id": f"anm-{_slug(kpi)}-{period}", "kpi": kpi, "period": period, "text": text}
        for (kpi, period), text in _REMARKS.items()
    ]


def _slug(kpi: str) -> str:
    return kpi.replace("_", "-").replace(":", "-")
