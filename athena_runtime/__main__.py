"""`python -m athena_runtime`: runs the function of one template, in a pod or in a folder laid out as one."""

import os
import sys

# An image may bring any Python: an old one is told apart before it reads what it does not understand.
if sys.version_info < (3, 10):  # noqa: UP036
    sys.stderr.write(f"athena: this needs Python 3.10 or later, not the {sys.version.split()[0]} of {sys.executable}\n")
    sys.exit(64)

if not __package__:
    # Started by its path, with the Python of an image, which has no path file that names the layers.
    root = os.environ.get("ATHENA_ROOT", "/athena")
    layers = [f"{root}/app", f"{root}/deps/{os.uname().machine}", f"{root}/deps/any"]
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.path[:0] = [folder for folder in (*layers, here) if os.path.isdir(folder)]

from athena_runtime.pod.entry import main

main()
