"""Where heavy work is done: this process, processes of this machine, or a Dask cluster by its address.

Work is a function and numbers. A worker that is lost costs the work it was at, which another one does again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from predictiondex.errors import DatasetError
from predictiondex.ml.dataset import Mapper, in_this_process
from predictiondex.ml.interrupts import children_left_alone, held_back

if TYPE_CHECKING:
    from distributed import Client

#: How often a piece of work is tried again after its worker was lost.
RETRIES: Final = 5


@contextmanager
def workers(count: int, address: str | None = None) -> Iterator[Mapper]:
    """A mapper over ``count`` processes of this machine, or over the cluster at ``address``.

    Raises :class:`~predictiondex.errors.DatasetError` when the cluster does not answer.
    """
    if count <= 1 and address is None:
        yield in_this_process
        return
    with client(count, address) as dask:
        yield _mapper(dask)


@contextmanager
def client(count: int, address: str | None = None) -> Iterator[Client]:
    """A Dask client of the cluster at ``address``, or of one made here for as long as it is used."""
    import dask
    from distributed import Client, LocalCluster

    with dask.config.set({"distributed.scheduler.allowed-failures": RETRIES}):
        if address is not None:
            try:
                remote = Client(address, timeout=10)
            except (OSError, TimeoutError, ValueError) as error:
                raise DatasetError(f"No Dask cluster answers at {address}: {error}.") from error
            with remote:
                yield remote
            return
        with children_left_alone():
            cluster = LocalCluster(
                n_workers=count,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            )
        try:
            with Client(cluster) as local:
                yield local
        finally:
            with held_back():  # a second Ctrl-C must not leave workers behind
                cluster.close()


def _mapper(dask: Client) -> Mapper:
    def mapper(make: Callable[[int], bytes], numbers: list[int]) -> Iterator[tuple[int, bytes]]:
        from distributed import as_completed

        futures: dict[Any, int] = {
            dask.submit(make, number, pure=False, retries=RETRIES): number for number in numbers
        }
        completed = as_completed(futures)
        for future in completed:
            number, content = futures.pop(future), future.result()
            future.release()
            yield number, content

    return mapper
