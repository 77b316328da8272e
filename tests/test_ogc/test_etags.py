"""Features have entity tags, so that a cached copy is not sent again."""

import pytest

from api.records.ogc.etags import demanded_versions
from tests.test_api.helpers import Api
from tests.test_ogc.helpers import EPSG, ITEMS

PLOT = ITEMS.format("plots") + "/1"


@pytest.mark.parametrize("audience", ["public", "internal"])
def test_a_copy_that_is_up_to_date_is_not_sent_again(audience: str, request: pytest.FixtureRequest) -> None:
    client: Api = request.getfixturevalue(audience)
    tag = client.get(PLOT).headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        response = client.request("GET", PLOT, headers={"If-None-Match": given})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["etag"] == tag
        assert response.headers["cache-control"] == client.get(PLOT).headers["cache-control"]
    for given in ('"other"', tag.strip('"'), ""):
        assert client.request("GET", PLOT, headers={"If-None-Match": given}).status_code == 200


def test_each_representation_has_its_own_tag_with_the_same_version(internal: Api, public: Api) -> None:
    tags = [internal.get(PLOT).headers["etag"], internal.get(PLOT, crs=EPSG + "25832").headers["etag"]]
    assert tags[0] != tags[1]
    assert demanded_versions(tags[0]) == demanded_versions(tags[1])
    assert public.get(PLOT).headers["etag"].startswith('"-.')


def test_a_condition_is_a_list_of_tags() -> None:
    assert demanded_versions(None) is None
    assert demanded_versions(" * ") == {"*"}
    assert demanded_versions('"a.1", "b.2"') == {"a", "b"}
    assert demanded_versions('W/"a.1"') == frozenset()
    for malformed in ("a.1", '"a', 'a", "b"', '"a" "b"'):
        assert demanded_versions(malformed) is None
