"""The example of a web server in front fits the service's own limits. The tests need no nginx."""

import re
from pathlib import Path

from api.records import attachments, deliveries
from api.records.live import HEARTBEAT_S
from api.service.limits import LONGEST_QUERY
from geo.settings import load_settings

TEXT = (Path(__file__).resolve().parent.parent / "deploy" / "nginx" / "flurwerk.conf").read_text()
LINES = [line.strip() for line in TEXT.splitlines()]
UNITS = {"s": 1, "k": 1024, "m": 1024**2}


def value(directive: str, block: str = TEXT) -> int:
    """The last word of a directive, as a number of seconds or bytes."""
    found = re.search(rf"^\s*{directive} (?:.* )?(\d+)([skm]);", block, re.MULTILINE)
    assert found, directive
    return int(found[1]) * UNITS[found[2]]


def test_requests_that_the_service_accepts_pass_through() -> None:
    settings = load_settings()
    assert value("client_max_body_size") > settings.largest_body
    for uploads, largest in (
        (deliveries.UPLOADS, settings.largest_delivery),
        (attachments.UPLOADS, settings.largest_attachment),
    ):
        location = TEXT.partition(f"location = {uploads} {{")[2].partition("}")[0]
        assert value("client_max_body_size", location) > largest, uploads
    assert value("large_client_header_buffers") > LONGEST_QUERY
    assert value("proxy_read_timeout") > settings.export_timeout_s


def test_the_proxy_closes_idle_connections_before_the_service_does() -> None:
    assert value("keepalive_timeout", TEXT.partition("}")[0]) < load_settings().keep_alive_s


def test_host_and_client_are_passed_on_as_the_service_needs_them() -> None:
    """Origin is compared with Host; a client's own X-Forwarded-For would let it pass for others."""
    for line in (
        "proxy_set_header Host $http_host;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_http_version 1.1;",
    ):
        assert line in LINES


def test_streams_pass_through_as_they_come() -> None:
    """Neither buffered nor compressed, and kept open from one sign of life to the next."""
    stream = TEXT.partition("location = /api/changes/stream {")[2].partition("}")[0]
    assert "proxy_buffering off;" in stream
    assert "gzip off;" in stream
    assert value("proxy_read_timeout", stream) > 2 * HEARTBEAT_S


def test_the_log_has_no_values_of_parameters() -> None:
    """The predefined format would quote the whole address."""
    (form,) = re.findall(r"log_format (\w+) '(.*)';", TEXT)
    assert re.findall(r"access_log \S+ (\w+);", TEXT) == [form[0]]
    with_values = {"$request", "$request_uri", "$args", "$query_string", "$http_referer"}
    assert not with_values & {*re.findall(r"\$\w+", form[1])}
