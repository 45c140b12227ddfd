"""The transcript: all messages of a conversation, however many, of which a few are on the screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from textual import events, on
from textual.geometry import Offset, Region, Size
from textual.layout import Layout
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection as ScreenSelection
from textual.strip import Strip
from textual.theme import Theme
from textual.widget import Widget

from tui.domain.chat import ChatMessage, Role
from tui.rendering.message_renderer import PriceOf
from tui.rendering.note import Note
from tui.rendering.palette import COMPONENT_CLASSES
from tui.widgets.transcript.arriving_reply import ArrivingReply, FollowMode
from tui.widgets.transcript.canvas import Canvas
from tui.widgets.transcript.cursor import Cursor
from tui.widgets.transcript.entry import Entry, Prepared
from tui.widgets.transcript.find import Find
from tui.widgets.transcript.find_query import SearchResults
from tui.widgets.transcript.folding import Folding
from tui.widgets.transcript.headers import Headers
from tui.widgets.transcript.host import WidgetHost
from tui.widgets.transcript.jump import Jump
from tui.widgets.transcript.labels import Labels
from tui.widgets.transcript.message_list import Change, MessageList
from tui.widgets.transcript.message_view import MessageView
from tui.widgets.transcript.overlays import Overlays
from tui.widgets.transcript.pill import Pill
from tui.widgets.transcript.selection import Selection
from tui.widgets.transcript.view_pool import InView, ViewPool
from tui.widgets.transcript.viewport import Viewport

_IDLE_AFTER = 0.5
"""Seconds after the first paint."""


class Transcript(ScrollView, can_focus=False):
    """Shows what was said, and the reply that is being written.

    Values come down by calls, to the transcript and to the parts it has; messages go up. It never takes the focus: the
    screen binds the keys. The style sheet gives colours to its component classes, but no padding, border or opacity.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES = COMPONENT_CLASSES
    DEFAULT_CSS = """
    Transcript { height: 1fr; overflow: hidden scroll; scrollbar-size-vertical: 1; }
    """

    @dataclass
    class FindUpdated(Message):
        """More is known of what is looked for, or another match is shown; or nothing is looked for any more."""

        transcript: Transcript
        results: SearchResults

        @property
        def control(self) -> Transcript:
            return self.transcript

    @dataclass
    class TextSelected(Message):
        """Text has been selected. The screen's own event may come before the last moves of the mouse are dealt with."""

        transcript: Transcript

        @property
        def control(self) -> Transcript:
            return self.transcript

    def __init__(
        self,
        *,
        follow: FollowMode = "page",
        stop_key: str = "esc",
        follow_key: str = "ctrl+end",
        price_of: PriceOf | None = None,
        now: Callable[[], float] = time.monotonic,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.messages = MessageList()
        self.headers = Headers(self.messages, price_of)
        self.viewport = Viewport(self.messages, now)
        self.viewport.listen(self._view_moved)
        self.pool = ViewPool(self.messages, self.viewport, self)
        host = WidgetHost(
            self,
            repaint=self.pool.repaint,
            ensure_styled=lambda: self.canvas.ensure_styled(),
            report=lambda results: self.post_message(self.FindUpdated(self, results)),
        )
        overlays = Overlays(self.pool.repaint)
        self.selection = Selection(self.messages, self.viewport, host)
        self.folding = Folding(self.messages, self.viewport)
        self.cursor = Cursor(self.messages, self.viewport)
        self.jump = Jump(self.messages, self.viewport, self.folding, self.cursor)
        self.labels = Labels(self.messages, self.viewport, overlays)
        self.find = Find(self.messages, self.viewport, self.folding, overlays, host)
        self.live = ArrivingReply(self.messages, self.viewport, host, now=now, stop_key=stop_key, follow=follow)
        self.canvas = Canvas(self.messages, self.headers, overlays, self.selection, self)
        self._in_view = InView(lambda: self.pool.placed, self._overlay)
        self._pill = Pill(follow_key, stop_key)
        self._more = False
        self._unread = False
        for part in (self.canvas, self.selection, self.viewport, self.find, self.live):  # each rests on those before
            self.messages.listen(part.messages_changed)
        self.messages.listen(self._messages_changed)

    # What is shown

    def show(self, messages: Sequence[ChatMessage], notes: Mapping[str, Note], *, at: str | None = None) -> None:
        """Show these messages instead of all others: their end, or message `at` at the top."""
        self.messages.replace(messages, notes)
        self.viewport.open(at)

    def show_prepared(self, prepared: Prepared, *, at: str | None = None) -> None:
        """Show messages that were made ready instead of all others."""
        self.messages.replace_prepared(prepared)
        self.viewport.open(at)

    def renew(self, messages: Sequence[ChatMessage], notes: Mapping[str, Note]) -> None:
        """Show these messages instead, the live one among them; what is in view and stays is left where it is.

        The cursor stays on its message, or is taken away with it.
        """
        self.viewport.keep({message.id for message in messages})
        self.messages.renew(messages, notes)

    def add(self, message: ChatMessage, note: Note | None = None) -> None:
        """Add a message at the end. A question goes to the top of the view, which leaves room for the reply."""
        stays_at_end = self.viewport.is_at_end and self.viewport.pinned is None
        self.messages.append(Entry(message, note))
        if message.role is Role.USER:
            self.live.ask(message.id)
        elif stays_at_end:
            self.viewport.to_end()
        else:
            self.viewport.restore_anchor()

    def update(self, message: ChatMessage, note: Note | None = None) -> None:
        """Draw a message again, with this note or none. Nothing happens for one that is not shown, or is live."""
        if self.messages.position(message.id) not in (None, self.messages.live_index):
            self.messages.put(message, note)

    def remove_from(self, message_id: str) -> None:
        """Take this message and all after it away."""
        index = self.messages.position(message_id)
        if index is not None:
            self.messages.truncate(index)

    def put_before(self, earlier: Prepared) -> None:
        """Put messages before all that are shown; what is in view stays where it is."""
        if earlier.entries:
            self.messages.prepend(earlier)

    def follow(self) -> None:
        """Go to the end, and with it as long as the reply grows and nobody scrolls."""
        if self.messages.live is not None:
            self.viewport.follow_end()
        else:
            self.viewport.release()
            self.viewport.to_end()

    # What is on the screen

    def _messages_changed(self, change: Change) -> None:
        """Paint again what a change has made look different, after all parts have followed it."""
        if change.kind == "replaced" or (change.kind == "moved" and self.messages.live is None):
            self._unread = False
        if change.kind == "grown":
            self.pool.repaint_rows(self.messages.id_at(self.messages.live_index), change.rows)
        elif change.kind in ("changed", "header") and change.index is not None:
            self.pool.repaint(self.messages.id_at(change.index))
        elif change.kind != "added":
            self.pool.repaint()

    def _view_moved(self, by_reader: bool) -> None:
        """Show what is in view now: the scrollbar, the views, and the line that says what is below."""
        self._sync_virtual_size()
        top = self.viewport.top
        if top != self.scroll_y:
            for position in (Widget.scroll_y, Widget.scroll_target_y):
                self.set_reactive(position, float(top))
            self.vertical_scrollbar.position = top
        self.pool.place()
        below, is_arriving = self.viewport.rows_below > 1, self.messages.live is not None
        self._unread = is_arriving or (self._unread and below)
        self._pill.tell(is_arriving=is_arriving)
        if self._more != (below and self._unread):
            self._more = not self._more
            self.pool.rearrange()

    def _sync_virtual_size(self) -> None:
        """Tell the scrollbar how much there is. Setting the size the usual way would lay out the whole screen."""
        rows, width = self.viewport.rows, self.size.width
        if rows != self.virtual_size.height or self.virtual_size.width != width:
            self.set_reactive(Widget.virtual_size, Size(width, rows))
            self.vertical_scrollbar.window_virtual_size = rows

    def _overlay(self, size: Size) -> tuple[Widget, Region] | None:
        return (self._pill, Region(0, size.height - 1, size.width, 1)) if self._more and size.height > 1 else None

    # What Textual asks for, and tells

    @property
    def is_container(self) -> bool:
        return True

    @property
    def layout(self) -> Layout:
        """Its own: the style sheet has no say in it."""
        return self._in_view

    def render_lines(self, crop: Region) -> list[Strip]:
        return [self.canvas.blank(crop.width)] * crop.height

    def scroll_to(
        self, x: float | None = None, y: float | None = None, *, animate: bool = True, **options: object
    ) -> None:
        """Scroll without animation: that would work with heights which measuring has made wrong."""
        super().scroll_to(x, y, animate=False, force=bool(options.get("force")))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.position = new_value
        self.viewport.scroll_to(new_value)

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)
        self.set_timer(_IDLE_AFTER, self._fill_pool)  # unless it is laid out, and so wanted, before

    async def _fill_pool(self) -> None:
        await self.pool.fill(self.canvas, self._pill)

    def on_resize(self) -> None:
        width, height = self.scrollable_content_region.width, self.size.height
        if width < 1 or height < 1:
            return
        share = self.viewport.share_above
        rewraps = self.messages.width != width
        if rewraps:
            self.canvas.restyle(width)
        self.viewport.resize(height, share if rewraps else None)
        self.pool.repaint()
        self.call_after_refresh(self._fill_pool)
        self.find.look_again()  # the rows of another width have their tables broken in other places

    def _theme_changed(self, theme: Theme) -> None:
        self.canvas.recolour()
        self.refresh()

    # What the mouse does

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin what may become a drag."""
        self.selection.end_drag()
        if event.button == 1 and self._is_on_messages(event):
            self.selection.press(self._in_lines(event))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select up to the pointer; a button released outside of the terminal ends the drag."""
        if event.button == 1:
            self.selection.drag_to(self._in_lines(event))
        else:
            self.selection.end_drag()

    def on_mouse_up(self) -> None:
        """Report what a drag has selected."""
        if self.selection.let_go():
            self.post_message(self.TextSelected(self))

    def on_click(self, event: events.Click) -> None:
        """Select a word on a double click, a paragraph or a line of code on a triple click."""
        if event.chain not in (2, 3) or not self._is_on_messages(event):
            return
        select = self.selection.select_word if event.chain == 2 else self.selection.select_paragraph
        select(self._in_lines(event))
        if self.selection.exists:
            self.post_message(self.TextSelected(self))

    def get_selection(self, selection: ScreenSelection) -> tuple[str, str] | None:
        text = self.selection.text
        return None if text is None else (text, "\n")

    def selection_updated(self, selection: ScreenSelection | None) -> None:
        """Follow the screen, which drops the selection on a click, on escape, or for one elsewhere."""
        if self not in self.screen.selections:
            self.selection.clear()

    def _is_on_messages(self, event: events.MouseEvent) -> bool:
        """Not on the scrollbar, nor on what lies over the messages. A press does not name its widget."""
        widget, _region = self.screen.get_widget_at(event.screen_x, event.screen_y)
        return widget is self or isinstance(widget, MessageView)

    def _in_lines(self, event: events.MouseEvent) -> Offset:
        return event.screen_offset - self.region.offset

    @on(MessageView.FoldPressed)
    def _fold_pressed(self, event: MessageView.FoldPressed) -> None:
        event.stop()
        if not self.selection.exists:  # the end of a selection is not meant
            self.folding.press(event.message_id, event.what)

    @on(Pill.Pressed)
    def _pill_pressed(self, event: Pill.Pressed) -> None:
        event.stop()
        self.follow()
