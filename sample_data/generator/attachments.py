"""Photos and documents of a few plots on offer: the files, and the rows that say what they are."""

from __future__ import annotations

import hashlib

from generator import documents, photos
from generator.common import Row
from generator.industrial import Works

# Of the first plots on offer in the order of their names, and of the area that everybody knows.
_FIRST, _KNOWN_AREA, _OF_KNOWN_AREA = 6, "phoenix-west", 6
_SCENES: tuple[photos.Scene, ...] = ("meadow", "brownfield", "trial_pit")
_INVENTED = "Muster: Grundstück, Zahlen und Befund sind erfunden."


def attachment_rows(
    plots: list[Row], transactions: list[Row], all_works: list[Works]
) -> tuple[list[Row], dict[str, bytes]]:
    """Return the rows of attachments, and the files by their names.

    Each plot has an aerial view, which is its title photo, and a view from the ground. Some have papers, too: what the
    plan allows is public, what was found in the ground is not.
    """
    works = {each.source_id: each for each in all_works}
    views = {scene: photos.ground_view(scene) for scene in _SCENES}
    files: dict[str, bytes] = {}
    rows: list[Row] = []
    for index, plot in enumerate(_chosen(plots, transactions)):
        near = [row for row in plots if row["industrial_area"] == plot["industrial_area"]]
        found = [
            (
                f"luftbild-{plot['source_id']}.jpg",
                photos.aerial_view(plot, works[plot["industrial_area"]], near),
                "Blick von oben (gezeichnet)",
                True,
            ),
            *((name, views[scene], caption, is_public) for scene, name, caption, is_public in _views(plot)),
            *(_papers(plot) if index % 3 == 0 else ()),
        ]
        for position, (name, content, caption, is_public) in enumerate(found, start=1):
            files[name] = content
            rows.append(
                {
                    "source_id": f"an-{len(rows) + 1:03d}",
                    "plot": plot["source_id"],
                    "caption": caption,
                    "position": position,
                    "is_public": is_public,
                    "file_name": name,
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
            )
    return rows, files


def _chosen(plots: list[Row], transactions: list[Row]) -> list[Row]:
    gone = {row["plot"] for row in transactions if not row.get("cancelled_on")}
    offered = [
        plot
        for plot in plots
        if plot["offered_on"] and not plot["withdrawn_on"] and plot["source_id"] not in gone and plot["industrial_area"]
    ]
    known = [plot for plot in offered if plot["industrial_area"] == _KNOWN_AREA]
    return [*sorted(offered, key=lambda plot: plot["name"])[:_FIRST], *known[:_OF_KNOWN_AREA]]


def _views(plot: Row) -> list[tuple[photos.Scene, str, str, bool]]:
    if not plot["brownfield"]:
        return [("meadow", "wiese.jpg", "Blick über das Grundstück (gezeichnet)", True)]
    return [
        ("brownfield", "brachflaeche.jpg", "Blick auf die Brachfläche (gezeichnet)", True),
        ("trial_pit", "schurf.jpg", "Schurf bei der Baugrunduntersuchung (gezeichnet)", False),
    ]


def _papers(plot: Row) -> list[tuple[str, bytes, str, bool]]:
    number, name = plot["source_id"], plot["name"]
    plan = documents.page(
        f"Was hier gebaut werden darf: {name}",
        [
            f"Bebauungsplan: {plot['plan_name'] or 'keiner, Beurteilung nach § 34 BauGB'}",
            f"Grundflächenzahl: {_ratio(plot.get('site_coverage_ratio'))}",
            f"Geschossflächenzahl: {_ratio(plot.get('floor_area_ratio'))}",
            "",
            _INVENTED,
        ],
    )
    ground = documents.page(
        f"Baugrund: {name}",
        [
            "0,0 bis 0,9 m: Auffüllung, locker gelagert",
            "0,9 bis 2,4 m: Schluff, steif",
            "ab 2,4 m: Mergel, tragfähig",
            "Grundwasser: bis 4,0 m nicht angetroffen",
            "",
            _INVENTED,
        ],
    )
    return [
        (f"planungsrecht-{number}.pdf", plan, "Planungsrecht in Kürze", True),
        (f"baugrund-{number}.pdf", ground, "Baugrundgutachten, Auszug", False),
    ]


def _ratio(value: float | None) -> str:
    return "nicht festgesetzt" if value is None else f"{value:.1f}".replace(".", ",")
