"""Requests as such: their form, who sends them, sending them again, trouble."""

from loyalty_engine.api.refusals.kind import Kind

_SEND_AGAIN = "Send the same request again, with the same Idempotency-Key, after Retry-After."

REFUSALS = {
    # The request as such
    "malformed_request": Kind(
        "The request cannot be read",
        "The request line, a header or the query is not what HTTP allows. Compare with /docs.",
    ),
    "malformed_json": Kind(
        "The body is not JSON in UTF-8",
        "Send one JSON object in UTF-8, without a byte order mark, NaN or lone surrogates.",
    ),
    "duplicate_key": Kind(
        "An object in the body has a key twice",
        "Libraries disagree on which of the two counts, so neither does. Send each key once.",
    ),
    "body_missing": Kind(
        "The request needs a body", "Send the JSON object that /docs shows for this call."
    ),
    "body_too_large": Kind(
        "The body is too large",
        "Send less at a time; a purchase has up to 1,000 lines and a batch up to 1,000 purchases.",
    ),
    "unsupported_media_type": Kind(
        "The body is of a kind that is not read here",
        "Send Content-Type: application/json in UTF-8, and no Content-Encoding.",
    ),
    "invalid_body": Kind(
        "Something in the body is not as it must be",
        "`errors` names each place by a JSON pointer and says what is needed there.",
    ),
    "invalid_query": Kind(
        "Something in the query is not as it must be",
        "`errors` names each parameter and says what is needed. Unknown ones are refused.",
    ),
    "invalid_path": Kind(
        "An id in the path cannot be one",
        "Ids are 1 to 128 visible characters. Encode what the path would read otherwise.",
    ),
    "invalid_request": Kind(
        "The request contradicts itself or the programme",
        "`detail` says what does not fit. Sending it again unchanged gives the same answer.",
    ),
    # Who asks
    "key_missing": Kind(
        "No API key was sent", "Send it as Authorization: Bearer lk_<key id>_<secret>."
    ),
    "key_refused": Kind(
        "The API key is not valid",
        "It is mistyped, unknown, revoked or past its end. `loyalty keys create` makes a new one.",
    ),
    "scope_missing": Kind(
        "The API key may not do this",
        "Use a key that has the scope named in `detail`; docs/api-keys.md lists them.",
    ),
    "forbidden": Kind(
        "A guard or the terms of the programme refuse this",
        "`detail` says which. Sending it again unchanged gives the same answer.",
    ),
    # What is asked for
    "not_found": Kind(
        "There is no such thing", "Check the id. Objects of other programmes cannot be seen."
    ),
    "method_not_allowed": Kind(
        "This address does not take this method", "The header Allow names those it takes."
    ),
    "conflict": Kind(
        "It is there, but not in a state that allows this",
        "Read it again; `detail` says what stands in the way.",
    ),
    # Safe repetition
    "idempotency_key_required": Kind(
        "This write needs an Idempotency-Key",
        "Send one that is new for each intended effect and the same when you repeat the request.",
    ),
    "idempotency_key_invalid": Kind(
        "The Idempotency-Key cannot be used",
        "1 to 255 visible ASCII characters, bare or in quotation marks.",
    ),
    "idempotency_key_reused": Kind(
        "The Idempotency-Key was used for another request",
        "Use a new key for a new effect; repeat a request unchanged.",
    ),
    "operation_unknown": Kind(
        "Nothing was written under this Idempotency-Key",
        "The request had no effect; send it again, with the same key.",
    ),
    # Trouble
    "too_many_requests": Kind("Too many requests", "Wait as long as Retry-After says."),
    "unavailable": Kind("The service cannot answer right now", _SEND_AGAIN),
    "database_unavailable": Kind("The database cannot answer right now", _SEND_AGAIN),
    "serialization": Kind("Somebody else was faster", _SEND_AGAIN),
    "not_ready": Kind(
        "The service is not ready yet, or not any more",
        "`errors` names each part that is missing and why.",
    ),
    "internal_error": Kind(
        "Something broke on our side",
        "A read had no effect. After a write ask GET /v1/operations/{key}, or send it again with"
        " the same Idempotency-Key: it takes effect once. Tell the operator the `instance`.",
    ),
}
