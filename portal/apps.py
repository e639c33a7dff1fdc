# The module, not the class: with two AppConfigs in sight Django would choose neither.
from portal import storey


class PortalConfig(storey.Storey):
    name = "portal"
    verbose_name = "地基"
    rooms = (
        "accounts",
        "audit",
        "privacy",
        "notifications",
        "workdays",
        "flow",
        "once",
        "throttle",
        "longwork",
        "attachments",
        "workbench",
        "pages",
        "ui",
        "signin",
    )

    def ready(self) -> None:
        import portal.database  # noqa: F401  (its receiver grants the application role after every migration)

        super().ready()
