"""Start of the images: lay the compiled battle rules where they may be written, then become the command.

Numba takes a cache only from a folder that it can write to; the file systems of the services are read-only.
So the code compiled at build time, half a megabyte, is copied into the temporary folder first.
"""

import os
import shutil
import sys
from pathlib import Path

BAKED = Path("/opt/kernel")


def main(command: list[str]) -> None:
    """Copy what was compiled, times included, and run ``command`` in this process."""
    cache = os.environ.get("NUMBA_CACHE_DIR")
    if cache and BAKED.is_dir() and not Path(cache).exists():
        shutil.copytree(BAKED, cache)
    os.execvp(command[0], command)  # noqa: S606 - no shell wanted


if __name__ == "__main__":
    main(sys.argv[1:])
