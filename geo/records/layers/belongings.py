"""What belongs to single records: who answers for them, what was noted about them, their photos and documents."""

from typing import NamedTuple

from geo.records.layers import codes
from geo.records.layers.columns import INQUIRY, NAME, PLOT, PROPERTY, public
from geo.records.layers.layer import Audience, Column, Dependency, Layer, Search, Text, by_key
from geo.records.layers.supply import RESERVED

MOBILE_REQUEST = Column("mobile_request", Text("Suchkreisanfrage", "Mobile-site request"))


class Belonging(NamedTuple):
    """A layer whose records have memos and attachments, which refer to them by this column."""

    column: str
    layer: str


BELONGINGS = (
    Belonging("plot", "plots"),
    Belonging("property", "properties"),
    Belonging("inquiry", "inquiries"),
    Belonging("mobile_request", "mobile_requests"),
)
"""The layers whose records have memos and attachments."""

CONTACTS = Layer(
    key="contacts",
    title=Text("Ansprechpersonen", "Contacts"),
    singular=Text("Ansprechperson", "Contact"),
    description=Text(
        "Wer in der Wirtschaftsförderung für Grundstücke, Gebiete, Immobilien und Anfragen zuständig ist.",
        "Who answers for plots, areas, properties and requests in the agency.",
    ),
    is_erasable=True,
    searched=(Search(9, ("name", "job_title"), details=("job_title", "phone")),),
    columns=(
        NAME,
        Column("job_title", Text("Funktion", "Function")),
        Column("phone", Text("Telefon", "Telephone")),
        Column("email", Text("E-Mail", "E-mail")),
        Column(
            "is_public",
            Text("Öffentlich nennen", "Made public"),
            hint=Text(
                "Ja: Name, Funktion, Telefon und E-Mail stehen bei den öffentlichen Grundstücken und auf Exposés.",
                "Yes: name, function, telephone and e-mail are shown with public plots and on exposés.",
            ),
        ),
    ),
)

MEMOS = Layer(
    key="memos",
    title=Text("Vermerke", "Memos"),
    singular=Text("Vermerk", "Memo"),
    description=Text(
        "Was an einem Tag zu einem Grundstück, einer Immobilie oder einer Anfrage festgehalten wurde, und von wem.",
        "What was noted about a plot, a property or a request on a day, and by whom.",
    ),
    date="made_on",
    searched=(),
    columns=(
        PLOT,
        PROPERTY,
        INQUIRY,
        MOBILE_REQUEST,
        Column("made_on", Text("Vom", "Of")),
        Column(
            "text",
            Text("Vermerk", "Memo"),
            hint=Text(
                "Keine Namen und Kontaktdaten: die stehen nur bei den Beteiligten.",
                "No names and contacts of people: those belong to the parties only.",
            ),
        ),
        Column("written_by", Text("Verfasst von", "Written by")),
    ),
)

ATTACHMENTS = Layer(
    key="attachments",
    title=Text("Fotos und Dateien", "Attachments"),
    singular=Text("Datei", "Attachment"),
    description=Text(
        "Fotos und Dokumente zu Grundstücken, Immobilien und Anfragen.",
        "Photos and documents of plots, properties and requests.",
    ),
    audience=Audience.PUBLIC,
    # As for restrictions: not `exists`, which is planned as a join.
    public_rows=(
        "r.is_public and (select supply.on_offer from {schema}.plot_supply as supply where supply.plot = r.plot)"
    ),
    public_depends_on=(
        Dependency("plots", "id", own="r.plot"),
        Dependency("transactions", "plot", own="r.plot"),
        RESERVED._replace(own="r.plot"),
    ),
    searched=(),
    columns=(
        *public(PLOT),
        PROPERTY,
        INQUIRY,
        MOBILE_REQUEST,
        *public(
            Column(
                "caption",
                Text("Bildunterschrift", "Caption"),
                hint=Text(
                    "Sagt auch denen, was zu sehen ist, die es nicht sehen.", "Also read to those who see nothing."
                ),
            ),
            Column(
                "position",
                Text("Reihenfolge", "Position"),
                hint=Text("Das erste Foto ist das Titelbild.", "The first photo is the title photo."),
            ),
        ),
        Column(
            "is_public",
            Text("Öffentlich", "Public"),
            hint=Text(
                "Nur bei Grundstücken, und nur solange das Grundstück selbst öffentlich ist.",
                "With plots only, and only while the plot itself is public.",
            ),
        ),
        Column("file_name", Text("Dateiname", "File name")),
        Column("sha256", Text("Prüfsumme (SHA-256)", "Checksum (SHA-256)")),
        *public(
            Column("media_type", Text("Dateityp", "File type"), codes=codes.MEDIA_TYPE),
            Column("size_bytes", Text("Größe in Bytes", "Size in bytes")),
            Column("width_px", Text("Breite in Bildpunkten", "Width in pixels")),
            Column("height_px", Text("Höhe in Bildpunkten", "Height in pixels")),
        ),
    ),
)

LAYERS = by_key((CONTACTS, MEMOS, ATTACHMENTS))
