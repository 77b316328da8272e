"""The folder or ZIP archive that an export writes: complete, or not there at all."""

import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from geo.errors import FlurwerkError
from geo.text import Text

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP archive can state; the same files give the same archive."""


class OutputRefused(FlurwerkError):
    """The export cannot be written there."""


def refuse_existing(out: Path) -> None:
    """Raise OutputRefused if something is there already, or the folder that is to hold it is not."""
    if not out.absolute().parent.is_dir():
        raise OutputRefused(
            Text(
                f"Einen Ordner {out.absolute().parent} gibt es nicht.", f"There is no folder {out.absolute().parent}."
            ),
            Text("Legen Sie ihn zuerst an.", "Make it first."),
        )
    if out.is_dir() and not any(out.iterdir()):
        return
    if out.exists():
        raise OutputRefused(
            Text(f"{out} gibt es schon.", f"{out} exists already."),
            Text(
                "Nennen Sie einen anderen Ordner oder eine andere Datei, oder entfernen Sie sie zuerst.",
                "Name another folder or file, or remove it first.",
            ),
        )


@contextmanager
def written_at_once(out: Path) -> Iterator[Path]:
    """Yield a folder to write into; without an error it becomes ``out``, as an archive if that ends in .zip."""
    with TemporaryDirectory(dir=out.absolute().parent, prefix=f".{out.name}-") as temporary:
        folder = Path(temporary) / "files"
        folder.mkdir()
        yield folder
        if out.suffix.lower() == ".zip":
            made = Path(temporary) / "archive.zip"
            _archive(folder, made)
            made.replace(out)
        else:
            if out.exists():
                out.rmdir()
            folder.replace(out)


def write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files."""
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _archive(folder: Path, made: Path) -> None:
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(path.name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with path.open("rb") as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target)
