"""In which language a caller wants to read: `?language=` before the header Accept-Language."""

from flask import request

from loyalty_engine.api.running import Ask
from loyalty_engine.use_cases.explanations.explaining import refuse_unspoken

MOST_WANTED = 20


def wanted_languages(ask: Ask) -> list[str]:
    """The languages wanted, the best first; says in the answer that the header matters.

    Raises `InvalidRequest` when the query names one that is not spoken; headers are wishes.
    """
    ask.headers["Vary"] = "Accept-Language"
    if asked := ask.query.get("language"):
        refuse_unspoken(ask.engine.rulebooks.current(ask.caller.program).program, asked)
        return [asked]
    return list(request.accept_languages.values())[:MOST_WANTED]
