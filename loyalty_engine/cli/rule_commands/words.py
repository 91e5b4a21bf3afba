"""`loyalty rules words`: what rules can be made of, each word with an example."""

import click

from loyalty_engine.cli.shared.checking import all_words
from loyalty_engine.config import read_settings
from loyalty_engine.rulebook.faults import nearest
from loyalty_engine.rulebook.telling.word_reference import entry, reference
from loyalty_engine.vocabulary import standard_words


@click.command("words")
@click.argument("word", required=False)
@click.option("--standard", is_flag=True, help="Leave out the words that plugins add.")
def command(word: str | None, standard: bool) -> None:
    """Explain WORD, or every word there is: what it takes, how it reads, an example.

    It is written in Markdown, as in docs/words.md.
    """
    with all_words(read_settings()) as found:
        words = {it.word: it for it in standard_words()} if standard else found
        if word is None:
            click.echo(reference(words.values()), nl=False)
            return
        if word not in words:
            like = nearest(word, words)
            question = f" Did you mean '{like}'?" if like else ""
            raise click.UsageError(f"There is no word '{word}'.{question}")
        click.echo(entry(words[word], words.values()), nl=False)
