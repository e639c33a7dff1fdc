"""What the OpenAPI document says of every call without each room saying it again."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from portal.accounts.policy import anyone


class Problem(serializers.Serializer):
    """A refusal, RFC 9457. `code` is stable; `errors` maps fields to sentences; some rules add more."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField(help_text="a sentence for a person")
    errors = serializers.JSONField(required=False)  # type: ignore[assignment]


def paged(name: str, row: type[serializers.BaseSerializer[Any]]) -> serializers.Serializer[Any]:
    """A page of a list, as `portal.api.Cursor` answers it."""
    fields: dict[str, Any] = {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": row(many=True),
    }
    made: serializers.Serializer[Any] = inline_serializer(name, fields)
    return made


class Described(AutoSchema):
    """Adds the problem to every call, and says which calls nobody has to sign in for."""

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        said = super()._get_response_bodies(direction)
        problem = {"schema": self.resolve_serializer(Problem, direction).ref}
        return said | {"default": {"description": "a problem", "content": {"application/problem+json": problem}}}

    def get_auth(self) -> Any:
        said = super().get_auth()
        return [*said, {}] if said and getattr(self.view, "policy", None) is anyone else said
