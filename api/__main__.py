"""The server: `python -m api --port 8000`. A refusal is one clear message and exit code 2."""

from __future__ import annotations

import argparse
import errno
import logging
import os
import socket
import sys
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import Engine

from config.messages import render
from config.settings import Settings, SettingsFault, load_settings
from scheduler.commands.language import terminal_language
from scheduler.errors import ServiceError, Unavailable

THREADS = 8
PROXY_HEADERS = {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"}
EXIT_REFUSED = 2


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the server's options."""
    parser = argparse.ArgumentParser(prog="python -m api", description="Serve the pages and the REST interface.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on, 0 for any free one (default: 8000)")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="folder of the installation (default: DOUBLE_RANDOM_DATA or var)"
    )
    parser.add_argument(
        "--proxy", metavar="ADDRESS", help="address of the proxy in front, whose X-Forwarded headers are believed"
    )
    parser.add_argument(
        "--no-clock", action="store_true", help="do not seal batches on their day (`scheduler tick` from cron does)"
    )
    parser.add_argument("--demo", action="store_true", help="fill an empty database with a sample city and its draw")
    return parser


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket; raise `Unavailable` when the port or the address cannot be had."""
    if not 0 <= port <= 65535:  # the system would take it modulo 65536
        raise Unavailable("port-unusable", host=host, port=port)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as fault:
        code = "port-in-use" if fault.errno == errno.EADDRINUSE else "port-unusable"
        raise Unavailable(code, host=host, port=port) from fault
    return listener


def fill_demonstration(engine: Engine, settings: Settings) -> None:
    """Fill an empty database with the sample city, its plan and a published draw; leave any other as it is."""
    from scheduler.demonstration.city import fill_demonstration as fill

    fill(engine, settings, lambda text: print(text, flush=True), terminal_language())


def serve(args: argparse.Namespace) -> None:
    """Open the store, fill it if asked to, and serve until stopped."""
    from scheduler.store.opening import open_store

    listener = bind(args.host, args.port)
    settings = load_settings(args.data)
    engine = open_store(settings)
    if args.demo:
        fill_demonstration(engine, settings)

    import waitress  # type: ignore[import-untyped]

    from api.app import create_app  # the longest to load: after all that may be refused

    app = create_app(settings, engine)
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    print(f"http://{shown}:{port}/", flush=True)
    proxy = {"trusted_proxy": args.proxy, "trusted_proxy_headers": PROXY_HEADERS, "clear_untrusted_proxy_headers": True}
    with ExitStack() as running:
        if not args.no_clock:
            start_clock(engine, settings, running)
        waitress.serve(app, sockets=[listener], threads=THREADS, ident="double-random", **(proxy if args.proxy else {}))


def start_clock(engine: Engine, settings: Settings, running: ExitStack) -> None:
    """Start the clock of this process; a system on which two clocks could run is served without one, and told so."""
    from scheduler.jobs.clock import Clock

    try:
        clock = Clock(engine, settings)
    except Unavailable as refusal:
        print(render(f"error.{refusal.code}", terminal_language(), **refusal.params), file=sys.stderr)
        return
    clock.start()
    running.callback(clock.stop)


def main(arguments: list[str] | None = None) -> int:
    """Run the server and return its exit code."""
    args = build_parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("api").setLevel(logging.INFO)
    try:
        serve(args)
    except ServiceError as refusal:
        print(render(f"error.{refusal.code}", terminal_language(), **refusal.params), file=sys.stderr)
        return EXIT_REFUSED
    except SettingsFault as fault:
        print(fault, file=sys.stderr)
        return EXIT_REFUSED
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
