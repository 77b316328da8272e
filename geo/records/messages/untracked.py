"""Tables that hold no records: the database or the commands write them, and nobody else."""

from geo.profile.wording import worded
from geo.records.layers.distances import DISTANCE_TABLES
from geo.text import Text

CONTENT_BY_SERVICE = Text(
    "Den Inhalt von Dateien schreibt nur der Dienst, wenn sie hochgeladen werden.",
    "The content of attachments is written by the service only, when they are uploaded.",
)

UNTRACKED = {
    "record": Text(
        "„record“ ist nur die Vorlage der gemeinsamen Spalten: Datensätze gehören in die Tabelle ihrer Ebene.",
        "“record” is only the template of the common columns: records belong in their layer's table.",
    ),
    "responsibility_versions": Text(
        "Wer früher zuständig war, schreibt die Datenbank selbst, wenn sich Betreiber, Programm oder Cluster ändern.",
        "Who was responsible before is written by the database itself when operator, programme or cluster change.",
    ),
    "releases": Text(
        "Eine Veröffentlichung schreibt nur die Datenbank selbst, und sie ändert sich nie: bitte mit „flurwerk report "
        "ZEITRAUM --publish“ eine neue Fassung veröffentlichen.",
        "Releases are written by the database only and never change: please publish a new version with “flurwerk "
        "report PERIOD --publish”.",
    ),
    "report_duties": Text(
        "Was für den Bericht fällig war, schreibt „flurwerk report --due“ selbst.",
        "The report's duties are written by “flurwerk report --due” only.",
    ),
    "report_documents": Text(
        "Die Dokumente eines Entwurfs schreibt „flurwerk report --due“ selbst.",
        "The documents of a draft are written by “flurwerk report --due” only.",
    ),
    "loads": Text(
        "Was geladen wurde, schreiben „flurwerk load“ und „flurwerk loads undo“ selbst.",
        "The log of loads is written by “flurwerk load” and “flurwerk loads undo” only.",
    ),
    **dict.fromkeys(
        ("deliveries", "delivery_parts"),
        Text(
            "Hochgeladene Dateien verwaltet die Seite „Laden“ selbst.",
            "Uploaded files are managed by the page “Load” only.",
        ),
    ),
    **dict.fromkeys(
        ("attachment_contents", "attachment_renditions", "stored_objects"),
        CONTENT_BY_SERVICE,
    ),
    "place": worded(
        Text(
            "Koordinatensystem und Umriss {own:of_whole} schreibt „flurwerk migrate“ nach dem Profil selbst.",
            "{own:Of_whole}'s reference system and outline are written by “flurwerk migrate” only, as the profile "
            "says.",
        )
    ),
    **dict.fromkeys(
        ("district_pieces", "part_pieces"),
        worded(
            Text(
                "Die Teilstücke der {own:districts} entstehen aus den {own:dative_districts}: bitte die "
                "„{own:Districts}“ selbst ändern.",
                "The pieces of {own:districts} are derived from the {own:districts}: please change the "
                "“{own:Districts}” themselves.",
            )
        ),
    ),
    **dict.fromkeys(
        (
            *("layer_versions", "layers_touched", "layer_sources", "recordings", "instance"),
            *("seen_views", "seen_sources", "seen_records", "seen_days", "seen_turn", "seen_noted"),
            *("tile_counts", "tile_counts_noted", "tile_cache"),
            *("distance_definitions", *DISTANCE_TABLES, "distances_turn", "distances_noted"),
            *("computed_indicators", "report_goals"),
        ),
        Text(
            "Was sie über Änderungen, Kacheln und Entfernungen weiß, schreibt die Datenbank selbst: bitte nur die "
            "Datensätze ändern.",
            "The database itself maintains its data about changes, tiles and distances: please change records only.",
        ),
    ),
}
"""Tables to which users cannot write."""
