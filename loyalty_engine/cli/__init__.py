"""The command line, `loyalty COMMAND`: one file for each command in this folder, found by walking it.

A module here holds a click command called `command`; what commands share lies in `shared`.
"""

import importlib
import pkgutil
import sys

import click

from loyalty_engine import __version__

EXIT_CODES = """\b
Exit codes:
  0  done
  1  looked, and something is wrong: faults, failed scenarios, findings, a refusal
  2  the command was not written as it must be
  3  cannot start: settings, plugins or the rules folder cannot be used
  4  the database is away, or not migrated
"""


class Commands(click.Group):
    """The commands of this folder; each is imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        modules = pkgutil.iter_modules(__path__)
        return sorted(it.name.replace("_", "-") for it in modules if not it.ispkg)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{__name__}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command


@click.group(
    cls=Commands,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="loyalty")
def loyalty() -> None:
    """Runs a loyalty engine: the service, its worker, its rules and its books.

    Settings come from the environment, as LOYALTY_...; docs/settings.md explains each.
    """


def main() -> None:
    """Run the command line; every error that has a sentence is told in it, without a traceback."""
    from loyalty_engine.cli.shared.errors import told

    try:
        # Without standalone mode click answers the code of an Exit instead of raising it.
        sys.exit(loyalty.main(prog_name="loyalty", standalone_mode=False))
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:  # whoever read along has seen enough
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        exit_code = told(error)
        if exit_code is None:
            raise
        sys.exit(exit_code)
