"""The sample data yields the report's figures, from records that a naive sum would count wrongly."""

import csv
import subprocess
import sys
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from api.cli.sample import load_sample, sample_folder
from geo.figures.kpis import evaluation
from geo.figures.kpis.figures import Figure, compute
from geo.loading import load
from geo.periods import Period, parse_period
from geo.store.database import conninfo
from tests.records import Connection, one

ROOT = Path(__file__).parent.parent
REPORT = Path(__file__).parent / "data" / "report-2023"
H1, H2, YEAR = parse_period("2023-H1"), parse_period("2023-H2"), parse_period("2023")


def published(name: str) -> list[dict[str, str]]:
    with (REPORT / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def figures(connection: Connection, *periods: Period) -> dict[tuple[str, str], Figure]:
    return {(figure.indicator.key, figure.period): figure for figure in compute(connection, periods)}


def test_every_keyed_row_of_the_report_follows_from_the_records(sample: Connection) -> None:
    rows = [row for row in published("kennzahlen.csv") if row["key"]]
    assert len(rows) == 7
    found = figures(sample, H1, H2, YEAR)
    for row in rows:
        key = row["key"]
        assert found[key, "2023-H1"].rounded == Decimal(row["actual_h1"]), key
        assert found[key, "2023-H2"].rounded == Decimal(row["actual_h2"]), key
        assert found[key, "2023-H2"].target == Decimal(row["target_h2"]), key
        assert found[key, "2023"].target == Decimal(row["target_year"]), key
        assert found[key, "2023-H2"].indicator.label.de == row["indicator"]
        assert found[key, "2023-H2"].indicator.product.de == row["product"]


def test_the_figures_in_the_reports_text_follow_from_the_records(sample: Connection) -> None:
    found = figures(sample, H2)
    rows = published("text_figures.csv")
    assert rows
    for row in rows:
        assert found[row["key"], "2023-H2"].rounded == Decimal(row["value"]), row["key"]


def test_splits_and_rows_sum_exactly_to_the_total(sample: Connection) -> None:
    for period in (H1, H2, YEAR):
        for (key, _), figure in figures(sample, period).items():
            indicator = figure.indicator
            for parts in (
                evaluation.by_district(sample, indicator, period),
                evaluation.by_month(sample, indicator, period),
            ):
                assert sum(part.amount or 0 for part in parts) == figure.actual, key
            rows = evaluation.rows(sample, indicator, period)
            assert sum(row.amount for row in rows) == figure.actual, key
            assert len({row.id for row in rows}) == len(rows), key


NAIVE = {
    "public_land_m2": """
        select sum(area_m2) from transactions
        where sector = 'public' and agreed_on between '2023-07-01' and '2023-12-31'
    """,
    "public_land_m2, cancelled included": """
        select sum(area_m2) from transactions
        where sector = 'public' and kind in ('sale', 'ground_lease')
          and agreed_on between '2023-07-01' and '2023-12-31'
    """,
    "public_land_m2, leases included": """
        select sum(area_m2) from transactions
        where sector = 'public' and role <> 'buyer' and cancelled_on is null
          and agreed_on between '2023-07-01' and '2023-12-31'
    """,
    "public_land_m2, the plots' areas": """
        select sum(p.area_m2) from transactions as t join plots as p on p.id = t.plot
        where sector = 'public' and kind in ('sale', 'ground_lease') and cancelled_on is null
          and agreed_on between '2023-07-01' and '2023-12-31'
    """,
    "inquiries, duplicates included": """
        select count(*) from inquiries where received_on between '2023-07-01' and '2023-12-31'
    """,
    "inquiries, without the last day": """
        select count(*) from inquiries
        where received_on between '2023-07-01' and '2023-12-30' and duplicate_of is null
    """,
    "office_takeup_m2, renewals in full": """
        select sum(area_m2) from office_takeups
        where agreed_on between '2023-07-01' and '2023-12-31' and cancelled_on is null
    """,
    "funded_connections, self-financed included": """
        select count(*) from connections where connected_reached_on between '2023-07-01' and '2023-12-31'
    """,
    "funded_connections, addresses only": """
        select count(*) from connections as c join programmes as p on p.id = c.programme
        where funding = 'funded' and connected_reached_on between '2023-07-01' and '2023-12-31'
          and district_key <> 'outside'
    """,
    "funded_connections, by the written date only": """
        select sum(case counts when 'dwelling' then dwellings else 1 end)
        from connections as c join programmes as p on p.id = c.programme
        where funding = 'funded' and connected_on between '2023-07-01' and '2023-12-31'
          and district_key <> 'outside'
    """,
    "funded_connections, passed ones included": """
        select sum(case counts when 'dwelling' then dwellings else 1 end)
        from connections as c join programmes as p on p.id = c.programme
        where funding = 'funded' and district_key <> 'outside'
          and coalesce(connected_reached_on, passed_on) between '2023-07-01' and '2023-12-31'
    """,
    "trench_laid_km, everything that is laid": """
        select sum(length_m) / 1000 from trenches where laid_reached_on <= '2023-12-31'
    """,
    "trench_laid_km, duplicates included": """
        select sum(city_length_m) / 1000 from trenches as t join programmes as p on p.id = t.programme
        where funding = 'funded' and laid_reached_on <= '2023-12-31' and origin <> 'existing_duct'
          and (discarded_on is null or discarded_on > '2023-12-31')
    """,
    "trench_laid_km, existing ducts included": """
        select sum(city_length_m) / 1000 from trenches as t join programmes as p on p.id = t.programme
        where funding = 'funded' and laid_reached_on <= '2023-12-31' and duplicate_of is null
          and (discarded_on is null or discarded_on > '2023-12-31')
    """,
    "trench_laid_km, in Web Mercator": """
        select sum(st_length(st_transform(geom, 3857))) / 1000
        from trenches as t join programmes as p on p.id = t.programme
        where funding = 'funded' and laid_reached_on <= '2023-12-31' and duplicate_of is null
          and origin <> 'existing_duct' and (discarded_on is null or discarded_on > '2023-12-31')
    """,
    "trench_planned_km, discarded included": """
        select sum(city_length_m) / 1000 from trenches as t join programmes as p on p.id = t.programme
        where funding = 'funded' and planned_reached_on <= '2023-12-31' and duplicate_of is null
          and origin <> 'existing_duct' and (laid_reached_on is null or laid_reached_on > '2023-12-31')
    """,
    "trench_planned_km, by the written date only": """
        select sum(city_length_m) / 1000 from trenches as t join programmes as p on p.id = t.programme
        where funding = 'funded' and planned_on <= '2023-12-31' and duplicate_of is null
          and origin <> 'existing_duct' and (laid_reached_on is null or laid_reached_on > '2023-12-31')
          and (discarded_on is null or discarded_on > '2023-12-31')
    """,
    "trench_planned_km, beyond the city's border": """
        select sum(length_m) / 1000 from trenches as t join programmes as p on p.id = t.programme
        where funding = 'funded' and planned_reached_on <= '2023-12-31' and duplicate_of is null
          and origin <> 'existing_duct' and (laid_reached_on is null or laid_reached_on > '2023-12-31')
          and (discarded_on is null or discarded_on > '2023-12-31')
    """,
    "mobile_requests, candidates counted": """
        select count(*) from mobile_candidates as c join mobile_requests as m on m.id = c.request
        where received_on between '2023-07-01' and '2023-12-31'
    """,
}


@pytest.mark.parametrize("naive", NAIVE)
def test_a_naive_sum_differs(sample: Connection, naive: str) -> None:
    key = naive.split(",")[0]
    assert one(sample, NAIVE[naive]) != figures(sample, H2)[key, "2023-H2"].actual


HARD_CASES = {
    "a cancelled sale": "transactions where kind = 'sale' and cancelled_on is not null",
    "the sale of part of a plot": """
        transactions as t join plots as p on p.id = t.plot where t.kind = 'sale' and t.area_m2 < p.area_m2 * 0.8
    """,
    "a public lease": "transactions where kind = 'lease' and sector = 'public'",
    "a purchase": "transactions where kind = 'purchase'",
    "an ended lease": "transactions where kind = 'lease' and ended_on is not null",
    "a renewal of an office lease": "office_takeups where kind = 'renewal' and added_m2 > 0",
    "a self-financed connection": """
        connections as c join programmes as p on p.id = c.programme
        where funding = 'self_financed' and connected_on is not null
    """,
    "a connection that is only passed": "connections where status = 'passed'",
    "a duplicate trench": "trenches where duplicate_of is not null",
    "an existing duct": "trenches where origin = 'existing_duct'",
    "a discarded trench": "trenches where discarded_on is not null",
    "a trench across a district border": "trenches where cardinality(district_keys) > 1",
    "a trench across the city's border": "trenches where city_length_m > 0 and city_length_m < length_m - 1",
    "an activated connection without its connected date": """
        connections where activated_on is not null and connected_on is null
    """,
    "a permitted trench without its planned date": """
        trenches where permitted_on is not null and planned_on is null
    """,
    "a duplicate inquiry": "inquiries where duplicate_of is not null",
    "a record on the first day of a half-year": "inquiries where received_on in ('2023-01-01', '2023-07-01')",
    "a record on the last day of a half-year": "inquiries where received_on in ('2023-06-30', '2023-12-31')",
}


@pytest.mark.parametrize("case", HARD_CASES)
def test_the_sample_contains_each_hard_case(sample: Connection, case: str) -> None:
    assert one(sample, f"select count(*) from {HARD_CASES[case]}") > 0


def test_the_districts_have_their_real_size_and_no_gaps(sample: Connection) -> None:
    area, parts, holes = sample.execute(
        """
        with city as (select st_union(geom) as geom from districts where kind = 'district')
        select st_area(geom) / 1e4, st_numgeometries(geom), st_numinteriorrings(st_geometryn(geom, 1))
        from city
        """
    ).fetchone() or (0, 0, 0)
    assert (parts, holes) == (1, 0)
    assert area == pytest.approx(28_054, rel=0.02)


def test_the_files_are_small_and_loading_them_again_changes_nothing(database_url: str) -> None:
    assert sum(file.stat().st_size for file in sample_folder().iterdir() if file.is_file()) < 15e6
    with psycopg.connect(conninfo(database_url)) as connection:
        load_sample(connection, sample_folder())
        for name in ("districts", "plots", "trenches", "connections", "inquiries"):
            again = load(connection, name, sample_folder() / f"{name}.gpkg", source="sample")
            assert (again.inserted, again.changed, again.vanished) == (0, 0, [])
            assert one(connection, f"select count(*) from flurwerk_history.{name}") == 0


def test_plots_on_offer_have_photos_and_papers_and_people_who_answer_for_them(sample: Connection) -> None:
    """A title photo that the public sees, more that it does not, each file with what an upload would have stored."""
    seen = """
        select count(distinct a.plot), count(*) filter (where a.position = 1 and a.media_type = 'image/jpeg')
        from flurwerk_for_public.attachments as a
        join flurwerk_for_public.plots as p on p.id = a.plot
    """
    assert sample.execute(seen).fetchone() == (12, 12)
    assert one(sample, "select count(*) from flurwerk.attachments where not is_public") > 5
    assert one(sample, "select count(*) from flurwerk.attachments where media_type = 'application/pdf'") > 5
    files = {file.name: file.read_bytes() for file in (sample_folder() / "attachments").iterdir()}
    for name, digest in sample.execute("select distinct file_name, sha256 from flurwerk.attachments"):
        assert sha256(files.pop(name)).hexdigest() == digest
    assert files == {}
    renditions = (
        "select count(*) from flurwerk.attachment_renditions as r join flurwerk.attachment_contents using (sha256)"
    )
    assert one(sample, f"{renditions} where r.rendition = 'small'") == 15
    assert one(sample, "select count(*) from flurwerk_for_public.plots where contact_person_name is not null") > 60
    assert one(sample, "select count(*) from flurwerk.contacts where not is_public") > 0


def test_something_of_the_rollout_is_due_in_each_half_year_until_2030(sample: Connection) -> None:
    """So a new demo shows what is to come in the next months, with trenches and connections in every year."""
    halves = "select array_agg(distinct to_char(due_on, 'YYYY-MM')) from flurwerk.trenches where due_on > '2026-11-30'"
    due = {"2026-12", *(f"{year}-{month}" for year in range(2027, 2031) for month in ("06", "12"))}
    assert set(one(sample, halves)) == due
    for layer in ("trenches", "connections"):
        years = f"select array_agg(distinct extract(year from due_on)::int) from flurwerk.{layer}"
        assert {2026, 2027, 2028, 2029, 2030} <= set(one(sample, years))
        late = f"""
            select count(*)
            from flurwerk.{layer} as r
            join flurwerk.programmes as p on p.id = r.programme
            where r.due_on > p.ended_on
        """
        assert one(sample, late) == 0


def test_the_committed_files_were_written_by_the_committed_generator() -> None:
    """Whoever changes the generator runs it, so that files and sources are committed together."""
    program = "from generator import sources; print(sources.digest())"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT / "sample_data", capture_output=True, text=True, check=True
    )
    assert run.stdout == (ROOT / "sample_data" / "generator" / "written_by.sha256").read_text(), (
        "Run python sample_data/generate.py and commit what it writes."
    )


