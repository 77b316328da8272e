"""The words of the report's table, in the agency's own terms."""

from geo.profile.wording import WORDS

TARGET, ACTUAL, REMARK = (WORDS[key] for key in ("target", "actual", "remark"))
"""What is aimed at, what is achieved, and what people note on it."""
