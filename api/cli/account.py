"""The operating system's account of the person at the command line."""

import getpass


def account() -> str:
    """Return the account's name; empty if the system knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
