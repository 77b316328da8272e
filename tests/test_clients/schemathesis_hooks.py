"""What Schemathesis is told about this service; it loads this file by itself."""

from typing import Any

import schemathesis

LARGEST_PAGE = 10_000


@schemathesis.hook
def filter_case(_context: schemathesis.HookContext, case: schemathesis.Case) -> bool:
    """All requests but those for a page above the largest: that is answered with the largest, as the standard says."""
    limit: Any = (case.query or {}).get("limit")
    return not (str(limit).isdecimal() and int(limit) > LARGEST_PAGE)
