"""The web server of test_booking.py: gunicorn as in production, on the test's own database.

python tests/races/booking_server.py PORT [--without-locks]
"""

import sys
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

ROOT = Path(__file__).resolve().parents[2]


def take_the_locks_out() -> None:
    """The negative control: nobody waits for anybody, and everybody looks before anybody writes."""
    import time

    from django.db.backends.utils import CursorWrapper
    from django.db.models import QuerySet

    from centres.rooms import limits
    from portal.flow.engine import Flow

    judge, row, execute = limits.judge, Flow._row, CursorWrapper.execute

    def slowly(ask: Any, **given: Any) -> Any:
        verdict = judge(ask, **given)
        time.sleep(0.2)
        return verdict

    def slower(self: Any, *given: Any) -> Any:
        found = row(self, *given)
        time.sleep(0.2)
        return found

    def unlocked(self: Any, sql: Any, params: Any = None) -> Any:
        return execute(self, sql.replace("FOR NO KEY UPDATE", "") if isinstance(sql, str) else sql, params)

    limits.judge = slowly
    Flow._row = slower  # type: ignore[method-assign]
    QuerySet.select_for_update = lambda self, **given: self.all()  # type: ignore[method-assign]
    # And those that are written by hand.
    CursorWrapper.execute = unlocked  # type: ignore[method-assign]


class Server(BaseApplication):
    """gunicorn with the project's own configuration, but for the address; room for fifty at once."""

    def load_config(self) -> None:
        settings: dict[str, Any] = {}
        exec((ROOT / "gunicorn.conf.py").read_text(), settings)
        for name, value in settings.items():
            if name in self.cfg.settings and value is not None:
                self.cfg.set(name, value)
        self.cfg.set("bind", f"127.0.0.1:{sys.argv[1]}")
        self.cfg.set("workers", 2)
        self.cfg.set("threads", 25)

    def load(self) -> Any:
        from portal.wsgi import application

        if "--without-locks" in sys.argv:
            take_the_locks_out()
        return application


if __name__ == "__main__":
    Server().run()
