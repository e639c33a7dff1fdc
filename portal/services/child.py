"""Run one command so that it cannot outlive us.

    python -I -S child.py --parent PID --signal N [--user UID:GID] [--log FILE] -- COMMAND ARGUMENT...

Started by path, with nothing but the standard library: it must cost milliseconds, and it must be readable by root even
where the account it drops to cannot reach the checkout. Exit code 111: the parent was gone before we began.
"""

import argparse
import contextlib
import ctypes
import os
import time

PR_SET_PDEATHSIG = 1
PARENT_GONE = 111
LONGEST_LOG = 8 * 1024 * 1024


def drop_to(uid: int, gid: int) -> None:
    """Become an unprivileged account for good; groups first, because afterwards we may no longer change them."""
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def die_with(parent: int, signum: int) -> None:
    """Ask the kernel for `signum` when `parent` dies, by whatever signal. Linux only; elsewhere it does nothing."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)
    # It may have died between our fork and the line above: then nobody will ever send the signal.
    if os.getppid() != parent:
        os._exit(PARENT_GONE)


def write_to(log: str) -> None:
    """Send what the command prints to the end of `log`, which starts anew once it is long."""
    if os.path.exists(log) and os.path.getsize(log) > LONGEST_LOG:
        os.replace(log, f"{log}.1")
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--signal", type=int, required=True)
    parser.add_argument("--user", default="")
    parser.add_argument("--log", default="")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    if arguments.log:
        write_to(arguments.log)
    if arguments.user:
        uid, _, gid = arguments.user.partition(":")
        drop_to(int(uid), int(gid))
    # After the drop: changing credentials clears the death signal.
    die_with(arguments.parent, arguments.signal)
    # The pause before a restart. It comes by environment because the supervisor keeps one command line per child.
    time.sleep(float(os.environ.pop("JIAMENKOU_RESTART_PAUSE", "0")))
    os.execvp(arguments.command[0], arguments.command)


if __name__ == "__main__":
    main()
