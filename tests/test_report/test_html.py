"""The HTML file is self-contained and runs no scripts; no text breaks the tables of the Markdown file."""

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from lxml import html

from maps.figures.report.content import Edition
from maps.figures.report.pages import escaped, inline, markdown, page
from tests.test_report.editions import (
    CORRECTED,
    HASH,
    HOSTILE,
    corrected,
    hostile,
    lines_in_model,
    model,
    plain_spaces,
    printed,
    published,
)

ELSEWHERE = re.compile(r"""(?:src|href|url\(|@import)\s*=?\s*["'(]?\s*(?:https?:)?//""")


def parsed(edition: Edition) -> Any:
    return html.document_fromstring(page(edition).decode())


def texts(element: Any) -> list[str]:
    return [" ".join(plain_spaces(cell.text_content()).split()) for cell in element]


@pytest.fixture(scope="module")
def document(edition: Edition) -> Any:
    return parsed(edition)


def test_the_table_has_all_rows_of_the_model_report(document: Any, edition: Edition) -> None:
    lines = document.xpath("(//table[@class='figures'])[1]/tbody/tr[th[@scope='row']]")
    assert len(lines) == len(edition.report.lines)
    for row, line in zip(model(), lines_in_model(lines, lambda line: texts(line)[0]), strict=True):
        found = texts(line)
        assert found[0] == " ".join(row["indicator"].split())
        assert found[1:5] == printed(row)
        assert found[5] == row["goals"].replace("|", ", ")


def test_it_is_one_file_without_scripts_that_loads_nothing(edition: Edition) -> None:
    text = page(hostile(edition)).decode()
    assert not ELSEWHERE.findall(re.sub(r"data:[\w/;,+=-]+", "", text))
    assert "default-src 'none'" in text
    tree = html.document_fromstring(text)
    assert tree.xpath("//script | //link | //iframe | //object | //img | //@onload | //@onclick") == []
    assert "font/woff;base64," in text


def test_texts_of_people_are_not_markup(edition: Edition) -> None:
    found = " ".join(parsed(hostile(edition)).text_content().split())
    for text in HOSTILE:
        assert " ".join(re.sub("[\x07\ufffe]", "", text).split()) in re.sub("[\x07\ufffe]", "", found), text


def test_pictures_are_embedded_and_described_and_have_unique_ids(document: Any, edition: Edition) -> None:
    described = document.xpath("//figure/div[@role='img']/@aria-label")
    assert [plain_spaces(text) for text in described] == [plain_spaces(one.alt) for one in edition.pictures]
    ids = document.xpath("//@id")
    assert len(ids) == len({*ids})
    first = edition.pictures[0]
    assert 'href="#a' not in inline('<?xml?><svg id="a"><use href="#a" style="clip-path: url(#b)"/></svg>', "x")
    assert inline(first.svg, "x").startswith("<svg")


def test_headings_and_tables_suit_screen_readers(document: Any) -> None:
    assert document.xpath("/html/@lang") == ["de"]
    assert len(document.xpath("//h1")) == 1
    levels = [int(heading.tag[1]) for heading in document.xpath("//h1 | //h2 | //h3")]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert document.xpath("//th[not(@scope)]") == []
    assert document.xpath("//div[@class='wide'][not(@tabindex) or not(@aria-label)]") == []


def test_a_correction_is_below_its_indicator_and_in_its_section(edition: Edition) -> None:
    tree = parsed(corrected(edition))
    (line,) = tree.xpath("//tr[@class='correction']")
    assert texts(line) == [CORRECTED.de]
    assert "54.900 m²" in texts(line.getprevious())
    assert CORRECTED.de in plain_spaces(tree.xpath("//section[@id='corrections']")[0].text_content())
    assert CORRECTED.de in plain_spaces(markdown(corrected(edition)).decode())


def test_a_draft_is_marked_and_a_release_states_its_version(edition: Edition) -> None:
    for render in (page, markdown):
        assert "Entwurf" in render(edition).decode()
        final = plain_spaces(render(published(edition)).decode())
        assert "Entwurf" not in final
        for part in ("Veröffentlicht, Fassung 2", "15.01.2024, 12:30 Uhr", HASH):
            assert part in final, part


def test_markdown_has_all_rows_of_the_model_report(edition: Edition) -> None:
    lines = plain_spaces(markdown(edition).decode()).splitlines()
    rows = [re.split(r" \| ", line.strip("| ")) for line in lines if line.startswith("| ") and line.count("|") == 8]
    expected = [[row["indicator"].replace("*", "\\*").replace("&", "&amp;"), *printed(row)] for row in model()]
    names = [name for name, *_ in expected]
    assert [found[:5] for found in rows if found[0] in names] == expected


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("| a | b", "\\| a \\| b"),
        ("![x](y)", "!\\[x\\](y)"),
        ("<b> & `c`", "\\<b\\> &amp; \\`c\\`"),
        ("1. a", "1\\. a"),
        ("10.000 m²", "10.000 m²"),
        ("- a", "\\- a"),
        ("# a\nb", "\\# a b"),
        ("a_b*c~d", "a\\_b\\*c\\~d"),
        ("=1", "\\=1"),
    ],
)
def test_special_characters_are_escaped_in_markdown(text: str, safe: str) -> None:
    assert escaped(text) == safe


def test_a_hostile_text_breaks_no_row_of_markdown(edition: Edition) -> None:
    for line in markdown(hostile(edition)).decode().splitlines():
        if line.startswith("| ") and "HYPERLINK" in line:
            assert len(re.findall(r"(?<!\\)\|", line)) == 8


def test_both_are_in_english_with_english_numbers(english: Edition) -> None:
    for render in (page, markdown):
        document_text = plain_spaces(render(replace(english, pictures=())).decode())
        for part in ("Half-yearly report", "54,900 m²", "1.5 Mio. €", "Counting rules"):
            assert part in document_text, part
        assert "Kennzahlen" not in document_text
