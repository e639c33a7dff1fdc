#!/usr/bin/env python
"""The one command of the portal: `manage.py up` starts everything, `manage.py help` lists the rest."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, connection

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if connection.connection is not None:
            raise  # it was there; something else is wrong
        last = str(error).strip().splitlines()[0]
        sys.exit(f"数据库没有开：先 make up，或者看看 DATABASE_URL。 (The database does not answer: {last})")


if __name__ == "__main__":
    main()
