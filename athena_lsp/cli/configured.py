"""The option `--config`: a configuration in place of the project's own, for a run in CI or for another cluster."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

from athena_lsp.cli.process import MisuseError
from athena_lsp.config.read import CONFIG_VARIABLE


def argument(parser: ArgumentParser) -> None:
    """Adds the option, whose value is empty when it is not given."""
    parser.add_argument(
        "-c",
        "--config",
        metavar="FILE",
        default="",
        help=f"the settings, instead of the project's own (or {CONFIG_VARIABLE})",
    )


def chosen(options: Namespace) -> str:
    """The absolute path of the configuration that the option or the environment names; empty for the project's own.

    Raises MisuseError for one that is not there.
    """
    given = options.config or os.environ.get(CONFIG_VARIABLE, "")
    if given and not Path(given).is_file():
        source = "--config" if options.config else CONFIG_VARIABLE
        raise MisuseError(f"error: there is no file `{given}`, which {source} names")
    return os.path.abspath(given) if given else ""
