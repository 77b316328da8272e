"""References to records that people call by a name are found by it."""

import pytest

from tests.records import insert, one

HEAD = "source_id;name;cluster;geometry\n"
AREA = "POLYGON((391000 5701000, 391100 5701000, 391100 5701100, 391000 5701100, 391000 5701000))"


def row(cluster: str) -> str:
    """Return a file of one expansion area in the cluster."""
    return f"{HEAD}1;Nord;{cluster};{AREA}\n"


@pytest.fixture
def clusters(city) -> dict[str, int]:
    """Three clusters: one whose name is the key of another, and one whose identifier is."""
    named = {"HG-01": "Hostedde", "HG-02": "HG-01", "HG-03": None}
    found = {key: insert(city.connection, "clusters", key=key, name=name) for key, name in named.items()}
    insert(city.connection, "clusters", source="file", source_id="HG-03", key="Z")
    return found


@pytest.mark.parametrize(
    ("written", "key"), [("HG-01", "HG-01"), ("HG-03", "HG-03"), ("Hostedde", "HG-01"), (" HG-02 ", "HG-02")]
)
def test_a_cluster_is_found_by_its_key_then_by_its_name(city, clusters, written, key):
    assert city.load("expansion_areas", row(written), crs="EPSG:25832").inserted == 1
    assert one(city.connection, "select cluster from flurwerk.expansion_areas") == clusters[key]


def test_an_identifier_in_the_source_names_a_cluster_as_any_record(city, clusters):
    insert(city.connection, "clusters", source="file", source_id="cl-9", key="HG-09")
    assert city.load("expansion_areas", row("cl-9"), crs="EPSG:25832").inserted == 1


def test_a_text_that_names_no_cluster_is_refused_with_row_column_text_and_the_nearest(city, clusters):
    problems = city.problems("expansion_areas", row("HG-4"), crs="EPSG:25832")
    assert [problem[:2] for problem in problems] == [(2, "cluster")]
    assert problems[0][2].startswith("“HG-4” is no cluster, neither by key, name nor source_id. Did you mean “HG-0")


def test_clusters_of_one_file_may_refer_to_each_other_by_their_keys(city):
    """HG-02 was made of HG-01, in whichever order they stand."""
    text = "source_id;key;predecessor\nb;HG-02;HG-01\na;HG-01;\n"
    assert city.load("clusters", text).inserted == 2
    earlier = "select predecessor from flurwerk.clusters where key = 'HG-02'"
    assert one(city.connection, f"select key from flurwerk.clusters where id = ({earlier})") == "HG-01"


def test_a_load_tells_how_many_records_it_moves_without_a_day(city, clusters):
    """Without responsible_since the past is corrected; with it, it is kept, and nothing is told."""
    assert city.load("expansion_areas", row("HG-01"), crs="EPSG:25832").inserted == 1
    report = city.load("expansion_areas", row("HG-02"), crs="EPSG:25832")
    assert [note.en for note in report.notes] == [
        "1 record gets another operator, programme or cluster without a new day (responsible_since), first 1: that "
        "corrects the past as well. If it was a handover, load its day too."
    ]
    text = row("HG-03").replace("cluster;", "cluster;responsible_since;").replace("HG-03;", "HG-03;2023-07-01;")
    assert city.load("expansion_areas", text, crs="EPSG:25832").notes == []
    kept = "select cluster from flurwerk.former_responsibilities"
    assert one(city.connection, kept) == clusters["HG-02"]
