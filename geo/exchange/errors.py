"""The error of all exchange formats."""

from geo.errors import FlurwerkError


class ExchangeRefused(FlurwerkError):
    """A file cannot be written from these records, or cannot be taken over."""