@pytest.mark.long
def test_the_generator_reproduces_the_committed_files(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "sample_data" / "generate.py", tmp_path], check=True)
    folder = ROOT / "sample_data"
    layers = [file for file in folder.iterdir() if file.suffix in {".gpkg", ".csv"}]
    files = [*(folder / "attachments").iterdir()]
    assert len(layers) > 20
    assert len(files) > 10
    written = [(tmp_path / file.relative_to(folder), file) for file in (*layers, *files)]
    assert [file.name for again, file in written if again.read_bytes() != file.read_bytes()] == []


@pytest.mark.parametrize(
    ("layer", "rows", "sentence"),
    [
        ("ponds", [], "ponds is not described: add a Layer of that key in geo/records/layers."),
        ("plots", [{"slope": 1}], "plots.slope is not described: add a Column to the layer in geo/records/layers."),
        ("plots", [{"name": "A"}, {"name": 1}], "plots.name has values of the types int, str."),
    ],
)
def test_the_generators_error_names_what_the_registry_does_not_describe(
    layer: str, rows: list[dict[str, object]], sentence: str
) -> None:
    program = f"from generator.columns import form_of; form_of({layer!r}, {rows!r})"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT / "sample_data", capture_output=True, text=True)
    assert run.stderr.endswith(f"ValueError: {sentence}\n")
