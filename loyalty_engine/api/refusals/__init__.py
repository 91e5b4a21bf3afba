"""Every code an error can carry, with a title and what to do about it; served at /problems/<code>.

Titles never change with the request; what happened this time stands in `detail`. There is a file
for each subject, found by walking the folder.
"""

import importlib
import pkgutil
from collections.abc import Mapping

from loyalty_engine.api.refusals.kind import Kind


def _all_kinds() -> Mapping[str, Kind]:
    found: dict[str, Kind] = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        module = importlib.import_module(f"{__name__}.{name}")
        here: Mapping[str, Kind] = getattr(module, "REFUSALS", {})
        assert found.keys().isdisjoint(here), f"{name} explains what another file explains"
        found |= here
    return found


KINDS = _all_kinds()


def kind_of(code: str) -> Kind:
    """What a code means; a plugin's own code has a title and advice in general terms."""
    return KINDS.get(code) or Kind(
        code.replace("_", " ").capitalize(),
        "`detail` says what does not fit. Sending it again unchanged gives the same answer.",
    )
