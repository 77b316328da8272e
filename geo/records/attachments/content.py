"""Decides by a file's bytes what it is, and makes of it what is stored: never by its name, nor by what a client claims.

A picture is decoded and encoded again, so that nothing but the picture is left of it: no position, no camera, no name,
no second file behind it. Its orientation is applied. A document (PDF) is stored as it is, and only ever sent to be
saved, not shown.
"""

import io
import re
import warnings
from contextlib import suppress

from PIL import ExifTags, Image, ImageCms

from geo.records.attachments.files import Content, MediaType, NotAccepted, Rendition, StoredFile
from geo.text import Text

DECODERS = ("JPEG", "PNG", "WEBP")
FORMATS: dict[str, MediaType] = {
    "JPEG": "image/jpeg",
    # A JPEG with a second picture behind it, for 3D or brightness, as phones make them: only the first is kept.
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
}
MOST_PIXELS = 50_000_000
"""The largest picture that is decoded, of what phones take; it needs about 400 MB of memory for a moment."""
LONGEST_SIDE = 16_000
"""The longest side of a picture in pixels; what WebP can hold at most is 16,383."""
SIDES: dict[Rendition, int] = {"medium": 1600, "small": 480}
"""The longest sides in pixels of the smaller renditions: for the screen and a page of paper, and for lists."""
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What turns a picture upright, by its EXIF orientation."""
QUALITY = {"full": 90, "medium": 82, "small": 78}
"""The quality at which each rendition is encoded as JPEG or WebP."""

PDF_HEAD = re.compile(rb"%PDF-[12]\.\d[\s\x00]")
PDF_TAIL = re.compile(rb"startxref\s+\d+\s+%%EOF[\s\x00]*\Z")
TAIL_BYTES = 1024
ENCRYPTED = re.compile(rb"/Encrypt\s+\d+\s+\d+\s+R|/Encrypt\s*<<")
MARKUP = re.compile(rb"<\s*(html|script|svg|body|\?php|!doctype)", re.IGNORECASE)
SNIFFED_BYTES = 2048
"""How far programs look for markup at the beginning of a file."""
END_OF_ZIP = b"PK\x05\x06"
END_OF_ZIP_BYTES = 65_557
"""How far from a file's end programs look for the end of a ZIP archive."""


def read_content(sent: bytes) -> Content:
    """Return what is stored of a file. Raises NotAccepted."""
    if sent[:5] == b"%PDF-":
        return _document(sent)
    try:
        with warnings.catch_warnings():
            # Of what is odd about the data besides the picture.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            _refuse_large_webp(sent)
            with Image.open(io.BytesIO(sent), formats=DECODERS) as picture:
                return _picture(picture)
    except Image.UnidentifiedImageError:
        raise _unknown(sent) from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _too_large() from None
    except NotAccepted:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, ZeroDivisionError, ImageCms.PyCMSError) as error:
        raise NotAccepted(
            Text("Das Bild ist beschädigt oder unvollständig.", "The picture is damaged or incomplete."),
            Text(
                "Bitte die Datei öffnen, neu als JPEG oder PNG speichern und noch einmal hochladen.",
                "Open the file, save it anew as JPEG or PNG, and upload it again.",
            ),
        ) from error


def _picture(picture: Image.Image) -> Content:
    media_type = FORMATS[picture.format or ""]
    # Known from the head alone: nothing has been decoded yet.
    if picture.width * picture.height > MOST_PIXELS or max(picture.size) > LONGEST_SIDE:
        raise _too_large()
    if media_type != "image/jpeg" and getattr(picture, "n_frames", 1) > 1:
        raise NotAccepted(
            Text("Das Bild ist bewegt.", "The picture is animated."),
            Text("Bitte ein Standbild hochladen.", "Upload a still picture."),
        )
    picture.load()
    orientation = _orientation(picture)
    shown = _upright(_plain(_in_srgb(picture)), orientation)
    size = shown.size
    renditions: dict[Rendition, StoredFile] = {"full": StoredFile(media_type, _encoded(shown, media_type, "full"))}
    for rendition, side in SIDES.items():
        shown = _fitted(shown, side)
        kind: MediaType = "image/png" if shown.mode == "RGBA" else "image/jpeg"
        renditions[rendition] = StoredFile(kind, _encoded(shown, kind, rendition))
    return Content(media_type, *size, renditions)


def _orientation(picture: Image.Image) -> int:
    """Return how a picture has to be turned, as EXIF counts it; 1 (not at all) if that cannot be read."""
    # Cameras write what decoders stumble over, and raise anything then. The pixels are none the worse.
    with suppress(Exception):
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    return 1


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    turn = TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _plain(picture: Image.Image) -> Image.Image:
    """Return the pixels without anything else, in one of the modes RGB, RGBA and L."""
    if picture.mode.startswith("I"):
        # 16 bits: converted as they are, all that is brighter than 255 of 65,535 would be white.
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    mode = "RGBA" if picture.has_transparency_data else "L" if picture.mode in {"1", "L"} else "RGB"
    plain = picture if picture.mode == mode else picture.convert(mode)
    # What the encoders would write besides: comments, profiles, resolution.
    plain.info = {}
    return plain


