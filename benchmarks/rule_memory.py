"""What a rulebook holds in memory, in a process of its own: `python -m benchmarks.rule_memory FILE`.

FILE is JSON, the files of a programme by name. Prints megabytes that stay resident once the
rulebook is read, indexed and has decided, beyond what a rulebook of a few rules takes.
"""

import gc
import json
import sys
from pathlib import Path

import psutil

from benchmarks.rule_generator import EVERYDAY, basket, read
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.vocabulary import standard_words


def resident() -> float:
    """Megabytes of this process."""
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1e6


def main() -> None:
    facts = basket(20)
    decide(read(EVERYDAY), facts, tell=20)
    before = resident()
    source = json.loads(Path(sys.argv[1]).read_text())
    rulebook = parse_rulebook(source, standard_words())
    decide(rulebook, facts, tell=20)
    print(resident() - before)


if __name__ == "__main__":
    main()
