"""Who works at the command line."""

import getpass


def account() -> str:
    """The account's name; empty where the system knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
