"""Sentences for constraints whose names do not fully describe the rule."""

from geo.profile.wording import PARTS, worded
from geo.records.layers.layer import Text
from geo.records.layers.reporting import GOALS
from geo.records.messages.belongings import OF_BELONGINGS

OF_RECORD = {
    "pkey": Text(
        "Diese „Nummer“ gibt es in {where} schon: sie wird vergeben und nicht eingetragen.",
        "This “Number” already exists in {where}: it is assigned by the database.",
    ),
    "source_source_id_key": Text(
        "Diese „Kennung in der Quelle“ gibt es in {where} schon: sie muss je Quelle eindeutig sein.",
        "This “Identifier in the source” already exists in {where}: it must be unique within each source.",
    ),
    "geom_not_empty": Text(
        "Die Geometrie in {where} ist leer: bitte {shape} angeben.",
        "The geometry in {where} is empty: please provide {shape}.",
    ),
    "geom_valid": Text(
        "Die Fläche in {where} ist ungültig, etwa weil ihr Rand sich selbst schneidet: bitte den Rand so "
        "ziehen, dass er sich nicht kreuzt.",
        "The area in {where} is invalid, perhaps because its boundary intersects itself: please draw a "
        "boundary that does not cross itself.",
    ),
    "kpi_period": Text(
        "Zu dieser „Kennzahl“ und diesem „Zeitraum“ gibt es in {where} schon einen Eintrag: bitte ihn ändern.",
        "There is already an entry for this “Indicator” and “Period” in {where}: please change that one.",
    ),
    "kpi_form": Text(
        "„Kennzahl“ hat nicht die Form eines Schlüssels: bitte etwa „public_land_m2“ schreiben.",
        "“Indicator” does not have the form of a key: please write something like “public_land_m2”.",
    ),
    "period_form": Text(
        "„Zeitraum“ hat nicht die richtige Form: bitte etwa 2023, 2023-H2, 2023-Q3 oder 2023-07 schreiben.",
        "“Period” does not have the right form: please write something like 2023, 2023-H2, 2023-Q3 or 2023-07.",
    ),
    "formerly_responsible": Text(
        "Der Datensatz in {where} war früher für andere zuständig und bleibt deshalb: bitte „Beendet am“ eintragen.",
        "The record in {where} was responsible for others before and therefore stays: please enter “Ended on”.",
    ),
    "handed_over_later": Text(
        "Ein Datensatz in {where} ist an diesem Tag oder später schon übergeben worden: bitte einen späteren Tag "
        "wählen, oder jene Übergabe zuerst zurücknehmen.",
        "A record in {where} has been handed over on that day or later: please choose a later day, or take that "
        "handover back first.",
    ),
    "not_own_duplicate": Text(
        "„Dublette von“ nennt den Datensatz selbst: bitte den anderen angeben, der statt seiner zählt.",
        "“Duplicate of” refers to the record itself: please specify the other one, which counts instead.",
    ),
}
"""Rules that many tables have, by the part of the constraint's name after the table's."""

_SHARE_OF_HOUSEHOLDS = Text(
    "Ein Anteil der Haushalte laut Breitbandatlas liegt zwischen 0 und 100 Prozent.",
    "A share of households according to the Breitbandatlas is between 0 and 100 percent.",
)

_KEY_RESERVED = worded(
    Text(
        "Die Schlüssel „outside“ und „unlocated“ sind vergeben: bitte einen anderen „{own:District_key}“ wählen.",
        "The keys “outside” and “unlocated” are reserved: please choose another “{own:District_key}”.",
    )
)

