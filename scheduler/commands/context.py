"""What every command shares: the installation it works on, who runs it, how it prints."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the pure commands must start without a database driver
    from sqlalchemy import Engine

    from config.settings import Settings


def add_data_option(parser: argparse.ArgumentParser) -> None:
    """Add --data, the folder of the installation a command works on."""
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="folder of the installation (default: DOUBLE_RANDOM_DATA or var)"
    )


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """Add --json for output that a machine reads."""
    parser.add_argument("--json", action="store_true", help="print JSON for a machine to read")


def settings_of(args: argparse.Namespace) -> Settings:
    """Return the settings of the installation the command names."""
    from config.settings import load_settings

    return load_settings(args.data)


def engine_of(args: argparse.Namespace) -> Engine:
    """Open the database of the installation the command names; it is closed when the command ends (`args.closing`)."""
    from scheduler.store.opening import open_store

    engine = open_store(settings_of(args))
    args.closing.callback(engine.dispose)
    return engine


def actor_of(args: argparse.Namespace) -> str:
    """Return who the audit log names for this command: the account of this machine."""
    import getpass

    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "unknown"
    return f"local:{name}"[:64]


def print_json(value: Any) -> None:
    """Print a value as indented JSON, readable characters kept."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
