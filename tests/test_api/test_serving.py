"""The service as a program: where it listens, what it refuses, and how it ends."""

import re
import signal
import socket
from collections.abc import Iterator

import httpx
import pytest

from api.serving import refuse_exposure, serve
from geo.errors import ConfigurationError
from geo.settings import load_settings
from tests.test_api.helpers import Api, problem, program


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which another program listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_internal_records_are_shown_on_the_loopback_address_only(host: str) -> None:
    with pytest.raises(ConfigurationError, match="audience"):
        refuse_exposure(load_settings(host=host, anonymous_audience="internal"))
    refuse_exposure(load_settings(host=host, anonymous_audience="public"))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.1.2.3"])
def test_the_loopback_address_has_many_names(host: str) -> None:
    refuse_exposure(load_settings(host=host, anonymous_audience="internal"))


def test_serving_refuses_exposure_before_it_listens() -> None:
    with pytest.raises(ConfigurationError, match="FLURWERK_HOST"):
        serve(load_settings(host="0.0.0.0", anonymous_audience="internal"))


def test_an_invalid_host_is_refused(city_url: str) -> None:
    for host in ("nowhere.invalid", "192.0.2.1"):
        with pytest.raises(ConfigurationError) as refused:
            serve(load_settings(host=host, database_url=city_url))
        assert "\n" not in str(refused.value)


def test_a_taken_port_is_refused_in_one_line(city_url: str, taken_port: int) -> None:
    with pytest.raises(ConfigurationError, match=f"port {taken_port}") as refused:
        serve(load_settings(port=taken_port, database_url=city_url))
    assert "--port" in str(refused.value)


def test_the_demo_takes_the_next_free_port_and_ends_on_ctrl_c_without_a_traceback(
    city_url: str, taken_port: int
) -> None:
    environment = {"FLURWERK_DATABASE_URL": city_url, "FLURWERK_PORT": str(taken_port)}
    with program(**environment) as (process, url):
        assert httpx.URL(url).port != taken_port
        assert httpx.get(f"{url}/api/kpis", params={"period": "2023"}, timeout=60).status_code == 200
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=300)[1]
        assert process.returncode == 0
    lines = output.splitlines()
    assert len(lines) == 1, "one log line for the one request"
    assert re.search(r'INFO uvicorn.access: .*"GET /api/kpis\?period HTTP/1.1" 200$', lines[0])


def test_internal_records_are_served_on_the_loopback_interface_only(city_url: str) -> None:
    environment = {
        "FLURWERK_DATABASE_URL": city_url,
        "FLURWERK_ANONYMOUS_AUDIENCE": "internal",
        "FLURWERK_PORT": "18080",
    }
    with program(**environment) as (_, url):
        assert httpx.get(f"{url}/api/health/live", timeout=60).status_code == 200
        port = httpx.URL(url).port
        assert httpx.get(f"http://localhost:{port}/api/health/live", timeout=60).status_code == 200
        # DNS rebinding: the host name of another site that resolves to this machine.
        found = problem(httpx.get(f"{url}/api/kpis", headers={"Host": f"evil.example:{port}"}, timeout=60), 421)
        assert "own machine" in found["detail"]


def test_however_it_is_started_other_hosts_get_nothing_internal(internal: Api, public: Api) -> None:
    for host in ("10.1.2.3", "[2001:db8::1]"):
        problem(internal.request("GET", f"http://{host}/api/kpis"), 421)
        assert public.request("GET", f"http://{host}/api/kpis").status_code == 200
    for host in ("127.0.0.1", "[::1]"):
        assert internal.request("GET", f"http://{host}/api/kpis").status_code == 200
