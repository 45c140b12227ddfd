"""The command line: it builds the services and runs the app. Other modules are imported when they are needed."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui import __version__
from tui.domain.i18n import N_, _

if TYPE_CHECKING:  # annotations only: --version and --help import click alone
    from tui.domain.settings import Profile
    from tui.paths import AppDirs
    from tui.services.gateway import Gateway
    from tui.services.rescue import RescueFolder
    from tui.services.services import Services
    from tui.store.conversations import ConversationStore

_File = click.Path(path_type=Path)
_Folder = click.Path(file_okay=False, path_type=Path)


class _Option(click.Option):
    """An option whose help is translated when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the names of the option and its help."""
        record = super().get_help_record(ctx)
        return record and (record[0], _(record[1]))


_option = partial(click.option, cls=_Option)


class PromptGroup(click.Group):
    """A group whose first word may also be a prompt: what is not a command is a prompt."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note whether `--` marks what follows as a prompt."""
        ctx.meta["prompt_only"] = "--" in args
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the named command, else the hidden one that opens the app with a prompt."""
        if not ctx.meta["prompt_only"] and self.get_command(ctx, args[0]) is not None:
            return super().resolve_command(ctx, args)
        if not ctx.meta["prompt_only"]:
            self._refuse_options(args)
            self._refuse_misspelt_command(args)
        return "chat", _chat, args

    def _refuse_misspelt_command(self, words: list[str]) -> None:
        """Raise UsageError when the only word is nearly the name of a command."""
        if len(words) > 1:
            return
        meant = next((name for name in self.commands if _differ_by_at_most(2, words[0], name)), None)
        if meant is not None:
            question = _(
                "There is no command {word}. Did you mean {command}? To send it as a prompt: chinwag -- {word}"
            )
            raise click.UsageError(question.format(word=words[0], command=meant))

    def _refuse_options(self, words: list[str]) -> None:
        """Raise UsageError when one of our options is among the words: it would be sent, without effect."""
        options = {name for parameter in self.params for name in parameter.opts}
        for word in words:
            if word.partition("=")[0] in options:
                raise click.UsageError(
                    _(
                        "Options go before the prompt: move {option} there. To send it as part of the prompt, start with --"
                    ).format(option=word.partition("=")[0])
                )


def _differ_by_at_most(most: int, word: str, other: str) -> bool:
    """Return whether so many letters added, left out or replaced turn one word into the other."""
    if abs(len(word) - len(other)) > most:
        return False
    row = list(range(len(other) + 1))
    for n, letter in enumerate(word, start=1):
        before, row = row, [n]
        for m, wanted in enumerate(other, start=1):
            row.append(min(before[m] + 1, row[m - 1] + 1, before[m - 1] + (letter != wanted)))
    return row[-1] <= most


@click.group(
    cls=PromptGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    options_metavar="[OPTIONS]",
    subcommand_metavar="[PROMPT | COMMAND]",
)
@click.version_option(__version__, prog_name="chinwag")
@_option("--gateway", "--profile", "profile", metavar="NAME", help=N_("Use this gateway from your settings."))
@_option("--model", metavar="ID", help=N_("Use this model."))
@_option("--local", is_flag=True, help=N_("Use the embedded engine with the tiny demo model, or with --local-model."))
@_option("--or-local", is_flag=True, help=N_("Use the embedded engine if no gateway is configured."))
@_option(
    "--local-model",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("Serve this GGUF file with the embedded engine."),
)
@_option("--last", is_flag=True, help=N_("Open the newest conversation."))
@_option("--conversation", metavar="ID", default="", help=N_("Open this conversation."))
@_option("--data-dir", type=_Folder, help=N_("The folder for conversations."))
@_option("--config-dir", type=_Folder, help=N_("The folder for settings and keys."))
@_option("--cache-dir", type=_Folder, help=N_("The folder for the index and logs."))
@click.pass_context
def main(ctx: click.Context, /, **options: Any) -> None:
    """Chat in the terminal with any OpenAI-compatible gateway, or with the built-in demo model.

    PROMPT is sent at once in a new conversation. Write `chinwag -- doctor` to send a word that is a command.
    """
    ctx.obj = options
    if ctx.invoked_subcommand is None:
        run_app(options, "")


@click.command("chat", hidden=True, add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1)
@click.pass_obj
def _chat(options: dict[str, Any], words: tuple[str, ...]) -> None:
    run_app(options, " ".join(words))


@main.group("local")
def local_group() -> None:
    """Manage the built-in demo model, which runs on this machine."""


@local_group.command("install")
@click.pass_obj
def local_install(options: dict[str, Any]) -> None:
    """Download the engine and the demo model."""
    from tui.local_commands import install

    sys.exit(install(_dirs(options)))


@local_group.command("status")
@click.pass_obj
def local_status(options: dict[str, Any]) -> None:
    """Show what is installed, its source and its licence."""
    from tui.local_commands import show_status

    sys.exit(show_status(_dirs(options)))


@local_group.command("remove")
@click.pass_obj
def local_remove(options: dict[str, Any]) -> None:
    """Delete the demo model from this machine."""
    from tui.local_commands import remove

    sys.exit(remove(_dirs(options)))


@main.command("doctor")
@_option("--json", "as_json", is_flag=True, help=N_("Print one JSON object."))
@_option(
    "--gateway", "--profile", "profile", metavar="NAME", default="", help=N_("Check this gateway from your settings.")
)
@click.pass_obj
def doctor(options: dict[str, Any], as_json: bool, profile: str) -> None:
    """Check the gateway, key, terminal and data. The output contains no keys and is safe to share."""
    from tui.doctor_command import run
    from tui.services.doctor.check import Case
    from tui.services.doctor.tty import Tty

    services = build_services(_dirs(options), options["local_model"])
    try:
        chosen = _choose_profile(services, {**options, "profile": profile or options["profile"]})
    except click.UsageError:
        if not services.preferences.problem:
            raise
        chosen = None  # the settings cannot be read, which the doctor reports
    sys.exit(run(Case(services, chosen, _connect, Tty()), as_json=as_json))


@main.command("export")
@click.argument("conversation", metavar="[ID]", default="")
@_option("--last", is_flag=True, help=N_("Export the newest conversation."))
@_option("--all", "every", is_flag=True, help=N_("Export every conversation, one file each."))
@_option("--trash", is_flag=True, help=N_("With --all: include the trash."))
@_option(
    "--format",
    "-f",
    "form",
    type=click.Choice(["md", "json", "html"]),
    help=N_("Default: md, or from the file extension."),
)
@_option("--output", "-o", type=_File, help=N_("A file or a folder; - for standard output."))
@click.pass_obj
def export_conversations(
    options: dict[str, Any], /, conversation: str, form: str | None, output: Path | None, **which: bool
) -> None:
    """Export conversations as Markdown, JSON or HTML. ID may be the beginning of an id."""
    from tui.library_commands import ExportSelection, export
    from tui.services.export.saving import Format

    if bool(conversation) + which["last"] + which["every"] > 1:
        raise click.UsageError(_("Use only one of: an id, --last, --all."))
    sys.exit(export(_store(options), ExportSelection(conversation, **which), Format(form) if form else None, output))


@main.command("import")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=_File)
@_option("--again", is_flag=True, help=N_("Import conversations again even if they already exist."))
@click.pass_obj
def import_conversations(options: dict[str, Any], paths: tuple[Path, ...], again: bool) -> None:
    """Import conversations. Reads files of chinwag (JSON, backups), ChatGPT and Claude (conversations.json or its zip)."""
    from tui.library_commands import import_files

    sys.exit(import_files(_store(options), list(paths), again=again))


@main.command("backup")
@click.argument("path", metavar="FILE", type=_File)
@click.pass_obj
def back_up(options: dict[str, Any], path: Path) -> None:
    """Back up all conversations, drafts and prompts to one zip archive. Other windows may stay open."""
    from tui.library_commands import backup

    sys.exit(backup(_store(options), path))


def _store(options: dict[str, Any]) -> ConversationStore:
    from tui.store.conversations import ConversationStore

    dirs = _dirs(options)
    return ConversationStore(dirs.data, dirs.cache)


def _dirs(options: dict[str, Any]) -> AppDirs:
    from tui.paths import find_app_dirs

    return find_app_dirs(data=options["data_dir"], config=options["config_dir"], cache=options["cache_dir"])


def run_app(options: dict[str, Any], prompt: str) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(_("chinwag needs a terminal; its input or output is not one."))
    os.environ.setdefault("TEXTUAL_FPS", "120")  # halves the wait for a frame; Textual reads it on import
    sys.setswitchinterval(0.001)  # a long parse in the store's thread must not block the keyboard

    from tui import gc_tuning

    gc_tuning.suspend()
    from tui.app import ChinwagApp
    from tui.services.services import LaunchOptions
    from tui.terminal_input import harden

    dirs = _dirs(options)
    services = build_services(dirs, options["local_model"])
    start = LaunchOptions(
        profile=_choose_profile(services, options),
        model=options["model"] or "",
        prompt=prompt,
        last=options["last"],
        conversation=options["conversation"],
    )
    app = ChinwagApp(services, start)
    harden(sys.modules[app.driver_class.__module__])
    app.run()
    sys.exit(app.return_code or 0)


def _choose_profile(services: Services, options: dict[str, Any]) -> Profile | None:
    from tui.services.startup import choose_profile

    try:
        return choose_profile(
            services.preferences.settings,
            os.environ,
            name=options["profile"] or "",
            model=options["model"] or "",
            local=services.local.profile,
            use_local=options["local"] or options["local_model"] is not None,
            or_local=options["or_local"],
        )
    except LookupError as error:
        raise click.UsageError(services.preferences.problem or str(error.args[0])) from None


def build_services(dirs: AppDirs, local_model: Path | None = None) -> Services:
    """Return all services. This is the only place where they are created."""
    import tempfile
    from dataclasses import replace

    from tui.services.changes import Changes
    from tui.services.clipboard import Clipboard
    from tui.services.connections import Connections
    from tui.services.local_model import LocalModel
    from tui.services.preferences import Preferences
    from tui.services.rescue import Rescue
    from tui.services.services import Services
    from tui.services.turns import Turns
    from tui.store.conversations import ConversationStore
    from tui.store.drafts import Drafts
    from tui.store.history import PromptHistory
    from tui.store.keymap import load_keymap
    from tui.store.profile_cache import ProfileCache
    from tui.store.secrets import Secrets
    from tui.store.settings import SettingsFile

    preferences = Preferences(SettingsFile(dirs.settings))
    preferences.load()
    local_settings = preferences.settings.local
    if local_model is not None:
        local_settings = replace(local_settings, model=str(local_model))

    store = ConversationStore(dirs.data, dirs.cache)
    history = PromptHistory(store.folder)
    keys = Secrets(dirs.secrets, os.environ)
    turns = Turns(store)
    local = LocalModel(local_settings, dirs.models, dirs.logs / "engine.log")
    return Services(
        preferences=preferences,
        store=store,
        history=history,
        drafts=Drafts(store.folder, history),
        keys=keys,
        turns=turns,
        changes=Changes(store, turns),
        rescue=Rescue(dirs.data, open_folder, [Path.home(), Path(tempfile.gettempdir())]),
        connections=Connections(keys, _connect, local, ProfileCache(dirs.cache)),
        local=local,
        clipboard=Clipboard(dirs.cache / "copied.txt"),
        dirs=dirs,
        keymap=load_keymap(dirs.keymap),
    )


def open_folder(folder: Path) -> RescueFolder:
    """Return the services for saving in another folder."""
    from tui.services.rescue import RescueFolder
    from tui.store.conversations import ConversationStore
    from tui.store.drafts import Drafts
    from tui.store.history import PromptHistory

    no_cache = Path(os.devnull)  # no folder can exist there, so the index is in memory
    store = ConversationStore(folder, no_cache)
    history = PromptHistory(store.folder)
    return RescueFolder(store, Drafts(store.folder, history), history)


async def _connect(profile: Profile, key: str | None) -> Gateway:
    import asyncio

    def make() -> Gateway:
        from tui.api.client import GatewayClient

        return GatewayClient(
            profile.base_url,
            key,
            key_variable=profile.key.where if profile.key.kind == "env" else "",
            clocks=profile.clocks,
            proxy=profile.proxy,
            ca_file=profile.ca_file,
            headers=profile.headers,
        )

    return await asyncio.to_thread(make)  # the import alone takes as long as several frames
