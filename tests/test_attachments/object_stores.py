"""An S3-compatible server of another maker (moto) on loopback, and what goes wrong with one."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from xml.etree import ElementTree

import httpx

from geo.settings import Settings, load_settings
from tests.test_api.helpers import wait_until

BUCKET = "flurwerk-files"
KEY_ID = "AKIAFLURWERK"
SECRET = "unerhört-geheim"
SIGNED = {
    "Authorization": f"AWS4-HMAC-SHA256 Credential={KEY_ID}/20230101/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0"
}
"""The server gives objects to whoever signs; the signature it does not check."""


class Server(NamedTuple):
    """A running server with a bucket."""

    endpoint: str

    def settings(self, **given: Any) -> Settings:
        """The settings of an installation whose uploads go there."""
        return load_settings(**(self.variables() | {"s3_timeout_s": 5} | given))

    def variables(self) -> dict[str, str]:
        """The values of the settings that name the store."""
        return {
            "attachment_store": "s3",
            "s3_endpoint": self.endpoint,
            "s3_bucket": BUCKET,
            "s3_key_id": KEY_ID,
            "s3_secret": SECRET,
        }

    def environment(self) -> dict[str, str]:
        """The same for a command."""
        return {f"FLURWERK_{name.upper()}": value for name, value in self.variables().items()}

    def keys(self) -> set[str]:
        """The keys of all objects, as the server lists them."""
        answer = httpx.get(f"{self.endpoint}/{BUCKET}", params={"list-type": "2"})
        answer.raise_for_status()
        return {each.text or "" for each in ElementTree.fromstring(answer.content).iter() if each.tag.endswith("}Key")}

    def replace(self, key: str, content: bytes | None) -> None:
        """Write an object past the service, or delete it."""
        url = f"{self.endpoint}/{BUCKET}/{key}"
        method = "DELETE" if content is None else "PUT"
        httpx.request(method, url, content=content, headers=SIGNED).raise_for_status()

    def read(self, key: str) -> bytes:
        """Read an object past the service."""
        return httpx.get(f"{self.endpoint}/{BUCKET}/{key}", headers=SIGNED).raise_for_status().content


@contextmanager
def object_server() -> Iterator[Server]:
    """Run a server with the bucket."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _listens(port))
        server = Server(f"http://127.0.0.1:{port}")
        httpx.put(f"{server.endpoint}/{BUCKET}").raise_for_status()
        yield server
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
