"""What a full disk asks of files that are written through memory."""

from __future__ import annotations

import errno
import os

_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})


def is_full(error: OSError) -> bool:
    """Whether there was no room, or none left for this user: that passes, unlike a missing right."""
    return error.errno in _FULL


def reserve(handle: int, size: int) -> None:
    """Give an empty file its size and all its blocks: it can be written through memory from then on.

    A write to a page whose block is only looked for then ends the process on a full disk (SIGBUS). Raises
    ``OSError``; the file is empty again then.
    """
    try:
        try:
            os.posix_fallocate(handle, 0, size)
        except (AttributeError, OSError) as error:  # no such call here, or none for this file system
            if isinstance(error, OSError) and is_full(error):
                raise
            _write_zeros(handle, size)
    except OSError:
        os.ftruncate(handle, 0)
        raise


def _write_zeros(handle: int, size: int) -> None:
    done = 0
    while done < size:  # less is written where the room ends, and nothing the next time
        done += os.pwrite(handle, bytes(size - done), done)
    os.fsync(handle)  # some file systems look for the blocks only now
