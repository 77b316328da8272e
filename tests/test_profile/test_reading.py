"""A profile is read as it is written; every mistake in it is told with its file, its key and what is allowed."""

import pytest

from geo.profile import ProfileError, packaged_profile, read_profile
from geo.text import Text
from tests.test_profile.conftest import SECOND, Write


def test_the_packaged_profile_is_that_of_the_sample_city():
    read = read_profile(packaged_profile())
    assert (read.place.srid, read.place.state, read.folder) == (25832, "NW", packaged_profile())


def test_a_text_is_given_once_or_in_both_languages(write: Write):
    parts = '[place.parts]\nsingular = "Kiez"\nplural = { de = "Ortsteile", en = "Localities" }\n[publisher]'
    read = read_profile(write(("[publisher]", parts)))
    assert read.place.parts.singular == Text("Kiez", "Kiez")
    assert read.place.parts.plural == Text("Ortsteile", "Localities")


@pytest.mark.parametrize(
    ("old", "new", "key", "allowed"),
    [
        ('"EPSG:25833"', '"25833"', "place.crs", "EPSG:"),
        ('"BB"', '"Brandenburg"', "place.state", "'BB'"),
        ('"BB"', '"NW"', "place", "12063999 is one of BB"),
        ('"12063999"', '"12063"', "place.ags", "a county's key ends with 000: 12063000"),
        ('"12063999"', "12063999", "place.ags", "a text in quotation marks"),
        ('"12063999"', '"99063999"', "place", "no key begins with 99"),
        ('"12063999"', '"12 063 999"', "place.ags", "without spaces"),
        (
            'name = "Luchwalde"',
            'name = "Luch\\nwalde"',
            "place.name",
            "cannot have the character U+000A",
        ),
        ('name = "Luchwalde"', f'name = "{"x" * 201}"', "place.name", "at most 200 characters"),
        ("[publisher]", '[modules]\nmobile = "off"\n[publisher]', "modules.mobile", "true or false"),
        ("[publisher]", "[publishers]", "publishers", "no such key"),
        ('name = "Luchwalde"', 'Name = "Luchwalde"', "place.name", "missing"),
        ('name = "Luchwalde"', 'name = " "', "place.name", "at least 1"),
        ("[publisher]", '[place.parts]\nsingular = { de = "Ort" }\n[publisher]', "place.parts.singular", "both"),
        ("[publisher]", '[publisher]\nurl = "luchwalde.example"', "publisher.url", "begins with https://"),
    ],
)
def test_each_mistake_is_told_with_its_key_and_what_is_allowed(write: Write, old, new, key, allowed):
    folder = write((old, new))
    with pytest.raises(ProfileError) as refused:
        read_profile(folder)
    told = "\n".join(refused.value.problems)
    assert str(folder / "profile.toml") in str(refused.value)
    assert f"{key}" in told
    assert allowed in told


def test_a_text_on_several_lines_is_one_line_in_the_language_it_is_in(write: Write):
    parts = '[place.parts]\nsingular = { en = "Place", de = """\nOrts\n  teil""" }\n[publisher]'
    assert read_profile(write(("[publisher]", parts))).place.parts.singular == Text("Orts teil", "Place")


def test_all_mistakes_are_told_at_once(write: Write):
    with pytest.raises(ProfileError) as refused:
        read_profile(write(('"BB"', '"XX"'), ('"EPSG:25833"', '"WGS84"'), ("[publisher]", "[publisher]\ncolour = 1")))
    assert len(refused.value.problems) == 3
    assert "2 more" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There is no such file. FLURWERK_PROFILE names"),
        (b"[place\n", "not TOML"),
        (b"x = " + b"[" * 5000 + b"]" * 5000, "not TOML: lists or tables are nested too deeply"),
        (b"x = " + b"9" * 5000, "not TOML"),
        ("[place]\nname = 'Würzfeld'".encode("cp1252"), "not UTF-8"),
        (SECOND.replace("[publisher]", "[place]").encode(), "not TOML"),
    ],
)
def test_a_file_that_is_no_profile_is_refused(tmp_path, content, message):
    if content is not None:
        (tmp_path / "profile.toml").write_bytes(content)
    with pytest.raises(ProfileError, match=message):
        read_profile(tmp_path)


def test_a_byte_order_mark_does_no_harm(tmp_path):
    (tmp_path / "profile.toml").write_bytes(b"\xef\xbb\xbf" + SECOND.encode())
    assert read_profile(tmp_path).place.name == "Luchwalde"
