from portal.storey import Storey


class PortalConfig(Storey):
    name = "portal"
    verbose_name = "地基"
    rooms = (
        "accounts",
        "audit",
        "privacy",
        "notifications",
        "workdays",
        "flow",
        "attachments",
        "workbench",
        "pages",
        "ui",
    )
