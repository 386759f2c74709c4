"""The command line: `python -m chat serve`, `demo`, `bench`."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import NoReturn

import click

from chat.config import ConfigError, Settings, data_folder


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Causerie: real-time chat on one small machine."""


@main.command()
def serve() -> None:
    """Serve the chat until SIGTERM or Ctrl+C."""
    settings = _settings()
    click.echo(f"Causerie starts; data in {settings.data_dir}", err=True)
    from chat import create_app  # a wrong setting is told before the second that this takes
    from chat.instance import current
    from chat.transport.launch import AddressInUse
    from chat.transport.launch import serve as run

    app = create_app(settings)

    def announce() -> None:
        click.echo(f"\n  Causerie: {settings.url}\n", err=True)
        # Behind a proxy even a loopback address serves other machines, and who comes through one is not local.
        if app.config["NEEDS_OWNER"] and (settings.trusted_proxies or not settings.is_loopback):
            click.echo(
                "  Nobody has an account yet. From another machine, make the owner's account with this link,\n"
                f"  putting this machine's address in it: {settings.url}/setup?token={current().setup_token}\n",
                err=True,
            )

    try:
        run(app, settings.host, settings.port, announce)
    except AddressInUse as error:
        _fail(f"{error}. Stop the other program, or choose another PORT.")
    except ConfigError as error:
        _fail(str(error))
    click.echo("Causerie has stopped.", err=True)


@main.command()
@click.option("--users", type=click.IntRange(1, 100_000), required=True, help="How many people.")
@click.option(
    "--messages", type=click.IntRange(0, 10_000_000), help="How many messages; 25 a person unless given."
)
@click.option(
    "--tokens",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Where to write everybody's access token, good for a day.",
)
def demo(users: int, messages: int | None, tokens: Path) -> None:
    """Fill an empty database with believable people and conversations."""
    settings = _settings()
    from chat.demo import DemoRefused, TokensFile, fill
    from chat.migrate import upgrade

    began = time.monotonic()
    try:
        file = TokensFile(tokens)
    except OSError as error:
        _fail(f"{tokens} cannot be written: {error.strerror}")
    try:
        upgrade(settings.database_url, settings.data_dir)
        filled = asyncio.run(fill(settings, users, messages))
    except (DemoRefused, ConfigError) as error:
        file.discard()
        _fail(str(error))
    except BaseException:
        file.discard()
        raise
    file.write(filled.accounts)
    click.echo(
        f"{users} people, {filled.conversations} conversations and {filled.messages} messages "
        f"in {time.monotonic() - began:.1f} s.\n"
        f"Start the server (a running one: again), and sign in as {filled.accounts[0].email}, the owner.\n"
        f"Everybody's password, told only here: {filled.password}"
    )


@main.command()
@click.option(
    "--people", type=click.IntRange(50), default=5_000, show_default=True, help="Try no more than so many."
)
@click.option(
    "--within",
    type=click.FloatRange(0, min_open=True),
    default=250,
    show_default=True,
    help="In how many milliseconds 95 % of the messages must arrive.",
)
@click.option("--seconds", type=click.IntRange(5), default=30, show_default=True, help="How long to load it.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Measure on the disk that has this folder; DATA_DIR unless given.",
)
def bench(people: int, within: float, seconds: int, folder: Path | None) -> None:
    """Find out how many people this machine carries."""
    from chat.bench import capacity

    limits = capacity.Limits(late_s=within / 1000, people=people, seconds=seconds)
    try:
        where = data_folder() if folder is None else folder.absolute()
        found = capacity.run(where, limits, lambda line: click.echo(line, err=True))
    except capacity.BenchFailed as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _fail("stopped; nothing is left behind.")
    click.echo(
        f"This machine carries {found.people:,} people in groups of {capacity.GROUP} who each write every "
        f"{capacity.WRITES_EVERY_S:g} seconds: 95 % of the messages arrive within {found.p95_s * 1000:,.0f} ms.\n"
        f"More were not tried or came too late because of {found.limited_by}."
    )


def _settings() -> Settings:
    try:
        return Settings.load()
    except ConfigError as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    click.echo(f"causerie: {message}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
