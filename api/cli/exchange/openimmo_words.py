"""What `flurwerk export openimmo` says: how many objects were written, which were left out, and why."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from geo.exchange.openimmo.elements import NOT_IN_XML
from geo.exchange.openimmo.offers import Offered
from geo.exchange.openimmo.sender import Sender
from geo.exchange.openimmo.transfer import Changes, number_of
from geo.records.layers import codes
from geo.records.layers.layer import Text

KEPT_BACK = {
    "withdrawn": Text("vom Markt genommen", "withdrawn"),
    "not_vacant": Text("kein Leerstand erfasst", "no vacancy recorded"),
    "brokered": Text("vermittelt", "brokered"),
}
"""Why a property is not on offer."""
UNFILLED = {
    "address": Text("ohne Adresse (nur Koordinaten)", "without an address (coordinates only)"),
    "asking_price_eur_m2": Text("ohne Angebotspreis („auf Anfrage“)", "without an asking price (“on request”)"),
    "description": Text("ohne Beschreibung", "without a description"),
}
"""What portals ask for and plots may lack."""


def told(
    out: Path,
    offered: Offered,
    found: Changes,
    plots: Sequence[Mapping[str, Any]],
    by: Sender,
    stock: Path | None,
    *,
    with_properties: bool,
) -> Iterator[Text]:
    """Yield the lines to print."""
    yield _written(out, found)
    if found.unchanged:
        yield Text(
            f"Unverändert, nicht gesendet: {found.unchanged}", f"As the portal has them, not sent: {found.unchanged}"
        )
    yield from _kept_back(offered, with_properties)
    facts = [dossier["plots"][0]["facts"] for dossier in plots]
    for name, reason in UNFILLED.items():
        if count := sum(each[name] in (None, "") for each in facts):
            yield Text(f"Grundstücke {reason.de}: {count}", f"Plots {reason.en}: {count}")
    for each in facts:
        if names := [name for name, value in each.items() if isinstance(value, str) and NOT_IN_XML.search(value)]:
            yield Text(
                f"Grundstück {each['id']}: Steuerzeichen in {', '.join(names)} wurden zu Leerzeichen.",
                f"Plot {each['id']}: control characters in {', '.join(names)} became spaces.",
            )
    if not by.provider_id:
        yield Text(
            "FLURWERK_OPENIMMO_ANID ist nicht gesetzt: Die Anbieterkennung ist leer. Das Portal nennt sie.",
            "FLURWERK_OPENIMMO_ANID is not set: the provider's id is empty. The portal tells you yours.",
        )
    if stock:
        yield Text(
            f"{stock} hält fest, was das Portal jetzt haben soll. Wurde die Lieferung nicht übernommen, löschen Sie "
            "die Datei; dann wird alles neu gesendet.",
            f"{stock} holds what the portal should have now. If it has not taken the transfer, remove the file: then "
            "everything is sent again.",
        )


def _written(out: Path, found: Changes) -> Text:
    if not (found.changed or found.deleted) and found.unchanged:
        return Text(
            "Nichts hat sich geändert, es wurde nichts geschrieben.", "Nothing has changed, nothing was written."
        )
    of = {layer: sum(number_of(one).startswith(layer) for one in found.changed) for layer in ("plots", "properties")}
    return Text(
        f"Geschrieben nach {out}: Grundstücke {of['plots']}, Immobilien {of['properties']}, "
        f"Löschungen {len(found.deleted)}.",
        f"Written to {out}: plots {of['plots']}, properties {of['properties']}, deletions {len(found.deleted)}.",
    )


def _kept_back(offered: Offered, with_properties: bool) -> Iterator[Text]:
    for status, count in offered.plots_kept_back.items():
        label = codes.PLOT_STATUS[status]
        yield Text(f"Grundstücke nicht im Angebot, {label.de}: {count}", f"Plots not on offer, {label.en}: {count}")
    if not with_properties:
        if count := len(offered.properties):
            yield Text(
                f"Immobilien im Angebot, aber intern: {count} (--properties schreibt sie)",
                f"Properties on offer, but internal: {count} (--properties writes them)",
            )
        return
    for reason, count in offered.properties_kept_back.items():
        label = KEPT_BACK[reason]
        yield Text(f"Immobilien nicht im Angebot, {label.de}: {count}", f"Properties not on offer, {label.en}: {count}")
