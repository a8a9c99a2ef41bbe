"""`python -m athena_lsp.server`: the language server alone."""

from __future__ import annotations

from argparse import ArgumentParser

from athena_lsp.server.main import add_arguments, end_process, run

parser = ArgumentParser("athena_lsp.server", description="athena's language server")
add_arguments(parser)
end_process(run(parser.parse_args()))
