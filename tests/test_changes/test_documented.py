"""The feed works as its documentation says."""

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

from api.app import create_app
from api.records.changes import Changes
from geo.settings import load_settings
from tests.records import Connection, delete, insert, plot, sale, update
from tests.test_api.helpers import REPOSITORY, Api, running
from tests.test_changes.helpers import FEED

ADDRESS = "http://127.0.0.1:8000"


def documented_script() -> str:
    """Return the script in docs/api.md."""
    scripts = re.findall(r"```python\n(.*?)```", (REPOSITORY / "docs/api.md").read_text("utf-8"), re.DOTALL)
    (found,) = [script for script in scripts if "/api/changes" in script]
    assert ADDRESS in found
    return found


def test_the_documented_script_keeps_a_copy(city: Connection, database_url: str, tmp_path: Path) -> None:
    app = create_app(load_settings(database_url=database_url))
    with socket.create_server(("127.0.0.1", 0)) as listener, running(app, listener):
        host, port = listener.getsockname()
        script = documented_script().replace(ADDRESS, f"http://{host}:{port}")

        def names() -> dict[str, object]:
            subprocess.run([sys.executable, "-W", "error", "-c", script], cwd=tmp_path, check=True, timeout=300)
            records = json.loads((tmp_path / "copy.json").read_text())["records"]
            return {key: record["properties"].get("name") for key, record in records.items()}

        land = plot(city, name="Am Hafen", offered_on="2023-01-01")
        deal = sale(city)
        assert names() == {f"plots/{land}": "Am Hafen", f"transactions/{deal}": None}
        update(city, "plots", land, name="Am Kanal")
        delete(city, "transactions", deal)
        assert names() == {f"plots/{land}": "Am Kanal"}
        city.execute("call flurwerk.renew_epoch()")
        update(city, "plots", land, withdrawn_on="2023-05-01")
        assert names() == {}


def test_pages_match_the_openapi_document(internal: Api, city: Connection) -> None:
    gone = insert(city, "operators", name="Netz", kind="carrier")
    cursor = internal.json(FEED, limit=1)["cursor"]
    delete(city, "operators", gone)
    operations = set[str]()
    for parameters in ({"limit": 1}, {"since": cursor}):
        page = Changes.model_validate(internal.json(FEED, **parameters), strict=True, extra="forbid")
        operations |= {change.operation for change in page.changes}
    assert operations == {"insert", "delete"}
    described = internal.app.openapi()["paths"][FEED]["get"]
    assert described["responses"].keys() >= {"200", "400", "410", "503"}
    assert {one["name"] for one in described["parameters"]} == {"since", "layers", "crs", "limit"}
