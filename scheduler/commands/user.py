"""`user add | list | roles | division | disable | enable | password`: the local accounts of the pages."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TYPE_CHECKING, Any

from scheduler.commands.context import actor_of, add_data_option, add_json_option, engine_of, print_json
from scheduler.errors import InvalidInput

if TYPE_CHECKING:
    from scheduler.accounts.models import User


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser("user", help="local accounts and their roles", description=__doc__)
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)

    add = _step(steps, "add", "make an account", run_add)
    _role_option(add)
    add.add_argument("--division", metavar="ID", help="the division it works for (default: the whole bureau)")
    add.add_argument("--display-name", default="", metavar="TEXT", help="the name pages show (default: NAME)")
    _password_option(add)

    listing = steps.add_parser(
        "list",
        help="show every account",
        description="Lists the accounts with roles, division and whether they may log in.",
    )
    add_data_option(listing)
    add_json_option(listing)
    listing.set_defaults(run=run_list)

    _role_option(_step(steps, "roles", "give an account these roles instead of those it has", run_roles))
    division = _step(steps, "division", "say for which division an account works", run_division)
    division.add_argument("division", nargs="?", metavar="ID", help="the division; without it the whole bureau")
    _step(steps, "disable", "keep an account from logging in", run_disable)
    _step(steps, "enable", "let a disabled account log in again", run_enable)
    _password_option(_step(steps, "password", "give an account a new password", run_password))


def _step(
    steps: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: str, run: object
) -> argparse.ArgumentParser:
    parser = steps.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    parser.add_argument("name", metavar="NAME", help="the account: a to z, digits, point, hyphen, underscore")
    add_data_option(parser)
    parser.set_defaults(run=run)
    return parser


def _role_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--role",
        action="append",
        required=True,
        dest="roles",
        metavar="ROLE",
        help="planner, approver, operator, witness, auditor or admin; may be given several times",
    )


def _password_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-stdin", action="store_true", help="read the password from the first line of standard input"
    )


def read_password(args: argparse.Namespace) -> str:
    """Return the new password from standard input, or asked for twice at the terminal."""
    if args.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InvalidInput("password-not-given")
    first = getpass.getpass(f"Password for {args.name}: ")
    if getpass.getpass("Again: ") != first:
        raise InvalidInput("passwords-differ")
    return first


def run_add(args: argparse.Namespace) -> int:
    """Make the account."""
    from scheduler.accounts.users import add_user
    from scheduler.directory.queries import find_division
    from scheduler.store.session import writing

    password = read_password(args)
    with writing(engine_of(args)) as session:
        user = add_user(
            session,
            args.name,
            password,
            args.roles,
            display_name=args.display_name,
            division_id=find_division(session, args.division).id if args.division else None,
            actor=actor_of(args),
        )
        print(f"{user.name}: {', '.join(user.roles)}")
    return 0


def run_list(args: argparse.Namespace) -> int:
    """Print every account."""
    from scheduler.accounts.users import list_users
    from scheduler.store.session import reading

    with reading(engine_of(args)) as session:
        users = [_shown(user) for user in list_users(session)]
    if args.json:
        print_json(users)
        return 0
    for user in users:
        division = f"  [{user['division']}]" if user["division"] else ""
        state = "" if user["active"] else "  (disabled)"
        print(f"{user['name']:<24}{', '.join(user['roles']):<40}{user['display_name']}{division}{state}")
    return 0


def _shown(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "display_name": user.display_name,
        "roles": user.roles,
        "division": user.division_id,
        "active": user.active,
    }


def run_roles(args: argparse.Namespace) -> int:
    """Replace the roles."""
    from scheduler.accounts.users import set_roles
    from scheduler.store.session import writing

    with writing(engine_of(args)) as session:
        user = set_roles(session, args.name, args.roles, actor=actor_of(args))
        print(f"{user.name}: {', '.join(user.roles)}")
    return 0


def run_division(args: argparse.Namespace) -> int:
    """Say for which division the account works."""
    from scheduler.accounts.users import set_division
    from scheduler.directory.queries import find_division
    from scheduler.store.session import writing

    with writing(engine_of(args)) as session:
        division = find_division(session, args.division).id if args.division else None
        set_division(session, args.name, division, actor=actor_of(args))
    print(f"{args.name}: {division or '-'}")
    return 0


def run_disable(args: argparse.Namespace) -> int:
    """Disable the account."""
    return _switch(args, active=False)


def run_enable(args: argparse.Namespace) -> int:
    """Enable the account."""
    return _switch(args, active=True)


def _switch(args: argparse.Namespace, *, active: bool) -> int:
    from scheduler.accounts.users import set_active
    from scheduler.store.session import writing

    with writing(engine_of(args)) as session:
        set_active(session, args.name, active, actor=actor_of(args))
    print(f"{args.name}: {'enabled' if active else 'disabled'}")
    return 0


def run_password(args: argparse.Namespace) -> int:
    """Replace the password."""
    from scheduler.accounts.users import set_password
    from scheduler.store.session import writing

    password = read_password(args)
    with writing(engine_of(args)) as session:
        set_password(session, args.name, password, actor=actor_of(args))
    print(f"{args.name}: password changed")
    return 0
