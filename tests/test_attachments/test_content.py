"""What a file is follows from its bytes, and nothing but the picture is stored of a photo."""

import io
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageOps

from geo.records.attachments import content as contents
from geo.records.attachments.__main__ import answer
from geo.records.attachments.content import read_content
from geo.records.attachments.files import NotAccepted, unpacked
from tests.test_attachments.helpers import PDF, SECRET, bomb, phone_photo, picture, webp_bomb

REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "The file is empty."),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "neither a picture"),
    "HTML": (b"<!doctype html><script>alert(1)</script>", "neither a picture"),
    "GIF": (b"GIF89a\1\0\1\0\0\0\0;", "neither a picture"),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC and AVIF"),
    "ZIP": (b"PK\3\4" + b"\0" * 40, "neither a picture"),
    "BMP by another decoder of Pillow": (picture("BMP"), "neither a picture"),
    "a head without a picture": (b"\xff\xd8\xff\xe0" + b"\0" * 40, "neither a picture"),
    "half a photo": (picture()[:-300], "damaged"),
    "half a PNG": (picture("PNG", (400, 400))[:-40], "damaged"),
    "a bomb": (bomb(), "50 million pixels"),
    "a WebP bomb": (webp_bomb(), "50 million pixels"),
    "a PDF's head": (b"%PDF-1.7\n", "The PDF is damaged"),
    "half a PDF": (PDF[:-20], "The PDF is damaged"),
    "a PDF with a ZIP behind it": (PDF + b"PK\5\6" + b"\0" * 18, "something follows its end"),
    "a PDF with a ZIP within": (PDF.replace(b"xref\n0", b"PK\5\6" + b"\0" * 18 + b"xref\n0", 1), "another type"),
    "a PDF that browsers of old would show": (PDF.replace(b"1 0 obj", b"<HTML><script>", 1), "another type"),
    "an encrypted PDF": (PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 2 0 R"), "encrypted"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_whole_photo_or_document_is_refused_with_what_to_do(name: str) -> None:
    sent, reason = REFUSED[name]
    with pytest.raises(NotAccepted) as caught:
        read_content(sent)
    assert reason in caught.value.message
    assert caught.value.hint
    assert caught.value.parts("de")[0] != caught.value.message


def test_an_animation_is_refused() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:])
    with pytest.raises(NotAccepted, match="animated"):
        read_content(file.getvalue())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_keeps_its_type_and_size_whatever_it_is_called(kind: str) -> None:
    found = read_content(picture(kind))
    assert (found.media_type, found.width_px, found.height_px) == (f"image/{kind.lower()}", 64, 32)
    assert set(found.renditions) == {"full", "medium", "small"}
    with Image.open(io.BytesIO(found.renditions["full"].content)) as stored:
        assert (stored.format, stored.size) == (kind, (64, 32))


def test_a_photo_is_turned_upright_and_loses_position_camera_comment_and_what_follows_it() -> None:
    sent = phone_photo() + b"PK\3\4<html><script>alert(1)</script>"
    found = read_content(sent)
    assert (found.width_px, found.height_px) == (40, 60)
    for stored in found.renditions.values():
        with Image.open(io.BytesIO(stored.content)) as picture:
            assert not picture.getexif()
            assert set(picture.info) <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "progressive",
                "progression",
            }
            # Turned by a quarter: what was left is on top now.
            top, bottom = (picture.getpixel((20, y)) for y in (5, 55))
            assert isinstance(top, tuple)
            assert isinstance(bottom, tuple)
            assert top[0] > 150 > bottom[0]
            assert bottom[2] > 150 > top[2]
        for hidden in (SECRET, b"Kamerawerk", b"Exif", b"<script>", b"PK\3\4"):
            assert hidden not in stored.content