SPECIAL = {
    **OF_BELONGINGS,
    "source_id_normal": Text(
        "Die source_id enthält unsichtbare Zeichen, doppelte Leerzeichen oder zerlegte Umlaute: bitte neu eintippen.",
        "The source_id has invisible characters, double spaces or letters made of two characters: please type it anew.",
    ),
    "source_normal": Text(
        "Die Quelle enthält unsichtbare Zeichen, doppelte Leerzeichen oder zerlegte Umlaute: bitte neu eintippen.",
        "The source has invisible characters, double spaces or letters made of two characters: please type it anew.",
    ),
    "contacts_email_form": Text(
        "„E-Mail“ ist keine E-Mail-Adresse: bitte etwa name@wirtschaft.example schreiben.",
        "“E-mail” is not an e-mail address: please write something like name@economy.example.",
    ),
    "place_swapped": Text(
        "Die Koordinaten sind vertauscht: bitte erst den Ostwert (x) und dann den Nordwert (y) angeben.",
        "The coordinates are swapped: please give the easting (x) first and the northing (y) second.",
    ),
    "place_far_away": worded(
        Text(
            "Die Geometrie liegt weit außerhalb {own:of_whole}: bitte Koordinaten und Koordinatensystem (CRS) prüfen.",
            "The geometry is far outside {own:of_whole}: please check the coordinates and their reference system "
            "(CRS).",
        )
    ),
    "districts_written_alone": worded(
        Text(
            "{own:Districts} lassen sich nur ändern, während niemand sonst schreibt, und eine Änderung ist noch nicht "
            "gespeichert: bitte gleich noch einmal speichern.",
            "{own:Districts} change only while nobody else writes, and somebody's change is not saved yet: please save "
            "again in a moment.",
        )
    ),
    "no_truncate": Text(
        "Die Tabelle führt eine Historie und lässt sich nicht auf einmal leeren: bitte die Datensätze löschen.",
        "The table keeps a history and cannot be truncated: please delete its records instead.",
    ),
    "transactions_fit_plot": Text(
        "Verkauft oder verpachtet ist mehr, als das Grundstück hat: bitte die Flächen prüfen oder ein früheres "
        "Geschäft stornieren oder beenden.",
        "The area sold or leased exceeds that of the plot: please check the areas, or cancel or end an earlier deal.",
    ),
    "reservations_fit_plot": Text(
        "Reserviert ist mehr, als vom Grundstück frei ist: bitte eine kleinere Fläche reservieren, oder eine andere "
        "Reservierung ändern oder freigeben.",
        "The area reserved exceeds what is left of the plot: please reserve a smaller area, or change or release "
        "another reservation.",
    ),
    "transactions_respect_reservations": Text(
        "Die Fläche ist für andere reserviert: bitte die Reservierung freigeben, oder „Trotz Reservierung“ mit Ja "
        "bestätigen.",
        "The land is reserved for others: please release the reservation, or say yes to “Despite a reservation”.",
    ),
    "connections_dwellings_counted": Text(
        "Das Ausbauprogramm zählt Wohneinheiten: bitte bei jedem seiner Anschlüsse „Wohneinheiten“ eintragen.",
        "The programme counts dwellings: please enter “Dwellings” for each of its connections.",
    ),
    "inquiries_districts_not_empty": Text(
        f"Die Liste „Gewünschte {PARTS.plural.de}“ ist leer: bitte das Feld leer lassen, wenn alles recht ist.",
        f"The list of {PARTS.all_en} wanted is empty: please leave the field empty if any {PARTS.one_en} will do.",
    ),
    "office_takeups_district_known": worded(
        Text(
            "„{own:Part}“: Diesen Namen gibt es nicht; bitte so schreiben wie unter „{own:Districts}“.",
            "There is no {own:district} with that name: please write the name as in “{own:Districts}”.",
        )
    ),
    "duplicate_of_original": Text(
        "„Dublette von“ nennt einen Datensatz, der selbst eine Dublette ist, oder dieser hat seinerseits Dubletten: "
        "bitte alle auf den einen beziehen, der zählt.",
        "“Duplicate of” refers to a record that is itself a duplicate, or this record has duplicates: please make all "
        "of them refer to the one that counts.",
    ),
    "districts_key_reserved": _KEY_RESERVED,
    "districts_key_unique": worded(
        Text(
            "Diesen „{own:District_key}“ gibt es schon: {own:every_district} braucht einen eigenen.",
            "This “{own:District_key}” already exists: {own:every_district} needs its own.",
        )
    ),
    "former_districts_key_reserved": _KEY_RESERVED,
    "former_districts_key_unique": worded(
        Text(
            "{own:A_former_district} dieser Art mit diesem „{own:District_key}“ endet schon an diesem Tag: bitte den "
            "Tag prüfen.",
            "{own:A_former_district} of this kind with this “{own:District_key}” already ends on that day: please "
            "check the day.",
        )
    ),
    "former_districts_name_unique": worded(
        Text(
            "{own:A_former_district} dieser Art mit dieser „Bezeichnung“ endet schon an diesem Tag: bitte den Tag "
            "prüfen.",
            "{own:A_former_district} of this kind with this “Name” already ends on that day: please check the day.",
        )
    ),
    "parts_in_force_once": worded(
        Text(
            "Am selben Tag gilt ein anderer Stand mit diesem Schlüssel oder dieser „Bezeichnung“: Eine Neugliederung "
            "bitte mit ihrem Tag laden (--valid-from), sonst „Gültig ab“ und „Gültig bis“ prüfen; "
            "{own:the_present_district} braucht den Tag, ab dem {own:pronoun_of_district} so gilt.",
            "Another state with this key or “Name” is in force on the same day: please load a reform with its day "
            "(--valid-from), otherwise check “Valid from” and “Valid until”; {own:the_present_district} needs the day "
            "from which {own:pronoun_of_district} is like this.",
        )
    ),
    "districts_name_unique": worded(
        Text(
            "{own:A_district} dieser Art mit dieser „Bezeichnung“ gibt es schon: bitte eine andere wählen.",
            "{own:A_district} of this kind with this “Name” already exists: please choose another name.",
        )
    ),
    "inquiries_area_positive": Text(
        "„Mindestfläche“ und „Höchstfläche“ (m²) müssen größer als 0 sein.",
        "“Smallest area” and “Largest area” (m²) must be greater than 0.",
    ),
    "inquiries_area_range": Text(
        "Die „Mindestfläche“ ist größer als die „Höchstfläche“: bitte beide prüfen oder tauschen.",
        "The “Smallest area” exceeds the “Largest area”: please check or swap them.",
    ),
    "plots_site_coverage_ratio_range": Text(
        "Die „Grundflächenzahl (GRZ)“ muss größer als 0 und höchstens 1 sein, etwa 0,8.",
        "The “Site coverage ratio (GRZ)” must be greater than 0 and at most 1, such as 0.8.",
    ),
    "plots_atlas_fibre_percent_range": _SHARE_OF_HOUSEHOLDS,
    "plots_atlas_gigabit_percent_range": _SHARE_OF_HOUSEHOLDS,
    "plots_parcels_length": Text(
        "Jedes Kennzeichen unter „Flurstücke“ muss genau 20 Zeichen haben: bitte auch die Füllzeichen angeben.",
        "Every key under “Parcels” must have exactly 20 characters: please include the padding.",
    ),
    "reservations_begun": Text(
        "Der Tag fehlt: bitte „Reserviert am“ angeben oder, wenn die Anfrage erst wartet, „Auf der Warteliste seit“.",
        "The day is missing: please give “Reserved on” or, if the inquiry only waits, “On the waiting list since”.",
    ),
    "reservations_lifecycle_order": Text(
        "Die Reihenfolge stimmt nicht: erst „Auf der Warteliste seit“, dann „Reserviert am“, dann „Reserviert bis“ "
        "oder „Freigegeben am“; derselbe Tag ist erlaubt.",
        "The dates are out of order: first “On the waiting list since”, then “Reserved on”, then “Expires on” or "
        "“Released on”; the same day is allowed.",
    ),
    "mobile_requests_lifecycle_order": Text(
        "„Eingegangen am“ liegt nach einem späteren Schritt: es darf höchstens am selben Tag sein wie der erste.",
        "“Received on” is later than a following step: the day of the first step is the latest possible.",
    ),
    "transactions_buyer_purchases": Text(
        "Die Rolle „Käuferin“ gehört zum „Ankauf“ und zu nichts anderem: bitte Rolle und Art angleichen.",
        "The role “Buyer” is only for a “Purchase”, which allows no other role: please make role and kind agree.",
    ),
    "office_takeups_added_m2_range": Text(
        "„Zusätzliche Fläche“ (m²) darf nicht negativ und nicht größer als „Fläche“ sein.",
        "“Added area” (m²) must neither be negative nor exceed “Area”.",
    ),
    "office_takeups_added_renewal": Text(
        "„Zusätzliche Fläche“ gibt es nur bei einer „Vertragsverlängerung“: bitte das Feld sonst leer lassen.",
        "“Added area” is for a “Renewal” only: please leave it empty otherwise.",
    ),
    "connections_dropped_unconnected": Text(
        "Ein entfallener Anschluss wird nur angeschlossen, wenn er danach neu beauftragt ist: bitte „Entfallen am“ "
        "leeren, oder „Beauftragt am“ auf einen Tag danach und nicht nach dem Anschließen setzen.",
        "A dropped connection is only connected if it was ordered anew: please clear “Dropped on”, or set “Ordered on” "
        "to a day after it and not after it was connected.",
    ),
    "letters_of_intent_programme_named": Text(
        "„Ausbauprogramm“ gehört zu einer Zusage für ein Ausbauprogramm und zu keiner anderen: bitte „Zugesagt ist“ "
        "und „Ausbauprogramm“ angleichen.",
        "“Programme” is for a promise of rollout under one programme, and for no other: please make “Promised is” "
        "and “Programme” agree.",
    ),
    "letters_of_intent_deadline_of_signed": Text(
        "Eine Frist in der Zukunft braucht den Tag, seit dem zugesagt ist: bitte „Unterzeichnet am“ eintragen.",
        "A deadline in the future needs the day of the promise: please enter “Signed on”.",
    ),
    "network_nodes_served_by_another": Text(
        "„Versorgt durch“ nennt den Netzknoten selbst: bitte den übergeordneten angeben oder das Feld leer lassen.",
        "“Served by” refers to the network node itself: please give the node above it, or leave the field empty.",
    ),
    "releases_immutable": Text(
        "Was veröffentlicht ist, ändert sich nie: bitte eine neue Fassung mit ihrem Grund veröffentlichen.",
        "Published figures never change: please publish a new version and give the reason.",
    ),
    "releases_in_order": Text(
        "Inzwischen ist ein späterer Stand der Datensätze veröffentlicht worden: bitte noch einmal veröffentlichen.",
        "A later state of the records has been published in the meantime: please publish again.",
    ),
    "releases_reason_given": Text(
        "Der Zeitraum ist schon veröffentlicht: bitte den Grund der neuen Fassung angeben.",
        "The period has already been published: please give the reason for the new version.",
    ),
    "releases_accepted_reason": Text(
        "Wer offene Prüfhinweise hinnimmt, muss sagen, warum: bitte den Grund angeben.",
        "Accepting open findings requires a reason: please give one.",
    ),
    "obstructions_one_subject": Text(
        "Eine Behinderung betrifft genau eines: bitte entweder „Trasse“, „Ausbaucluster“ oder „Anschluss“ angeben.",
        "An obstruction concerns exactly one thing: please specify either “Trench”, “Cluster” or “Connection”.",
    ),
    "handover_unchanged_since": Text(
        "Ein Datensatz der Übergabe ist seither geändert worden: bitte diese Änderung zuerst zurücknehmen.",
        "A record of the handover has been changed since: please take that change back first.",
    ),
    "handover_parties_known": Text(
        "Wer übergibt oder übernimmt, ist nicht erfasst: bitte zuerst anlegen.",
        "Who hands over or takes over is not recorded: please record it first.",
    ),
    "handover_known": Text(
        "Unter dieser Nummer ist nichts übergeben worden: bitte die Nummer prüfen, die bei der Übergabe genannt wurde.",
        "Nothing was handed over under this number: please check the one that was told at the handover.",
    ),
    "operators_other_successor": Text(
        "Ein Betreiber kann nicht sein eigener Nachfolger sein.",
        "An operator cannot be its own successor.",
    ),
    "operators_successor_ended": Text(
        "Wer einen Nachfolger hat, ist beendet: bitte auch „Beendet am“ angeben.",
        "An operator with a successor has ended: please also enter “Ended on”.",
    ),
    "clusters_key_unique": Text(
        "Dieses „Kürzel“ hat schon ein Ausbaucluster: bitte ein anderes wählen.",
        "Another cluster already has this “Key”: please choose another one.",
    ),
    "clusters_key_normal": Text(
        "Das „Kürzel“ enthält Zeichen, die niemand sieht, besondere oder doppelte Leerzeichen: bitte neu eintippen.",
        "The “Key” contains characters that nobody sees, or special or double spaces: please type it anew.",
    ),
    "clusters_other_lineage": Text(
        "Ein Ausbaucluster kann nicht von sich selbst abgeteilt oder in sich selbst aufgegangen sein.",
        "A cluster cannot have been split from, or merged into, itself.",
    ),
    "clusters_merged_ended": Text(
        "Wer in ein anderes Ausbaucluster aufgegangen ist, ist beendet: bitte auch „Beendet am“ angeben.",
        "A cluster that was merged into another one has ended: please also enter “Ended on”.",
    ),
    "manual_indicators_key_unique": Text(
        "Diesen „Schlüssel“ hat schon eine gemeldete Kennzahl: bitte einen anderen wählen.",
        "Another reported indicator already has this “Key”: please choose another one.",
    ),
    "manual_indicators_key_form": Text(
        "Der „Schlüssel“ beginnt mit einem Kleinbuchstaben und hat sonst Kleinbuchstaben, Ziffern und „_“.",
        "The “Key” must begin with a lower-case letter and consist of lower-case letters, digits and “_”.",
    ),
    "manual_indicators_decimals_few": Text(
        "„Nachkommastellen“ muss eine Zahl von 0 bis 6 sein.",
        "“Decimals” must be from 0 to 6.",
    ),
    "manual_indicators_goals_known": worded(
        Text(
            f"„{{own:Goals}}“ sind {', '.join(GOALS)}, mehrere mit | getrennt; gibt es keines, bleibt das Feld leer."
            if GOALS
            else "„{own:Goals}“ nennt das Profil nicht: bitte das Feld leer lassen, oder sie dort nachtragen.",
            f"“{{own:Goals}}” are {', '.join(GOALS)}; separate several by |, and leave the field empty if there is "
            "none."
            if GOALS
            else "The profile names no “{own:Goals}”: please leave the field empty, or add them there.",
        )
    ),
    "manual_indicators_not_computed": Text(
        "Diese Kennzahl entsteht aus den Datensätzen und lässt sich nicht melden: bitte dort nachtragen, was fehlt.",
        "This indicator is computed from records and cannot be reported: please add what is missing to the records.",
    ),
    "manual_actuals_indicator_period": Text(
        "Für diese „Gemeldete Kennzahl“ und diesen „Zeitraum“ gibt es schon einen Wert: bitte ihn ändern.",
        "There is already a figure for this “Reported indicator” and “Period”: please change that one.",
    ),
    "manual_actuals_value_finite": worded(
        Text("„{own:Actual}“ muss eine Zahl sein.", "“{own:Actual}” must be a number.")
    ),
    "manual_actuals_value_or_text": worded(
        Text(
            "Gemeldet wird entweder „{own:Actual}“ oder „Text statt einer Zahl“: bitte genau eines angeben.",
            "Report either “{own:Actual}” or “Text instead of a number”: please enter exactly one.",
        )
    ),
}
"""The sentences of constraints by name."""
