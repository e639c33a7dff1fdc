"""Every route of the portal, flat, with the policy its view declares."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from portal.accounts.policy import Policy

# Other people's views; what opens them is said here because they cannot say it themselves.
FOREIGN = {
    "admin/": "Django's admin behind portal.accounts.site: sysadmins with their second factor",
    "api/v1/schema/": "the OpenAPI document, public",
}


@dataclass(frozen=True)
class Route:
    path: str
    name: str
    view: Any

    @property
    def policy(self) -> Policy | None:
        for holder in (self.view, getattr(self.view, "cls", None), getattr(self.view, "view_class", None)):
            policy = getattr(holder, "policy", None)
            if isinstance(policy, Policy):
                return policy
        return None

    @property
    def is_foreign(self) -> bool:
        return any(self.path.startswith(prefix) for prefix in FOREIGN)

    @property
    def has_object(self) -> bool:
        return "<" in self.path

    @property
    def methods(self) -> set[str]:
        cls = getattr(self.view, "cls", None)
        if cls is None:
            return {"get"}
        return {method for method in ("get", "post", "put", "patch", "delete") if hasattr(cls, method)}


def routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns, ""))


def ours() -> list[Route]:
    return [route for route in routes() if not route.is_foreign]


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        else:
            yield Route(path, pattern.name or "", pattern.callback)
