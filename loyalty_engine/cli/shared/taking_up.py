"""What a standby does beside a running service: taking up the rule files as they change."""

import logging
from collections.abc import Callable
from contextlib import suppress

from loyalty_engine.bootstrap import bootstrap, take_up_rules
from loyalty_engine.config import read_settings
from loyalty_engine.logs import set_up_logs
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.storage.sql.programmes import stored_programmes

FILES = "files"
"""Who put a rulebook in force that was taken up from files."""

log = logging.getLogger(__name__)


def taking_up(*, again_and_again: bool = True) -> Callable[[], None]:
    """Get ready to look at the rule files; answers what does so.

    With `again_and_again` the rulebooks in force are read first: files that say the same need not
    be parsed then, now and at later looks.
    """
    settings = read_settings()
    set_up_logs(settings.level)
    parts = bootstrap(settings)
    if again_and_again:
        for name in stored_programmes(parts.storage):
            with suppress(RulebookErrors):  # whose words are gone: all is parsed anew
                parts.shelf.refresh(name)

    def take_up() -> None:
        try:
            for name, errors in take_up_rules(parts, settings.rules, FILES).items():
                log.error(
                    "the rule files of %s have faults and are not in force:\n%s", name, errors
                )
        finally:
            parts.shelf.forget_older()
            parts.storage.close()  # nothing is held open until the next change

    return take_up