@pytest.mark.parametrize("turned", range(1, 9))
def test_each_orientation_is_turned_upright(turned: int) -> None:
    """What Pillow itself makes of it is the reference."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turned
    file = io.BytesIO()
    Image.linear_gradient("L").resize((60, 40)).rotate(30).save(file, "PNG", exif=exif)
    with Image.open(file) as sent:
        upright = ImageOps.exif_transpose(sent)
    with Image.open(io.BytesIO(read_content(file.getvalue()).renditions["full"].content)) as stored:
        assert (stored.size, stored.tobytes()) == (upright.size, upright.tobytes())


@pytest.mark.parametrize(("tag", "kind"), [(0x0100, 2), (0x010F, 3), (0x010F, 2**8 + 2), (0x010F, 0)])
def test_data_about_a_photo_that_nobody_can_read_does_no_harm_to_it(tag: int, kind: int) -> None:
    """The camera's name stands where a width belongs, or is said to be a number, or of a type that there is not."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Kamerawerk"
    named = (ExifTags.Base.Make.value).to_bytes(2) + b"\0\2"
    raw = exif.tobytes()
    assert named in raw
    file = io.BytesIO()
    odd = raw.replace(named, tag.to_bytes(2) + kind.to_bytes(2), 1)
    Image.new("RGB", (60, 40), "red").save(file, "JPEG", exif=odd)
    found = read_content(file.getvalue())
    # Behind what ends early, the orientation is not read.
    assert {found.width_px, found.height_px} == {40, 60}


def test_a_phones_second_picture_is_left_out() -> None:
    first, second = (Image.new("RGB", (20, 10), colour) for colour in ("#c00000", "#0000c0"))
    file = io.BytesIO()
    first.save(file, "MPO", save_all=True, append_images=[second])
    found = read_content(file.getvalue())
    assert found.media_type == "image/jpeg"
    with Image.open(io.BytesIO(found.renditions["full"].content)) as stored:
        assert stored.format == "JPEG"
        assert getattr(stored, "n_frames", 1) == 1


def pixel(found: contents.Content, rendition: Any = "full") -> Any:
    """The colour of a rendition's first pixel."""
    with Image.open(io.BytesIO(found.renditions[rendition].content)) as stored:
        return stored.getpixel((0, 0))


def test_unusual_pixels_are_seen_as_they_were() -> None:
    cases: list[tuple[Image.Image, Any]] = [
        (Image.new("I;16", (8, 8), 40_000), 156),
        (Image.new("1", (8, 8), 1), 255),
        (Image.new("RGBA", (8, 8), (10, 200, 30, 0)), (10, 200, 30, 0)),
        (Image.new("RGB", (8, 8), (10, 200, 30)).quantize(4), (10, 200, 30)),
    ]
    for made, expected in cases:
        file = io.BytesIO()
        made.save(file, "PNG")
        assert pixel(read_content(file.getvalue())) == expected


def test_smaller_renditions_fit_the_screen_and_a_list_and_are_never_larger_than_the_photo() -> None:
    found = read_content(picture(size=(3000, 1000)))
    sizes: dict[str, tuple[int, int]] = {}
    for name, stored in found.renditions.items():
        with Image.open(io.BytesIO(stored.content)) as made:
            sizes[name] = made.size
    assert sizes == {"full": (3000, 1000), "medium": (1600, 533), "small": (480, 160)}
    assert len(found.renditions["small"].content) < len(found.renditions["full"].content)


def test_a_document_is_stored_byte_for_byte() -> None:
    found = read_content(PDF)
    assert (found.media_type, found.width_px) == ("application/pdf", None)
    assert {name: stored.content for name, stored in found.renditions.items()} == {"full": PDF}


@pytest.mark.parametrize("sent", [picture("JPEG"), PDF])
def test_what_a_process_of_its_own_makes_of_a_file_comes_back_whole(sent: bytes) -> None:
    assert unpacked(answer(sent)) == read_content(sent)


def test_why_a_file_is_not_accepted_comes_back_in_both_languages() -> None:
    with pytest.raises(NotAccepted) as first:
        read_content(b"<svg/>")
    with pytest.raises(NotAccepted) as second:
        unpacked(answer(b"<svg/>"))
    assert second.value.texts == first.value.texts
