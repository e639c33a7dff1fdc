"""Whether this container can work: asks its own /readyz, for the health check in docker-compose.yml.

Run by path, so that it costs no import of the portal. Ends with 0 or 1.
"""

import os
import sys
import urllib.request


def ready(address: str) -> bool:
    """Whether `address`/readyz answers 200. It comes as the proxy would, or it would be sent away to https."""
    request = urllib.request.Request(f"{address}/readyz", headers={"X-Forwarded-Proto": "https"})
    try:
        with urllib.request.urlopen(request, timeout=8) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    port = os.environ.get("WEB_BIND", ":8000").rpartition(":")[2]
    sys.exit(0 if ready(f"http://127.0.0.1:{port}") else 1)
