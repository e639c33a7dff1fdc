"""JSON in and out. Apart from `portal.api`: the framework reads this while its own views are still being read."""

from typing import Any

from rest_framework import exceptions, parsers, renderers


class Json(parsers.JSONParser):
    """JSON, whatever somebody nests into it; `null` is nothing sent, so that what is missing is told by field."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            found = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise exceptions.ParseError() from error
        return {} if found is None else found


class Answer(renderers.JSONRenderer):
    """JSON in UTF-8. Half a character (a lone surrogate) that a refusal quotes goes back as the escape it came as."""

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        try:
            return super().render(data, *args, **kwargs)
        except UnicodeEncodeError:
            self.ensure_ascii = True  # type: ignore[misc]
            return super().render(data, *args, **kwargs)
