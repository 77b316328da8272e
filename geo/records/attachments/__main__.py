"""Decodes one file: ``python -m geo.records.attachments`` reads it on standard input and writes what is stored of it.

A process of its own, since a picture may take 400 MB for a moment, and a damaged one whatever its library does to it.
"""

import sys

from geo.records.attachments.content import read_content
from geo.records.attachments.files import NotAccepted, packed, refused


def main() -> None:
    """Read the file and write its renditions, or why it is not accepted."""
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))


def answer(sent: bytes) -> bytes:
    """Return what the process writes about a file."""
    try:
        return packed(read_content(sent))
    except NotAccepted as error:
        return refused(error)


if __name__ == "__main__":
    main()
