"""`chinwag local`: the embedded engine and its model. Each function returns the exit code."""

from __future__ import annotations

import asyncio
import sys

from tui.domain.errors import ChinwagError
from tui.domain.i18n import _
from tui.domain.safe_text import clean
from tui.local.demo import DEMO_NAME, DEMO_WEIGHTS
from tui.local.fetch import install as fetch_all
from tui.local.status import status
from tui.local.weights import remove as remove_weights
from tui.paths import AppDirs

_BAR = 30


def install(dirs: AppDirs) -> int:
    """Download what is missing, with a progress bar on a terminal."""
    here = status(dirs.models)
    if here.ready and here.checked:
        print(_("The {model} is ready.").format(model=_(DEMO_NAME)))
        return 0
    print(
        _("Downloading the {model} ({title}, {size}, {licence}).").format(
            model=_(DEMO_NAME),
            title=DEMO_WEIGHTS.title,
            size=_megabytes(DEMO_WEIGHTS.size),
            licence=DEMO_WEIGHTS.licence,
        ),
        flush=True,
    )
    try:
        asyncio.run(fetch_all(dirs.models, _draw_progress if sys.stdout.isatty() else None))
    except ChinwagError as error:
        print(f"\n{clean(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n" + _("Stopped; nothing was installed."), file=sys.stderr)
        return 1
    print(
        ("\n" if sys.stdout.isatty() else "")
        + _("The {model} is ready. Start it with: chinwag --local").format(model=_(DEMO_NAME))
    )
    return 0


def show_status(dirs: AppDirs) -> int:
    """Print what is installed and return 0 if the engine can be started."""
    here = status(dirs.models)
    rows = [
        (_("engine"), f"xllamacpp {here.engine}" if here.engine else _("not installed")),
        (_("model"), f"{here.model} ({DEMO_WEIGHTS.title})"),
        (_("file"), str(here.path) if here.size else _("not installed")),
        (_("size"), _megabytes(here.size) if here.size else ""),
        (_("licence"), here.licence),
        (_("source"), here.source),
        (_("state"), here.next_step or _("ready")),
    ]
    for name, value in rows:
        if value:
            print(f"{name:<9} {clean(value)}")
    return 0 if here.ready else 1


def remove(dirs: AppDirs) -> int:
    """Delete the weights."""
    try:
        freed = remove_weights(dirs.models, DEMO_WEIGHTS)
    except ChinwagError as error:
        print(clean(str(error)), file=sys.stderr)
        return 1
    print(
        _("Removed the {model}, {size}.").format(model=_(DEMO_NAME), size=_megabytes(freed))
        if freed
        else _("There was nothing to remove.")
    )
    return 0


def _draw_progress(done: float) -> None:
    full = int(done * _BAR)
    sys.stdout.write(f"\r{'━' * full}{'╌' * (_BAR - full)} {done:4.0%}")
    sys.stdout.flush()


def _megabytes(size: int) -> str:
    return _("{n} MB").format(n=round(size / 1_000_000))
