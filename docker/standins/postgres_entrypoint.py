"""The part of the official image's start that the stack uses.

On an empty PGDATA: initdb with the password of POSTGRES_USER, the database POSTGRES_DB, then
/docker-entrypoint-initdb.d/*.sql. Afterwards the server itself.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

SCRIPTS = Path("/docker-entrypoint-initdb.d")


def main(command: list[str]) -> None:
    """Initialise where needed, then become the server."""
    data = Path(os.environ["PGDATA"])
    if command[0] == "postgres":
        if not (data / "PG_VERSION").exists():
            initialise()
        command = ["postgres", "-c", "listen_addresses=*", *command[1:]]
    os.execvp(command[0], command)  # noqa: S606 - no shell wanted


def initialise() -> None:
    """A new cluster with user, database and what the scripts add."""
    user = os.environ.get("POSTGRES_USER", "postgres")
    database = os.environ.get("POSTGRES_DB", user)
    with tempfile.NamedTemporaryFile("w") as password:
        password.write(os.environ["POSTGRES_PASSWORD"] + "\n")
        password.flush()
        run(
            "initdb", f"--username={user}", f"--pwfile={password.name}",
            "--auth-local=trust", "--auth-host=scram-sha-256",
        )  # fmt: skip
    with Path(os.environ["PGDATA"], "pg_hba.conf").open("a") as rules:
        rules.write("host all all all scram-sha-256\n")
    run("pg_ctl", "--silent", "--wait", "--options=-c listen_addresses=''", "start")
    psql = ("psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--username={user}")
    if database != "postgres":
        run(*psql, "--dbname=postgres", f'--command=CREATE DATABASE "{database}"')
    for script in sorted(SCRIPTS.glob("*.sql")):
        run(*psql, f"--dbname={database}", f"--file={script}")
    run("pg_ctl", "--silent", "--mode=fast", "--wait", "stop")


def run(*command: str) -> None:
    """Run one of PostgreSQL's programs; its failure ends the start."""
    subprocess.run(command, check=True, stdout=sys.stderr)  # noqa: S603 - PostgreSQL's own


if __name__ == "__main__":
    main(sys.argv[1:])
