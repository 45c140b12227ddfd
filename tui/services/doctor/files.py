"""Checks of the files: settings, conversations, the embedded engine."""

from __future__ import annotations

from tui.domain.errors import StoreError
from tui.domain.i18n import N_, _, plural
from tui.services.doctor.check import Case, Finding, failure, ok, warning
from tui.store.inspect import count_conversations, inspect_folder, inspect_index

LITTLE_SPACE = 100_000_000
"""Free bytes below which the doctor warns."""

_OTHER_FOLDER = N_("Change its owner or permissions, free some space, or choose another folder with --data-dir.")


async def check_settings(case: Case) -> Finding:
    """Check whether there is a settings file, and whether it is usable."""
    path = case.services.dirs.settings
    if case.services.preferences.problem:
        return failure(
            case.services.preferences.problem, _("Correct {path}; until then the defaults are used.").format(path=path)
        )
    if not path.exists():
        return ok(_("none yet; using defaults"))
    count = plural("{n} gateway", "{n} gateways", len(case.services.preferences.settings.profiles))
    return ok(_("{path}, {gateways}").format(path=path, gateways=count))


async def check_data_folder(case: Case) -> Finding:
    """Write a file into the data folder and remove it."""
    folder = case.services.store.folder
    try:
        state = await folder.run(inspect_folder, folder)
    except StoreError as error:
        return failure(str(error), _(_OTHER_FOLDER))
    space = _("{n:,.1f} GB free").format(n=state.free / 1_000_000_000)
    found = _("{path}, {space}").format(path=folder.path, space=space)
    if state.locked:
        return warning(
            _("Another program holds the lock on {path}.").format(path=folder.path),
            _("Close other chinwag windows and run chinwag doctor again."),
        )
    if state.free < LITTLE_SPACE:
        return warning(found, _("Free some space: replies that cannot be saved are lost when chinwag exits."))
    return ok(found if state.exists else _("{found}; created at the first start").format(found=found))


async def check_index(case: Case) -> Finding:
    """Check whether the index of conversations is usable; otherwise it is rebuilt at the next start."""
    try:
        state = await case.services.store.folder.run(inspect_index, case.services.dirs.cache, case.services.dirs.data)
    except StoreError as error:
        return failure(str(error), _("Check the cache folder, or choose another with --cache-dir."))
    if state == "damaged":
        return warning(_("The index is damaged; the conversations are not."), _("Start chinwag to rebuild the index."))
    return ok(
        {
            "missing": _("none yet; created at the next start"),
            "outdated": _("from another version; rebuilt at the next start"),
        }.get(state, _("healthy"))
    )


async def count_saved(case: Case) -> Finding:
    """Count the conversations without reading them."""
    folder = case.services.store.folder
    try:
        kept = await folder.run(count_conversations, folder)
    except StoreError as error:
        return failure(str(error), _(_OTHER_FOLDER))
    found = [_("{n} saved").format(n=kept.saved)]
    if kept.trashed:
        found.append(_("{n} in the trash").format(n=kept.trashed))
    if kept.damaged:
        found.append(plural("{n} copy of a damaged file", "{n} copies of damaged files", kept.damaged))
    return ok(", ".join(found))


async def check_engine(case: Case) -> Finding:
    """Check whether the embedded engine could be started, without starting it."""
    here = await case.services.local.status()
    if here.ready:
        return ok(_("ready: {model}, xllamacpp {version}").format(model=here.model, version=here.engine))
    if case.profile is not None and not case.profile.is_local:
        return ok(_("not installed, and only needed without a gateway"))
    found = _("The embedded engine is not ready.")
    return (warning if case.profile is None else failure)(found, here.next_step)
