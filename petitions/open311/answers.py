"""One answer in two formats, as GeoReport v2 has them: JSON by the Spark convention, XML without a schema.

An answer is made of dicts, lists, texts, numbers, booleans and None; its root has a name. In XML a list is an element
whose children bear the singular; in JSON the root itself has no name.
"""

import json
from typing import Any
from xml.etree import ElementTree

TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
ITEM = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}


def written(root: str, body: Any, fmt: str) -> bytes:
    """The bytes of an answer; fmt: json or xml. UTF-8."""
    if fmt == "json":
        return json.dumps(body, ensure_ascii=False).encode()
    made = ElementTree.tostring(element(root, body), encoding="unicode")
    # ElementTree would declare it in single quotes, which readers by hand look for in vain.
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + made.encode()


def element(name: str, value: Any) -> ElementTree.Element:
    made = ElementTree.Element(name)
    if isinstance(value, dict):
        made.extend(element(key, one) for key, one in value.items())
    elif isinstance(value, list):
        made.extend(element(ITEM[name], one) for one in value)
    elif isinstance(value, bool):
        made.text = "true" if value else "false"
    elif value is not None:
        made.text = sayable(str(value))
    return made


def sayable(text: str) -> str:
    """Without the control characters that XML has no way to write."""
    return "".join(char for char in text if char in "\t\n\r" or (ord(char) >= 0x20 and char not in "\ufffe\uffff"))
