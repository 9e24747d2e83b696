"""The command line: `python -m scheduler COMMAND`. A refusal is one clear message and exit code 2."""

from __future__ import annotations

import argparse
import errno
import importlib
import importlib.util
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from scheduler.draws.protocol.errors import ProtocolError
from scheduler.errors import ServiceError

COMMANDS = {  # with the modules that register them, of scheduler.commands
    "import": "import_files",
    "plan": "plan",
    "schedule": "schedule",
    "draw": "draw",
    "papers": "papers",
    "analyse": "analyse",
    "recompute": "recompute",
    "verify": "verify",
    "deadline": "deadline",
    "sample": "sample",
    "decide": "decide",
    "demo": "demo",
    "due": "due",
    "tick": "tick",
    "user": "user",
}
EXIT_REFUSED = 2
EXIT_UNEXPECTED = 3


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """Return the parser with every command; a command that is named is spared loading the others."""
    parser = argparse.ArgumentParser(
        prog="python -m scheduler",
        description="Double-random inspection service: directory, annual plan, auditable draws, verification.",
        epilog="Messages are in Chinese when LANG begins with zh, else in English. Exit codes: 0 done, "
        "1 done but something did not hold (the command's help says what), 2 refused or unusable input, "
        "3 a fault of the program.",
    )
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in [COMMANDS[only]] if only in COMMANDS else COMMANDS.values():
        importlib.import_module(f"scheduler.commands.{module}").register(subparsers)
    return parser


def use_own_environment() -> None:
    """Start again under .venv when this Python lacks the packages and scripts/setup has made one."""
    own = Path(__file__).parent.parent / ".venv" / "bin" / "python"
    if importlib.util.find_spec("sqlalchemy") or Path(sys.prefix) == own.parent.parent:
        return
    if own.is_file():
        os.execv(own, [str(own), "-m", "scheduler", *sys.argv[1:]])  # noqa: S606 (our own interpreter)
    sys.stderr.write("The packages are not installed: run scripts/setup once, then this command again.\n")
    sys.exit(EXIT_REFUSED)


def _keep_traceback(fault: Exception) -> str:
    """Write the traceback to a file of its own and return the file's name, `-` where no folder takes one."""
    import traceback

    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", errors="backslashreplace", prefix="double-random-", suffix=".txt", delete=False
        ) as file:
            traceback.print_exception(fault, file=file)
    except OSError:
        return "-"
    return file.name


def _use_utf8_streams() -> None:
    """Write UTF-8 whatever the locale says; a stream that was closed before the start swallows what it is given."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (open until the end)
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]


def _swallow_output() -> None:
    """Let nothing more be written to where nobody reads, or where there is no room."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(message: str, **params: object) -> None:
    """Print a message on the error stream, in the language of the terminal."""
    from config.messages import render
    from scheduler.commands.language import terminal_language

    print(render(message, terminal_language(), **params), file=sys.stderr)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _use_utf8_streams()
    arguments = sys.argv[1:] if arguments is None else arguments
    args = build_parser(next(iter(arguments), None)).parse_args(arguments)
    with ExitStack() as args.closing:
        return _run(args)


def _run(args: argparse.Namespace) -> int:
    """Run a command that was read; what goes wrong is told here."""
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except (ServiceError, ProtocolError) as refusal:
        _say(f"error.{refusal.code}", **refusal.params)
        return EXIT_REFUSED
    except BrokenPipeError:
        _swallow_output()
        return 0
    except Exception as fault:  # the last resort: a reader gets a sentence and a file, never a traceback
        from config.settings import SettingsFault

        if isinstance(fault, SettingsFault):
            print(fault, file=sys.stderr)
            return EXIT_REFUSED
        if isinstance(fault, OSError) and fault.errno == errno.ENOSPC and fault.filename is None:
            _swallow_output()
            _say("error.output-full")
            return EXIT_REFUSED
        _say("error.unexpected", file=_keep_traceback(fault))
        return EXIT_UNEXPECTED
    except KeyboardInterrupt:
        _say("error.interrupted")
        return 130
    return code


if __name__ == "__main__":
    use_own_environment()
    sys.exit(main())
