"""CSV as it is delivered: every row is read exactly, or refused with its number."""

import gzip
from pathlib import Path

import pytest

DELIVERIES = Path(__file__).parents[1] / "data" / "deliveries"
LINE = "LINESTRING (390000 5710000, 390100 5710000)"
TRENCHES = {"crs": "EPSG:25832"}
OPERATORS = "source_id;name;kind\n"


@pytest.fixture
def programme(city):
    city.load("programmes", "source_id;name;funding\nweisse-flecken;Weiße Flecken;funded\n", source="city")


# Quotation marks


@pytest.mark.usefixtures("programme")
def test_delivered_csv_with_a_quote_that_is_never_closed_is_refused_with_its_line(city):
    refusal = city.refusal("trenches", DELIVERIES / "lastq.csv", **TRENCHES)
    assert "lastq.csv has a quotation mark in line 2 that is not closed" in refusal


def test_row_that_a_quote_closed_too_late_would_swallow_is_refused(city):
    text = f'{OPERATORS}1;"Netz;carrier\n2;Mast;carrier\n3;Rohr";carrier\n4;Kabel;carrier\n'
    [(row, column, reason)] = city.problems("operators", text)
    assert (row, column) == (2, "name")
    assert "looks like a row of its own" in reason


def test_text_after_a_closing_quote_is_refused_with_its_line(city):
    refusal = city.refusal("operators", f'{OPERATORS}1;Netz;carrier\n2;"Mast" und Rohr;carrier\n')
    assert "quotation mark in line 3 that is not closed at the end of its cell" in refusal


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('"Netz\nWest"', "Netz\nWest"),
        ('"Netz\r\n\r\nWest; Ost"', "Netz\r\n\r\nWest; Ost"),
        ('"Netz ""West"""', 'Netz "West"'),
        ('Rohr 5"', 'Rohr 5"'),
        ('Rohr 5" lang', 'Rohr 5" lang'),
        ('"a;b"', "a;b"),
    ],
)
def test_quotes_and_line_breaks_that_belong_to_a_text_are_kept(city, cell, text):
    report = city.load("operators", f"{OPERATORS}1;{cell};carrier\n2;Mast;carrier\n")
    assert (report.rows, report.inserted) == (2, 2)
    assert city.rows("operators", "name") == [(text,), ("Mast",)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("final", [True, False])
def test_rows_are_counted_with_any_line_end(city, end, final):
    rows = ["source_id;name;kind", "1;Netz;carrier", "", '2;"Mast";carrier', " ; ;", "3;Rohr;carrier"]
    assert city.load("operators", end.join(rows) + (end if final else "")).rows == 3


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("marks", [1, 3])
def test_the_mark_by_which_dos_ends_a_text_is_no_row(city, end, marks):
    rows = [OPERATORS.strip(), "1;Netz;carrier", "2;Mast;"]
    path = city.write("file.csv", end.join([*rows, "\x1a" * marks]))
    report = city.load("operators", path, constants={}, dry_run=True)
    assert (report.rows, [(problem.row, problem.column) for problem in report.problems]) == (2, [(3, "kind")])
    whole = city.write("file.csv", end.join([*rows[:2], "2;Mast;carrier" + "\x1a" * marks]))
    assert city.load("operators", whole).rows == 2
    assert city.rows("operators", "kind") == [("carrier",), ("carrier",)]


# Rows that end early


@pytest.mark.usefixtures("programme")
def test_delivered_csv_whose_row_ends_early_is_refused_and_keeps_the_values(city):
    whole = f"source_id;programme;geometry;laid_on;method;note\nT1;weisse-flecken;{LINE};31.12.2022;hdd;x\n"
    city.load("trenches", whole, **TRENCHES)
    [(row, _, reason)] = city.problems("trenches", DELIVERIES / "short2.csv", **TRENCHES)
    assert row == 2
    assert "ends too early" in reason


def test_cut_last_row_is_refused(city):
    text = "source_id;name;kind;note\n" + excel_block(1, 16, "Netz;carrier;x") + "17;Netz;carrier"
    [(row, _, reason)] = city.problems("operators", text)
    assert row == 18
    assert "ends too early" in reason


def excel_block(start: int, count: int, row: str) -> str:
    return "".join(f"{number};{row}\r\n" for number in range(start, start + count))


def test_empty_cells_that_excel_leaves_out_in_a_block_of_16_rows_are_told(city):
    text = "source_id;name;kind;note\r\n" + excel_block(1, 15, "Netz;carrier;") + excel_block(16, 16, "Netz;carrier")
    report = city.load("operators", text)
    assert report.inserted == 31
    assert [note.en for note in report.notes] == [
        "16 rows lack empty cells at their end, as Excel omits them. They count as empty."
    ]


def test_short_rows_among_whole_ones_of_a_block_are_refused_each(city):
    text = "source_id;name;kind;note\r\n" + excel_block(1, 15, "Netz;carrier;") + excel_block(16, 15, "Netz;carrier")
    problems = city.problems("operators", text + "99;Netz;carrier;x\r\n")
    assert [row for row, _, _ in problems] == list(range(17, 32))


def test_short_rows_are_found_across_batches(city, monkeypatch):
    monkeypatch.setattr("geo.loading.reading.text.BATCH_ROWS", 5)
    text = "source_id;name;kind;note\n" + excel_block(1, 20, "Netz;carrier;x") + "21;Netz;carrier\n22;Netz;carrier;x\n"
    assert [row for row, _, _ in city.problems("operators", text)] == [22]


# The header and columns


def test_delivered_csv_with_excels_line_for_the_delimiter_is_read(city, programme):
    assert city.load("trenches", DELIVERIES / "sep.csv", **TRENCHES).inserted == 1


def test_line_that_declares_the_delimiter_does_not_count_as_a_row(city):
    [(row, _, _)] = city.problems("operators", "sep=,\nsource_id,name,kind\n1,Netz,planet\n")
    assert row == 2
    assert "declares the delimiter ," in city.refusal("operators", f"sep=,\n{OPERATORS}", delimiter=";")


def test_header_in_another_row_is_found_if_it_is_named(city):
    text = f"Lieferung Netz AG;;\n;;\n{OPERATORS}1;Netz;planet\n"
    assert "perhaps --header-row 3" in city.refusal("operators", text)
    [(row, column, _)] = city.problems("operators", text, header_row=3)
    assert (row, column) == (4, "kind")
    report = city.load("operators", text.replace("planet", "carrier"), header_row=3)
    assert report.inserted == 1
    assert [note.en for note in report.notes] == ["Rows with content before the header, not loaded: 1."]
    assert "Row 2 of file.csv is blank" in city.refusal("operators", text, header_row=2)


def test_header_below_blank_rows_is_found_and_told(city):
    report = city.load("operators", f"\n;;\n{OPERATORS}1;Netz;carrier\n")
    assert (report.inserted, report.notes[0].en) == (1, "The header is row 3; the rows before it are blank.")


def test_column_without_a_heading_is_refused_if_it_has_values_unless_ignored_by_its_name(city):
    text = "source_id;;name;kind;\n1;;Netz;carrier;\n2;alt;Mast;carrier;\n"
    [(row, column, reason)] = city.problems("operators", text)
    assert (row, column) == (3, "column B")
    assert 'ignore = ["column B"]' in reason
    assert len(city.problems("operators", text, ignore=("*",))) == 1
    assert city.load("operators", text, ignore=("column B",)).inserted == 2
    assert city.load("operators", text.replace("alt", "")).unchanged == 2


def test_column_without_a_heading_can_be_mapped(city):
    text = "source_id;;kind\n1;Netz;carrier\n"
    assert city.load("operators", text, columns={"column B": "name"}).inserted == 1


def test_delimiter_that_is_unclear_is_asked_for(city):
    text = "source_id;name, short;kind, main\n1;Netz, N;carrier, x\n"
    assert "is unclear: the header has ; and , equally often" in city.refusal("operators", text)
    text = "source_id;name, short;kind, main\n1;Netz;carrier\n"
    mapping = {"name, short": "name", "kind, main": "kind"}
    assert city.load("operators", text, columns=mapping).inserted == 1
    assert "cannot be a delimiter" in city.refusal("operators", text, delimiter='"')


def test_csv_has_no_sheets(city):
    assert "has no sheets" in city.refusal("operators", f"{OPERATORS}1;Netz;carrier\n", sheet="Tabelle1")


# Encodings


@pytest.mark.usefixtures("programme")
def test_delivered_csv_of_dos_is_not_taken_for_one_of_windows(city):
    refusal = city.refusal("trenches", DELIVERIES / "cp850b.csv", encoding="cp1252", **TRENCHES)
    assert "is probably cp850, not cp1252: line 2 would have Straáe instead of Straße" in refusal
    assert "--encoding cp850" in city.refusal("trenches", DELIVERIES / "cp850b.csv", **TRENCHES)
    assert city.load("trenches", DELIVERIES / "cp850b.csv", encoding="cp850", **TRENCHES).inserted == 1
    assert city.rows("trenches", "note") == [("Straße Größe Äcker",)]


WORDS = ["Straße", "Größe", "Gerät", "Träger", "Öffnung", "für", "früh", "Fußweg große", "Überlauf", "Änderung", "FÜR"]


@pytest.mark.parametrize("real", ["cp850", "mac_roman"])
@pytest.mark.parametrize("said", ["cp1252", "latin-1", "iso-8859-15"])
@pytest.mark.parametrize("word", WORDS)
def test_words_in_another_encoding_are_never_stored(city, real, said, word):
    path = city.write("a.csv", f"{OPERATORS}1;Netz;carrier\n2;{word};carrier\n".encode(real))
    assert "line 3" in city.refusal("operators", path, encoding=said)


@pytest.mark.parametrize("said", ["cp850", "mac_roman"])
@pytest.mark.parametrize("word", ["Straße für", "Größe", "führt"])
def test_windows_text_is_not_taken_for_that_of_dos_or_mac(city, said, word):
    path = city.write("a.csv", f"{OPERATORS}2;{word};carrier\n".encode("cp1252"))
    assert "is probably cp1252" in city.refusal("operators", path, encoding=said)


@pytest.mark.parametrize(
    "text",
    [
        "Kovács Suárez Diálogo Václav",
        "Miša Žižkov Škoda šel Ÿ",
        "„Hafen“ – Nord’s … 5 € (§ 127 TKG) ™ †",
        "Ärztehaus Öl Übung weiß Maß",
        "Café Señor Ångström",
    ],
)
def test_names_and_typography_of_windows_are_not_doubted(city, text):
    path = city.write("a.csv", f"{OPERATORS}1;{text};carrier\n".encode("cp1252"))
    assert city.load("operators", path, encoding="cp1252").inserted == 1
    assert city.rows("operators", "name") == [(text,)]


def test_control_characters_of_latin_1_are_refused(city):
    path = city.write("a.csv", f"{OPERATORS}1;5 € netto;carrier\n".encode("cp1252"))
    refusal = city.refusal("operators", path, encoding="latin-1")
    assert "line 2 would have a control character" in refusal
    assert "--encoding cp1252" in refusal


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_byte_order_mark_is_recognised(city, encoding):
    path = city.write("file.csv", f"{OPERATORS}1;Müller;carrier\n2;Ωmega;carrier\n".encode(encoding))
    assert city.load("operators", path).rows == 2
    assert city.rows("operators", "name") == [("Müller",), ("Ωmega",)]
    assert f"is {encoding.upper()}, not cp1252" in city.refusal("operators", path, encoding="cp1252")


def test_byte_order_mark_that_contradicts_the_encoding_is_told(city):
    text = f"{OPERATORS}1;Städte;carrier\n"
    for encoding in ("utf-16", "utf-8-sig", "utf-32"):
        path = city.write("a.csv", text.encode(encoding))
        assert "Omit --encoding" in city.refusal("operators", path, encoding="cp1252")
        assert city.load("operators", path).rows == 1


@pytest.mark.parametrize("encoding", ["rot13", "base64", "utf-9", "undefined", "\0", ""])
def test_encodings_that_are_none_are_refused(city, encoding):
    assert "There is no encoding" in city.refusal("operators", f"{OPERATORS}1;Netz;carrier\n", encoding=encoding)


# Packed files


@pytest.mark.usefixtures("programme")
def test_delivered_csv_that_is_packed_is_read(city):
    assert city.load("trenches", DELIVERIES / "gz.csv.gz", **TRENCHES).inserted == 1


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_truncated_packed_csv_is_refused(city, share):
    packed = gzip.compress((OPERATORS + "".join(f"{n};Netz {n * n};carrier\n" for n in range(500))).encode())
    path = city.write("a.csv.gz", packed[: int(len(packed) * share)])
    assert "is not a gzip file, or is damaged or truncated" in city.refusal("operators", path)


def test_packed_csv_that_is_not_packed_is_refused(city):
    assert "is not a gzip file" in city.refusal("operators", city.write("a.csv.gz", OPERATORS))


def test_packed_csv_that_unpacks_to_too_much_is_refused(city, monkeypatch):
    monkeypatch.setattr("geo.loading.reading.encodings.LARGEST_PART", 1 << 20)
    path = city.write("a.csv.gz", gzip.compress(OPERATORS.encode() + b"\n" * (1 << 22)))
    assert "unpacks to more than 1 MiB" in city.refusal("operators", path)
