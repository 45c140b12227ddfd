"""Which clock runs when."""

from __future__ import annotations

from tui.api.patience import Heartbeat, Patience
from tui.domain.settings import Clocks

CLOCKS = Clocks(idle=10, progress_before=100, progress=50, after_finish=2)


class Watch:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def patience() -> tuple[Patience, Watch]:
    watch = Watch()
    return Patience(CLOCKS, 30.0, watch), watch


def test_the_first_byte_has_one_clock_from_the_request_on() -> None:
    clock, watch = patience()
    watch.now += 20
    assert clock.seconds() == 10
    watch.now += 20
    assert clock.seconds() == 0
    assert (clock.failure().kind, clock.failure().retryable) == ("timeout", True)
    assert "30 seconds" in str(clock.failure())


def test_any_byte_sets_the_idle_clock_back() -> None:
    clock, watch = patience()
    for _n in range(9):
        watch.now += 9
        clock.bytes_came()
        assert clock.seconds() == 10
    watch.now += 10
    assert clock.failure().kind == "timeout"


def test_comments_do_not_set_the_progress_clock_back() -> None:
    clock, watch = patience()
    clock.bytes_came()
    watch.now += 95
    clock.bytes_came()
    assert clock.seconds() == 5
    clock.data_came(begun=True)
    watch.now += 45
    clock.bytes_came()
    assert clock.seconds() == 5
    watch.now += 5
    assert clock.seconds() == 0
    assert clock.failure().kind == "stalled"
    assert "keeps the connection open" in str(clock.failure())


def test_silence_after_text_is_a_stall_that_keeps_it() -> None:
    clock, watch = patience()
    clock.bytes_came()
    clock.data_came(begun=True)
    watch.now += 10
    assert clock.failure().kind == "stalled"
    assert "No data for 10 seconds" in str(clock.failure())
    assert "kept" in str(clock.failure())


def test_after_the_finish_reason_the_wait_is_short_and_not_prolonged() -> None:
    clock, watch = patience()
    clock.bytes_came()
    clock.finish_came()
    watch.now += 1.5
    clock.bytes_came()
    clock.finish_came()
    assert clock.seconds() == 0.5
    watch.now += 5
    assert clock.seconds() == 0


def test_a_heartbeat_is_passed_on_at_most_once_a_second() -> None:
    watch, told = Watch(), list[float]()
    heartbeat = Heartbeat(lambda: told.append(watch.now), clock=watch)
    for _n in range(40):
        heartbeat.beat()
        watch.now += 0.125
    assert [at - 1000 for at in told] == [0, 1, 2, 3, 4]
