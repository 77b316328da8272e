"""The exceptions that a caller can act on.

`str(error)` of a `FlurwerkError` can be printed unchanged: one line with the problem and the remedy.
"""

from geo.text import Text


def _both(given: Text | str) -> Text:
    return given if isinstance(given, Text) else Text(given, given)


class FlurwerkError(Exception):
    """An error that the user can fix.

    `message` states the problem and `hint` the remedy, each as a complete sentence.
    """

    def __init__(self, message: Text | str, hint: Text | str = "") -> None:
        """Take both in German and in English. What a caller of the API alone reads has only English ones."""
        self.texts = _both(message), _both(hint)
        self.message, self.hint = (text.en for text in self.texts)
        super().__init__(self.message, self.hint)

    def __str__(self) -> str:
        """Return message and hint on one line, even if a quoted cause contains line breaks."""
        return self.one_line("en")

    def parts(self, language: str) -> tuple[str, str]:
        """Return message and hint in a language; errors with only English ones return these."""
        message, hint = self.texts
        return message.in_language(language), hint.in_language(language)

    def one_line(self, language: str) -> str:
        """Return message and hint on one line, in a language if the error has it."""
        return " ".join(" ".join(self.parts(language)).split())


class BilingualError(FlurwerkError):
    """An error that is told in German, too, to whoever asks the service. As an exception, it is the English one."""

    def __init__(self, message: Text, hint: Text) -> None:
        super().__init__(message, hint)


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
