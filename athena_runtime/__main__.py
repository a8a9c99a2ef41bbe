"""`python -m athena_runtime`: runs the function of one template, in a pod or in a folder laid out as one."""

import sys

# An image may bring any Python: an old one is told apart before it reads what it does not understand.
if sys.version_info < (3, 10):  # noqa: UP036
    sys.stderr.write(f"athena: this needs Python 3.10 or later, not the {sys.version.split()[0]} of {sys.executable}\n")
    sys.exit(64)

if not __package__:
    # Started by its path, by the Python of an image: no path file names the layers.
    sys.path.insert(0, __file__.rpartition("/athena_runtime/")[0] or "..")

from athena_runtime.pod.entry import main

main()
