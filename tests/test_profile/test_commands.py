"""`flurwerk init` writes a profile that explains itself; `flurwerk profile` shows it and finds its mistakes."""

import os
import pty
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from geo.profile.model import Profile, Section
from geo.profile.reading import profile_of
from geo.profile.writing import document, shown, toml
from geo.text import Text
from tests.remains import REPOSITORY
from tests.test_profile.conftest import SECOND, Run, Write

ASKED = ("--name", "Luchwalde", "--ags", "12063999", "--publisher", "Stadt Luchwalde")


def sections(section: type[Section] = Profile) -> Iterator[type[Section]]:
    yield section
    for field in section.model_fields.values():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield from sections(field.annotation)


def test_every_key_is_explained() -> None:
    for section in sections():
        assert section.__doc__, section
        for name, field in section.model_fields.items():
            is_table = isinstance(field.annotation, type) and issubclass(field.annotation, Section)
            assert is_table or field.description, f"{section.__name__}.{name} has no docstring"


def test_what_is_written_is_read_back_with_every_key_in_it() -> None:
    given = tomllib.loads(SECOND) | {"report": {"rhythm": "quarter"}}
    written = document(given)
    read = tomllib.loads(written)
    assert {section: read[section] | values for section, values in given.items()} == {
        section: read[section] for section in given
    }
    assert profile_of(tomllib.loads(written), Path("profile.toml")) == profile_of(given, Path("profile.toml"))
    for section in sections():
        for name in section.model_fields:
            assert f"{name} =" in written or f".{name}]" in written or f"[{name}]" in written


def test_values_survive_the_file() -> None:
    for value in ('a "b" \\ c\n\t\x7f ß „x“', True, 3, 2.5, ["a", "b"], {"a": "b"}):
        assert tomllib.loads(f"x = {toml(value)}")["x"] == value
    assert tomllib.loads(f"x = {toml(Text('Ort', 'Place'))}")["x"] == {"de": "Ort", "en": "Place"}


def test_what_is_shown_is_a_profile_with_all_defaults() -> None:
    profile = profile_of(tomllib.loads(SECOND), Path("profile.toml"))
    assert "rhythm" in shown(profile)
    assert profile_of(tomllib.loads(shown(profile)), Path("profile.toml")) == profile


def test_init_writes_the_states_reference_system_and_never_overwrites(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "neu" / "luch walde"
    done = run("init", str(folder), *ASKED, "--parts", "Ortsteil", "Ortsteile", profile=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"export FLURWERK_PROFILE='{folder}'\n" in done.stdout
    read = tomllib.loads((folder / "profile.toml").read_text("utf-8"))
    assert read["place"] | {"parts": None} == {
        "name": "Luchwalde", "ags": "12063999", "state": "BB", "crs": "EPSG:25833", "kind": "city", "parts": None,
    }  # fmt: skip
    before = (folder / "profile.toml").read_bytes()
    again = run("init", str(folder), *ASKED, profile=tmp_path)
    assert (again.returncode, (folder / "profile.toml").read_bytes()) == (1, before)
    assert "exists already" in again.stderr


def test_init_says_what_is_missing_where_nobody_can_be_asked(tmp_path: Path, run: Run) -> None:
    done = run("init", str(tmp_path / "x"), "--name", "Luchwalde", profile=tmp_path)
    assert done.returncode == 2
    assert "--ags, --publisher" in done.stderr
    assert not (tmp_path / "x").exists()


def test_init_refuses_what_the_profile_would_and_leaves_no_folder(tmp_path: Path, run: Run) -> None:
    refused = (
        (("--ags", "99063999"), "No official key begins with '99'"),
        (("--ags", "1206"), "place.ags: write its eight digits, without spaces"),
        (("--ags", "12099"), "place.ags: a county's key ends with 000: 12099000"),
        (("--ags", "12099000"), "Missing: --kind (city, municipality, county, region)"),
        (("--crs", "EPSG:4326"), "place.crs: WGS 84 is in degrees"),
    )
    for option, told in refused:
        done = run("init", str(tmp_path / "x"), *ASKED, *option, profile=tmp_path)
        assert done.returncode != 0
        assert told in done.stderr
        assert not (tmp_path / "x").exists()


def test_init_asks_at_a_terminal(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "init", str(tmp_path / "x")],
        cwd=REPOSITORY, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    os.write(ours, b"Landkreis Luch\n12063000\nKreis Luch\n\n")
    told, complaints = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0, complaints
    assert "Official municipality key" in told
    place = tomllib.loads((tmp_path / "x" / "profile.toml").read_text("utf-8"))["place"]
    assert (place["name"], place["kind"]) == ("Landkreis Luch", "county")


def test_check_lists_all_mistakes_and_show_prints_what_is_in_force(write: Write, run: Run) -> None:
    folder = write()
    assert 'crs = "EPSG:25833"' in run("profile", "show", profile=folder).stdout
    assert "no mistakes" in run("profile", "check", profile=folder).stdout
    wrong = write(('"BB"', '"XX"'), ('"EPSG:25833"', '"WGS84"'))
    done = run("profile", "check", profile=wrong)
    assert done.returncode == 1
    assert "place.state" in done.stdout
    assert "place.crs" in done.stdout


def test_the_demo_is_of_the_sample_city_and_says_so_to_another_profile(write: Write, run: Run) -> None:
    done = run("demo", "--no-serve", profile=write())
    assert done.returncode == 1
    assert "Unset FLURWERK_PROFILE" in done.stderr


def test_check_names_mistakes_of_terms_and_outline_together(write: Write, run: Run) -> None:
    outline = ("[publisher]", 'outline = "fehlt.geojson"\n\n[publisher]')
    folder = write(outline, text=f'{SECOND}\n[terms]\n"report.keins" = "x"\n')
    done = run("profile", "check", profile=folder)
    assert done.returncode == 1
    assert "report.keins" in done.stdout
    assert "fehlt.geojson" in done.stdout
