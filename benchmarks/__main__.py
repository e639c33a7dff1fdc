"""Opens throw-away servers, loads the demo, prints the ratios. About a minute; nothing is left behind.

BENCH=scale: with a million closed cases instead. About five minutes, 4 GB of disk meanwhile.
BENCH=register: the register searched with 175,000 people. About a minute.
BENCH=visits: with 175,000 residents and 300,000 visits. About three minutes.
BENCH=import: a roster of 12,618 people let out, edited, brought in again; and beside COPY. About four minutes.
"""

import os
import sys


def main() -> int:
    from tests.servers import Servers

    os.environ.setdefault("SECRET_KEY", "only-for-benchmarks-" + "x" * 40)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ["DEMO"] = "1"
    servers = Servers()
    try:
        os.environ.update(servers.environment())
        import django

        django.setup()
        from django.test.utils import setup_databases, setup_test_environment, teardown_databases

        setup_test_environment(debug=False)
        databases = setup_databases(verbosity=0, interactive=False)
        try:
            from benchmarks import measures, register, rosters, scale, visits

            wanted = {"scale": scale, "register": register, "visits": visits, "import": rosters}
            for line in wanted.get(os.environ.get("BENCH", ""), measures).measure():
                print(line, flush=True)
        finally:
            teardown_databases(databases, verbosity=0)
    finally:
        servers.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
