"""Write the sample data: `python sample_data/generate.py [FOLDER]`, by default to this file's folder."""

from __future__ import annotations

import sys
from pathlib import Path

from generator import (
    attachments,
    buildings,
    contacts,
    figures,
    land_extras,
    mobile,
    report_texts,
    reported,
    rollout,
    sources,
    surroundings,
)
from generator.city import City, make_city
from generator.clusters import cluster_rows, make_clusters
from generator.common import Row
from generator.connections import make_connections
from generator.industrial import Works, area_rows, make_works
from generator.inquiries import make_inquiries
from generator.network import make_network, street_rows, streets_of
from generator.parties import make_parties
from generator.passive_network import make_passive_network
from generator.plots import make_plots
from generator.segments import make_segments
from generator.streets import main_roads
from generator.transactions import make_transactions
from generator.trenches import make_trenches, operator_rows, programme_rows
from generator.writing import write_files, write_layer
from shapely.geometry import LineString


def all_layers() -> tuple[dict[str, list[Row]], dict[str, bytes]]:
    """Return the rows of every layer, generated in the order of their dependencies, and the attachments' files."""
    city = make_city()
    roads = main_roads(city)
    works = make_works(city, roads)
    land = _land(city, works)
    attached, files = attachments.attachment_rows(land["plots"], land["transactions"], works)
    layers = {
        "districts": city.rows,
        "industrial_areas": area_rows(works),
        "access_points": surroundings.access_rows(city),
        "sensitive_sites": surroundings.sensitive_rows(city, works),
        "contacts": contacts.contact_rows(),
        **land,
        "attachments": attached,
        **_broadband(city, roads, works),
        "targets": report_texts.target_rows() + reported.target_rows(),
        "remarks": report_texts.remark_rows() + reported.remark_rows(),
        "manual_indicators": reported.indicator_rows(),
        "manual_actuals": reported.actual_rows(),
    }
    return layers, files


def _land(city: City, works: list[Works]) -> dict[str, list[Row]]:
    """Return the rows of plots and their deals, of properties, and of the mobile-site requests near them."""
    plots = make_plots(works)
    contacts.assign_contacts(plots)
    parties = make_parties()
    inquiries = make_inquiries(city, parties)
    transactions = make_transactions(plots, inquiries, parties)
    properties = buildings.property_rows(works)
    requests, candidates = mobile.mobile_rows(city, properties)
    return {
        "parties": parties,
        "inquiries": inquiries,
        "plots": plots,
        "plot_restrictions": land_extras.restriction_rows(plots),
        "reservations": land_extras.reservation_rows(plots, transactions, inquiries),
        "transactions": transactions,
        "properties": properties,
        "brokerages": buildings.brokerage_rows(properties, inquiries, parties),
        "office_takeups": buildings.office_rows(city),
        "settlements": land_extras.settlement_rows(works, parties),
        "measures": land_extras.measure_rows(works, plots),
        "mobile_requests": requests,
        "mobile_candidates": candidates,
    }


def _broadband(city: City, roads: list[LineString], works: list[Works]) -> dict[str, list[Row]]:
    """Return the rows of programmes, streets, trenches along them, the network in these, and connections."""
    clusters = make_clusters(city, works, roads)
    streets = street_rows(streets_of(city, roads, works, clusters))
    segments = make_segments(city, make_network(city, roads, works, clusters), clusters)
    trenches, trench_rows = make_trenches(city, segments)
    connections = make_connections(city, trenches)
    network = make_passive_network(trenches, connections)
    return {
        "programmes": programme_rows(),
        "operators": operator_rows(),
        "letters_of_intent": rollout.letter_rows(),
        "clusters": cluster_rows(clusters),
        "expansion_areas": rollout.expansion_rows(clusters, connections),
        "trenches": trench_rows,
        **network,
        "connections": connections,
        "obstructions": rollout.obstruction_rows(trench_rows, connections, clusters),
        "streets": streets,
    }


def main(folder: Path) -> None:
    """Write all files, then compare their figures with the report's."""
    layers, files = all_layers()
    for layer, rows in layers.items():
        path = write_layer(folder, layer, rows)
        print(f"{path.name:24} {len(rows):>6} rows {path.stat().st_size / 1024:>8.0f} KiB")
    print(f"{len(files)} files of attachments, {write_files(folder / 'attachments', files) / 1024:.0f} KiB")
    print("\n".join(["", "Figures of 2023, first and second half:", *figures.check(folder)]))
    if folder == sources.FOLDER:
        sources.WRITTEN_BY.write_text(sources.digest() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else sources.FOLDER)
