"""What the script of the door page is given with the page."""

from typing import Any

from django.utils import timezone

from grids.visits.offline_assets import module_urls
from grids.visits.offline_words import words


def offline_context(owner: str) -> dict[str, Any]:
    """Whose page it is ("": nobody's, the one a phone keeps), the portal's clock, what the script may have to say."""
    return {"owner": owner, "modules": module_urls(), "words": words(), "server_now": timezone.now().isoformat()}
