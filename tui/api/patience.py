"""Timeouts: how long to wait for the next bytes of an answer."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from time import monotonic

from tui.domain.errors import GatewayError
from tui.domain.i18n import _
from tui.domain.settings import Clocks


class Patience:
    """The timeouts of one request.

    Any byte resets the idle clock, only data resets the progress clock: keep-alive comments may come forever.
    """

    def __init__(self, clocks: Clocks, first: float, clock: Callable[[], float] = monotonic) -> None:
        self._clocks = clocks
        self._first = first
        self._clock = clock
        self._started = self._last_data = clock()
        self._finished: float | None = None
        self.heard = False
        """Whether part of the answer's body has come."""
        self.begun = False
        """Whether text or reasoning has come."""

    def seconds(self) -> float:
        """Return the seconds that the next read may take; 0 when the time is up."""
        now = self._clock()
        if self._finished is not None:
            return max(0.0, self._finished + self._clocks.after_finish - now)
        if not self.heard:
            return max(0.0, self._started + self._first - now)
        return max(0.0, min(self._clocks.idle, self._last_data + self._progress - now))

    def bytes_came(self) -> None:
        """Note that part of the answer's body came, even if only a comment."""
        self.heard = True

    def data_came(self, *, begun: bool) -> None:
        """Note that data came; `begun` if there is text or reasoning by now."""
        self._last_data = self._clock()
        self.begun = begun

    def finish_came(self) -> None:
        """Note that the reply is complete except for what may follow its finish reason."""
        if self._finished is None:
            self._finished = self._clock()

    def failure(self) -> GatewayError:
        """Return the failure for the time being up."""
        if not self.heard:
            sentence = _("No response within {n} seconds. Try again.").format(n=_round(self._first))
            return GatewayError("timeout", sentence, retryable=True)
        silent = self._clock() - self._last_data
        if silent >= self._progress:
            sentence = _("The server keeps the connection open, but sent nothing for {n} seconds.")
        else:
            sentence = _("No data for {n} seconds; the connection was closed.")
            silent = self._clocks.idle
        sentence = sentence.format(n=_round(silent))
        if not self.begun:
            return GatewayError("timeout", sentence, retryable=True)
        sentence = _("{sentence} The partial reply was kept.").format(sentence=sentence)
        return GatewayError("stalled", sentence, retryable=True)

    @property
    def _progress(self) -> float:
        return self._clocks.progress if self.begun else self._clocks.progress_before


class Heartbeat:
    """Calls back, at most once in `every` seconds, while a server is alive but has sent no reply yet."""

    def __init__(
        self, on_alive: Callable[[], None] | None, every: float = 1.0, clock: Callable[[], float] = monotonic
    ) -> None:
        self._on_alive = on_alive
        self._every = every
        self._clock = clock
        self._last = -inf

    def beat(self) -> None:
        """Note a sign of life without content."""
        now = self._clock()
        if self._on_alive is not None and now - self._last >= self._every:
            self._last = now
            self._on_alive()


def _round(seconds: float) -> float:
    return round(seconds) if seconds >= 1 else round(seconds, 1)
