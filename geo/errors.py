"""The few exceptions a caller can act on.

Whoever catches a `FlurwerkError` can print `str(error)` as it is: one line, what is wrong and what to do.
"""


class FlurwerkError(Exception):
    """Something the person in front of the screen can put right.

    `message` says what is wrong and `hint` what to do about it, each as a whole sentence.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Return message and hint as one line, whatever line breaks a quoted cause brought along."""
        return " ".join(f"{self.message} {self.hint}".split())


class ConfigurationError(FlurwerkError):
    """A setting has a value that cannot be used."""


class ClusterError(FlurwerkError):
    """The private PostgreSQL server cannot be set up, started or stopped."""


class DatabaseUnavailable(FlurwerkError):
    """The database does not answer."""
