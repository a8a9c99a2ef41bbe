"""`python -m athena_runtime`: runs the function of one template, in a pod or in a folder laid out as one."""

import os
import sys

# An image may bring any Python: an old one is told apart before it reads what it does not understand.
if sys.version_info < (3, 10):  # noqa: UP036
    sys.stderr.write(f"athena: this needs Python 3.10 or later, not the {sys.version.split()[0]} of {sys.executable}\n")
    sys.exit(64)

if not __package__ and "athena_runtime" not in sys.modules:
    # Started by its path, with the Python of an image or of a project: no path file names the layers.
    root = os.environ.get("ATHENA_ROOT", "/athena")
    layers = [f"{root}/app", f"{root}/deps/{os.uname().machine}", f"{root}/deps/any"]
    # This package and no other of its name; what else is installed beside it is none of the program's.
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    import athena_runtime  # noqa: F401 (its own folder is the place of all its modules from here on)

    sys.path[:1] = [folder for folder in layers if os.path.isdir(folder)]

from athena_runtime.pod.entry import main

# Processes that the function starts (multiprocessing) read this module again.
if __name__ == "__main__":
    main()
