"""Two roles: the owner migrates, the application's role serves requests and may not touch the trail it writes."""

from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models.signals import post_migrate
from django.dispatch import receiver

APPEND_ONLY = ("portal_auditentry", "portal_auditseal")


def application_role() -> str:
    """Name of the role that serves requests; empty where owner and application are one."""
    return settings.DATABASE_APP_ROLE


@receiver(post_migrate)
def grant_application_role(sender: Any, using: str, **kwargs: Any) -> None:
    """Give the application's role what it needs, after every migration. Runs once, for the ground's own app."""
    role = application_role()
    if sender.name != "portal" or not role:
        return
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT current_user, EXISTS (SELECT FROM pg_roles WHERE rolname = %s)",
            [role],
        )
        current, exists = cursor.fetchone()
        if role == current or not exists:
            return
        name = connections[using].ops.quote_name(role)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        # Tables that later migrations of other storeys add in the same run come after this signal.
        cursor.execute(f"ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}")
        cursor.execute(f"ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO {name}")
        for table in APPEND_ONLY:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {name}")
