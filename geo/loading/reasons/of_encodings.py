"""The texts about text files that are not in the encoding that they are said to be in."""

from geo.text import Text

SAVE_AGAIN = Text("Speichern Sie sie noch einmal als CSV (UTF-8).", "Save it again as CSV (UTF-8).")
NAME_REAL = Text(
    "Nennen Sie mit --encoding die Kodierung, die sie wirklich hat.", "Specify its real encoding with --encoding."
)
NAME_REAL_OR_SAVE = Text(
    "Nennen Sie mit --encoding die Kodierung, die sie wirklich hat, oder speichern Sie sie als CSV UTF-8, und lassen "
    "Sie --encoding weg.",
    "Specify its real encoding with --encoding, or save it as CSV UTF-8 and omit --encoding.",
)
SAVE_OR_NAME = {
    "cp1252": Text(
        "Speichern Sie sie als CSV UTF-8, oder nennen Sie ihre Kodierung, für die CSV-Dateien eines deutschen Excel "
        "--encoding cp1252.",
        "Save it as CSV UTF-8, or specify its encoding, for German Excel's own CSV --encoding cp1252.",
    ),
    "cp850": Text(
        "Speichern Sie sie als CSV UTF-8, oder nennen Sie ihre Kodierung, vermutlich die von DOS: --encoding cp850.",
        "Save it as CSV UTF-8, or specify its encoding, probably that of DOS: --encoding cp850.",
    ),
    "mac_roman": Text(
        "Speichern Sie sie als CSV UTF-8, oder nennen Sie ihre Kodierung, vermutlich die eines alten Macs: "
        "--encoding mac_roman.",
        "Save it as CSV UTF-8, or specify its encoding, probably that of an old Mac: --encoding mac_roman.",
    ),
}
"""The hint for a file that is not Unicode, by the encoding that it probably has."""


def other_encoding(file: str, real: str, asked: str) -> Text:
    """Return the text for a file that is certainly in another encoding than users say."""
    return Text(f"{file} ist {real}, nicht {asked}.", f"{file} is {real}, not {asked}.")


def not_in(file: str, encoding: str, line: int | None = None) -> Text:
    """Return the text for a file that is not text in the encoding, as a line shows."""
    if line is None:
        return Text(f"{file} ist nicht {encoding}.", f"{file} is not {encoding}.")
    return Text(f"{file} ist nicht {encoding}: siehe Zeile {line}.", f"{file} is not {encoding}: see line {line}.")


def nul_byte(file: str, line: int) -> Text:
    """Return the text for a file that has a NUL byte."""
    return Text(
        f"{file} hat in Zeile {line} ein NUL-Byte: Sie ist beschädigt oder keine Textdatei.",
        f"{file} has a NUL byte in line {line}: it is damaged, or not a text file.",
    )


def doubtful(file: str, encoding: str, real: str, line: int, seen: str, meant: str) -> Text:
    """Return the text for a file in which a word makes sense only in another encoding."""
    return Text(
        f"{file} ist vermutlich {real}, nicht {encoding}: In Zeile {line} stünde {seen} statt {meant}.",
        f"{file} is probably {real}, not {encoding}: line {line} would have {seen} instead of {meant}.",
    )


def control_character(file: str, encoding: str, line: int) -> Text:
    """Return the text for a file that would have a control character in the encoding."""
    return Text(
        f"{file} ist nicht {encoding}: In Zeile {line} stünde ein Steuerzeichen.",
        f"{file} is not {encoding}: line {line} would have a control character.",
    )


def probably(encoding: str) -> Text:
    """Return the hint which encoding a file probably has."""
    return Text(
        f"Vermutlich ist sie {encoding}: --encoding {encoding}. Sonst speichern Sie sie als CSV UTF-8, und lassen Sie "
        "--encoding weg.",
        f"It is probably {encoding}: --encoding {encoding}. Or save it as CSV UTF-8 and omit --encoding.",
    )


def name_or_save(encoding: str) -> Text:
    """Return the hint to name this encoding."""
    return Text(
        f"Nennen Sie --encoding {encoding}, oder speichern Sie sie als CSV UTF-8, und lassen Sie --encoding weg.",
        f"Specify --encoding {encoding}, or save it as CSV UTF-8 and omit --encoding.",
    )


def name_real_probably(encoding: str) -> Text:
    """Return the hint to name the real encoding, which is probably this one."""
    return Text(
        f"Nennen Sie die Kodierung, die sie wirklich hat, vermutlich --encoding {encoding}.",
        f"Specify its real encoding, probably --encoding {encoding}.",
    )
