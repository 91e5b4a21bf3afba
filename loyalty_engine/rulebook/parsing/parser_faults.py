"""What the YAML parser complains about, in the words of somebody who writes rules.

Both of PyYAML's parsers are understood, the C one and the pure Python one.
"""

import re

import yaml

# What the parser says (of either make), what that means here, and whether the fault is better
# shown where the unfinished part began than where the parser gave up.
_MEANINGS = (
    (
        r"expected ',' or ']'",
        "the list opened here with '[' is not closed, or lacks a comma before line {line}",
        True,
    ),
    (
        r"expected ',' or '}'",
        "the mapping opened here with '{{' is not closed, or lacks a comma before line {line}",
        True,
    ),
    (
        r"unexpected (end of stream|document)",
        "the quotation opened here is not closed",
        True,
    ),
    (
        r"could not find expected ':'",
        "this is neither 'key: value' nor does it line up; is a ':' missing?",
        True,
    ),
    (
        r"mapping values are not allowed",
        "a ':' cannot stand here; is the indentation off, or does the text need quotation marks?",
        False,
    ),
    (
        r"expected key|expected <block end>|expected '-' indicator",
        "this does not line up with the lines above, or needs quotation marks",
        False,
    ),
    (
        r"sequence entries are not allowed",
        "a '-' of a list begins on a line of its own",
        False,
    ),
    (
        r"expected (the )?node content",
        "a value is missing before this sign, or it needs quotation marks",
        False,
    ),
    (
        r"expected '?<document start>",
        "this stands outside of what the lines above began; check indentation and brackets",
        False,
    ),
    (
        r"escape|hexa?decimal",
        "this '\\' means nothing here; use single quotation marks for the text",
        False,
    ),
    (
        r"alphabetic or numeric|tag|URI",
        "'&', '*' and '!' at the beginning of a value need quotation marks around it",
        True,
    ),
    (
        r"directive|incompatible",
        "a line that begins with '%' means nothing here; leave it out",
        False,
    ),
    (
        r"comment or line break|chomping",
        "after '|' or '>' the text begins on the next line",
        False,
    ),
)


def explain_parser(error: Exception, text: str) -> tuple[int, int, str]:
    """Line and column from 1, and what is wrong there."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return 1, 1, f"this cannot be read: {error}"
    problem = error.problem or "this is not YAML"
    lines = text.splitlines() or [""]
    line, column = error.problem_mark.line + 1, error.problem_mark.column + 1
    if line <= len(lines) and (tab := re.match(r" *\t", lines[line - 1])):
        return line, tab.end(), "a tab cannot indent; use spaces"
    if "cannot start any token" in problem:
        sign = lines[line - 1][column - 1 : column] if line <= len(lines) else ""
        return line, column, f"a value that begins with '{sign}' needs quotation marks around it"
    for pattern, meaning, at_beginning in _MEANINGS:
        if re.search(pattern, problem):
            said = meaning.format(line=min(line, len(lines)))
            if at_beginning and (mark := error.context_mark) is not None:
                return mark.line + 1, mark.column + 1, said
            break
    else:
        said = f"this cannot be read: {problem}"
    if (line, column) > (len(lines), len(lines[-1])):
        return len(lines), len(lines[-1]) + 1, "the file ends in the middle; is it cut off?"
    return line, column, said
