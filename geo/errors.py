"""The exceptions that a caller can act on.

`str(error)` of a `FlurwerkError` can be printed unchanged: one line with the problem and the remedy.
"""

from geo.text import Text


class FlurwerkError(Exception):
    """An error that the user can fix.

    `message` states the problem and `hint` the remedy, each as a complete sentence.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Return message and hint on one line, even if a quoted cause contains line breaks."""
        return self.one_line("en")

    def parts(self, language: str) -> tuple[str, str]:
        """Return message and hint in a language; most errors have only English ones."""
        return self.message, self.hint

    def one_line(self, language: str) -> str:
        """Return message and hint on one line, in a language if the error has it."""
        return " ".join(" ".join(self.parts(language)).split())


class BilingualError(FlurwerkError):
    """An error told in German and in English. As an exception like any other, it is the English one."""

    def __init__(self, message: Text, hint: Text) -> None:
        super().__init__(message.en, hint.en)
        self.texts = (message, hint)

    def parts(self, language: str) -> tuple[str, str]:
        """Return message and hint in a language."""
        message, hint = self.texts
        return message.in_language(language), hint.in_language(language)


class ConfigurationError(FlurwerkError):
    """A setting has a value that cannot be used."""


class ClusterError(FlurwerkError):
    """The private PostgreSQL server cannot be set up, started or stopped."""


class DatabaseUnavailable(BilingualError):
    """The database does not answer."""


class ConnectionsBusy(FlurwerkError):
    """All connections that the service may have to the database are in use."""


class DiskFull(BilingualError):
    """The database, or a folder for files, has no room left to write."""


class ProcessKilled(FlurwerkError):
    """The system has ended the process that was making a file, as it does if memory runs out."""

    def __init__(self, number: int) -> None:
        """Take the number of the signal that ended it."""
        super().__init__(
            f"The system has ended the process that made the file (signal {number}), as it does if memory runs out.",
            "Request less at once or try again later; if it happens again, the service needs more memory.",
        )
