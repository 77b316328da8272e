"""Sentences for the constraints of what belongs to records: photos and documents, memos."""

from geo.records.layers.layer import Text
from geo.records.messages.untracked import CONTENT_BY_SERVICE

OF_BELONGINGS = {
    **dict.fromkeys(
        ("attachments_one_record", "memos_one_record"),
        Text(
            "Eine Datei oder ein Vermerk gehört zu genau einem Datensatz: bitte Grundstück, Immobilie, Anfrage oder "
            "Suchkreisanfrage angeben, und nur eines davon.",
            "An attachment or a memo belongs to exactly one record: please name a plot, a property, an inquiry or a "
            "mobile-site request, and only one of them.",
        ),
    ),
    "attachments_public_of_plot": Text(
        "Nur Dateien von Grundstücken können öffentlich sein: bitte „Öffentlich“ auf Nein setzen.",
        "Only attachments of plots can be public: please set “Public” to no.",
    ),
    "attachments_sha256_fkey": Text(
        "Der Inhalt der Datei ist nicht (mehr) gespeichert: bitte die Datei hochladen.",
        "The attachment's content is not stored (any more): please upload the file.",
    ),
    "attachments_once_each": Text(
        "Diese Datei gibt es bei dem Datensatz schon.",
        "The record has this attachment already.",
    ),
    "attachments_content_fixed": Text(
        "Der Inhalt einer Datei ändert sich nicht: bitte sie löschen und eine andere hochladen.",
        "The content of an attachment does not change: please delete it and upload another file.",
    ),
    **dict.fromkeys(("attachment_renditions_content_fixed", "attachment_renditions_object_noted"), CONTENT_BY_SERVICE),
    "memos_own": Text(
        "Diesen Vermerk hat jemand anderes verfasst: ändern und löschen kann ihn nur, wer ihn verfasst hat, oder die "
        "Verwaltung der Zugänge.",
        "Somebody else wrote this memo: only its author or an administrator can change or delete it.",
    ),
    "memos_text_not_blank": Text(
        "Der Vermerk hat keinen Text (mehr): bitte schreiben, was festgehalten werden soll.",
        "The memo has no text (any more): please write what is to be noted.",
    ),
}
"""By constraint."""
