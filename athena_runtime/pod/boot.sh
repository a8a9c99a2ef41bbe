#!/bin/sh
# Starts the Python that a bundle brings for this machine. It needs a POSIX shell, and `uname` or a Linux of 6.1 or later;
# it writes nothing and sets no variable, so that programs of the image that a step calls run as ever.
set -u

fail() {
    echo "athena: $1" >&2
    exit 125
}

root=${ATHENA_ROOT:-/athena}
machine=$(uname -m 2>/dev/null) || machine=
if [ -z "$machine" ] && [ -r /proc/sys/kernel/arch ]; then
    read -r machine </proc/sys/kernel/arch || :
fi
case $machine in
    x86_64 | amd64) folder=x86_64 loader=ld-linux-x86-64.so.2 ;;
    aarch64 | arm64) folder=aarch64 loader=ld-linux-aarch64.so.1 ;;
    '') fail "this machine does not tell its processor: neither 'uname -m' nor /proc/sys/kernel/arch answered" ;;
    *) fail "there is no Python for the processor '$machine', only for x86_64 and aarch64" ;;
esac

top=$root/py/$folder
python=$top/bin/python3
if [ ! -e "$root/py/layer.json" ]; then
    fail "$root/py is not there: the layer with the interpreter was not loaded"
fi
if [ ! -x "$python" ]; then
    fail "$python is not there: the bundle was published without $folder"
fi

# -I: the image's PYTHON* variables and user packages are not for us; -X utf8: texts are UTF-8 in any locale;
# -u: logs are live; -B: layers may be read-only.
if [ "$root" = /athena ]; then
    exec "$python" -I -X utf8 -u -B -m athena_runtime "$@"
fi
# Elsewhere the path to the loader that stands in the program leads nowhere.
exec "$top/lib/$loader" --argv0 "$python" --library-path "$top/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" "$python" \
    -I -X utf8 -u -B -m athena_runtime "$@"