def _fitted(picture: Image.Image, side: int) -> Image.Image:
    """Return the picture, smaller if one of its sides is longer."""
    if max(picture.size) <= side:
        return picture
    share = side / max(picture.size)
    size = max(1, round(picture.width * share)), max(1, round(picture.height * share))
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)


def _refuse_large_webp(sent: bytes) -> None:
    """Raise NotAccepted by a WebP's head: its decoder takes the memory for all pixels when it opens the file."""
    if sent[:4] != b"RIFF" or sent[8:12] != b"WEBP":
        return
    kind, body = sent[12:16], sent[20:30]
    if kind == b"VP8X":
        width, height = (1 + int.from_bytes(body[at : at + 3], "little") for at in (4, 7))
    elif kind == b"VP8L":
        packed = int.from_bytes(body[1:5], "little")
        width, height = 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    else:
        width, height = (int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    if width * height > MOST_PIXELS:
        raise _too_large()


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Return the picture in the colours of sRGB, so that they stay the same without the profile that is left out."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "CMYK", "L"}:
        return picture
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            picture, own, ImageCms.createProfile("sRGB"), outputMode="L" if picture.mode == "L" else "RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        # A profile that cannot be used changes nothing.
        return picture
    return converted or picture


def _encoded(picture: Image.Image, media_type: MediaType, rendition: Rendition) -> bytes:
    file = io.BytesIO()
    quality = QUALITY[rendition]
    if media_type == "image/jpeg":
        picture.save(file, "JPEG", quality=quality, optimize=True, progressive=True)
    elif media_type == "image/webp":
        picture.save(file, "WEBP", quality=quality, method=4)
    else:
        picture.save(file, "PNG", compress_level=6)
    return file.getvalue()


def _document(sent: bytes) -> Content:
    if not PDF_HEAD.match(sent) or not PDF_TAIL.search(sent[-TAIL_BYTES:]):
        raise NotAccepted(
            Text(
                "Das PDF ist beschädigt oder unvollständig, oder hinter seinem Ende steht noch etwas.",
                "The PDF is damaged or incomplete, or something follows its end.",
            ),
            Text(
                "Bitte das Dokument öffnen, neu als PDF speichern und noch einmal hochladen.",
                "Open the document, save it as PDF anew, and upload it again.",
            ),
        )
    if ENCRYPTED.search(sent):
        raise NotAccepted(
            Text("Das PDF ist verschlüsselt.", "The PDF is encrypted."),
            Text("Bitte es ohne Kennwort speichern.", "Save it without a password."),
        )
    if MARKUP.search(sent[:SNIFFED_BYTES]) or END_OF_ZIP in sent[-END_OF_ZIP_BYTES:]:
        raise NotAccepted(
            Text("In dem PDF steckt eine Datei von anderer Art.", "There is a file of another type in the PDF."),
            Text(
                "Bitte das Dokument mit „Drucken“ als PDF neu erzeugen und noch einmal hochladen.",
                "Print the document to PDF anew, and upload it again.",
            ),
        )
    return Content("application/pdf", None, None, {"full": StoredFile("application/pdf", sent)})


def _unknown(sent: bytes) -> NotAccepted:
    if not sent:
        return NotAccepted(
            Text("Die Datei ist leer.", "The file is empty."),
            Text("Bitte die Datei prüfen und noch einmal hochladen.", "Check the file, and upload it again."),
        )
    if sent[4:8] == b"ftyp" and sent[8:12] in {b"heic", b"heix", b"mif1", b"hevc", b"avif"}:
        return NotAccepted(
            Text("Fotos im Format HEIC oder AVIF werden nicht angenommen.", "HEIC and AVIF are not accepted."),
            Text(
                "Bitte das Foto als JPEG senden; iPhones tun das mit Einstellungen > Kamera > Formate > Maximale "
                "Kompatibilität.",
                "Send the photo as JPEG; iPhones do with Settings > Camera > Formats > Most Compatible.",
            ),
        )
    return NotAccepted(
        Text(
            "Das ist kein Bild (JPEG, PNG, WebP) und kein PDF, wie auch immer die Datei heißt.",
            "This is neither a picture (JPEG, PNG, WebP) nor a PDF, whatever the file is called.",
        ),
        Text("Bitte als JPEG, PNG, WebP oder PDF speichern.", "Save it as JPEG, PNG, WebP or PDF."),
    )


def _too_large() -> NotAccepted:
    return NotAccepted(
        Text(
            f"Das Bild hat mehr als {MOST_PIXELS // 1_000_000} Millionen Bildpunkte, oder eine Seite ist länger als "
            f"{LONGEST_SIDE // 1000}.000.",
            f"The picture has more than {MOST_PIXELS // 1_000_000} million pixels, or a side longer than "
            f"{LONGEST_SIDE // 1000},000.",
        ),
        Text("Bitte das Bild verkleinern und noch einmal hochladen.", "Make it smaller, and upload it again."),
    )
