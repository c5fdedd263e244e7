"""The chat so far. A few exchanges are mounted at a time, more come while one scrolls: a mounted answer costs 50 ms."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget

from assistant.types import Turn
from store.errors import InputError
from tui.chat.exchange import Exchange
from tui.engine import EVERYTHING, Scope

# Mounting costs about 50 ms an answer (benchmarks/chat.py): six are there within a third of a second.
FIRST = 6
"""Exchanges shown when a session is opened, and more where these do not fill the screen."""
# Chosen by hand; not measured. Each that is mounted slows every key that is pressed.
MOST = 20
"""Exchanges that are mounted at once; only questions that wait may be more."""


class Transcript(VerticalScroll, can_focus=False):
    """Exchanges, oldest first; those that are still open stand at the end."""

    class EndReached(Message):
        """The last exchange is what one looks at."""

    def __init__(self, welcome: Widget) -> None:
        super().__init__(id="transcript")
        self._welcome = welcome
        self._follows = True
        """Whether it stays at its end whatever is written there, till one scrolls away."""
        self._turns: list[Turn] = []
        self._first = 0
        self._moving = False

    def compose(self) -> ComposeResult:
        """Begin with the welcome."""
        yield self._welcome

    def on_mount(self) -> None:
        """Stay at the bottom as an answer grows."""
        self.anchor()

    @property
    def turns(self) -> Sequence[Turn]:
        """All that have ended, oldest first."""
        return self._turns

    @property
    def exchanges(self) -> list[Exchange]:
        """Those that are mounted."""
        return list(self.query_children(Exchange))

    def list_seen(self) -> list[Exchange]:
        """List those whose question is on the screen; where none is, the one that fills it."""
        top, bottom = self.scroll_y, self.scroll_y + self.size.height
        places = [(exchange, exchange.virtual_region) for exchange in self.exchanges]
        begun = [exchange for exchange, region in places if top <= region.y < bottom]
        return begun or [exchange for exchange, region in places if region.y < bottom and region.bottom > top]

    def number_of(self, exchange: Exchange) -> int:
        """Return the number of an ended exchange among all, from 1; 0 for one that is still open."""
        return 0 if exchange.turn is None else self._first + self.exchanges.index(exchange) + 1

    def count_saved(self, exchange: Exchange, saved: Sequence[Turn]) -> int:
        """Count the saved turns up to that of an exchange; either side may have turns that the other lacks.

        Raises:
            InputError: It is still open, or not saved.
        """
        place, is_saved = 0, False
        outcomes = [_outcome_of(turn) for turn in saved]
        for turn in self._turns[: self.number_of(exchange)]:
            is_saved = (outcome := _outcome_of(turn)) in outcomes[place:]
            place = outcomes.index(outcome, place) + 1 if is_saved else place
        if not is_saved:
            raise InputError("This answer is not saved, so nothing can go on from it.", "F5 asks again.")
        return place

    async def show_turns(self, turns: Sequence[Turn]) -> None:
        """Show a session in place of what is there."""
        await self.query_children(Exchange).remove()
        self._turns = list(turns)
        await self._mount_latest()

    async def open_question(
        self, question: str, ignore: tuple[str, ...] = (), waits: bool = False, scope: Scope = EVERYTHING
    ) -> Exchange:
        """Add a question that is still open, some of its conditions not counting perhaps, and go there."""
        await self.go_to_end()
        while self._count_ended() and len(self.exchanges) >= MOST:
            self._first += 1
            await self.exchanges[0].remove()
        exchange = Exchange(question, ignore=ignore, waits=waits, scope=scope)
        self._welcome.display = False
        await self.mount(exchange)
        return exchange

    async def close_question(self, exchange: Exchange, turn: Turn) -> None:
        """Show what came of an open question."""
        await exchange.close(turn)
        self._turns.append(turn)

    async def drop_question(self, exchange: Exchange) -> None:
        """Take an open question away that is not to be answered."""
        await exchange.remove()
        self._welcome.display = not self.exchanges

    async def go_to_turn(self, place: int) -> Exchange | None:
        """Show an ended exchange by its place among all; None where it cannot be mounted because questions are open."""
        if place >= len(self._turns):  # It was one of another session.
            return None
        ended = self._count_ended()
        if not self._first <= place < self._first + ended:
            if ended < len(self.exchanges):
                return None
            await self.query_children(Exchange).remove()
            self._first = max(place - 1, 0)
            shown = self._turns[self._first : self._first + FIRST]
            await self.mount_all([self._build_exchange(turn) for turn in shown], after=self._welcome)
        self.release_anchor()
        exchange = self.exchanges[place - self._first]
        self.call_after_refresh(exchange.scroll_visible, animate=False, top=True)
        return exchange

    def show_beginning(self, exchange: Exchange) -> None:
        """Show an answer from its question on, where it is higher than the screen."""
        self.call_after_refresh(self._scroll_to_beginning, exchange)

    def _scroll_to_beginning(self, exchange: Exchange) -> None:
        if exchange.is_attached and self.is_at_end and _measure_height(exchange) > self.size.height:
            self.release_anchor()
            self.scroll_to_widget(exchange, animate=False, top=True)

    async def go_to_end(self) -> None:
        """Show the last exchange, from wherever the user has scrolled to."""
        if self._has_later:
            await self._mount_latest()
        self._follows = True
        self.anchor()

    def release_anchor(self) -> None:
        """Stay where one scrolled to."""
        self._follows = False
        super().release_anchor()

    @property
    def is_at_end(self) -> bool:
        """Whether the last exchange is what one looks at; what is written just now may be a line further down."""
        return not self._has_later and (self._follows or self.max_scroll_y - self.scroll_y <= 1)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Mount what comes near."""
        super().watch_scroll_y(old_value, new_value)
        if self._has_later:  # Else it would stay at the bottom of what is mounted, whatever comes below.
            self.release_anchor()
        if self.is_at_end:
            self._follows = True
            self.post_message(self.EndReached())
        if not self._moving:
            self._mount_near(-1 if new_value < old_value else 1)

    def scroll_page(self, step: int) -> None:
        """Scroll by a page, up (-1) or down (1)."""
        self.scroll_relative(y=step * max(self.size.height - 2, 1), animate=False)
        self._mount_near(step)

    def _mount_near(self, step: int) -> None:
        near = self.size.height // 2
        if step < 0 and self.scroll_y < near and self._first > 0:
            self.call_next(self._mount_earlier)
        elif step > 0 and self.max_scroll_y - self.scroll_y < near and self._has_later:
            self.call_next(self._mount_later)

    def _mount_nearer(self, step: int) -> None:
        """Mount a further one, unless all that may be mounted is hardly more than the screen."""
        if self.max_scroll_y > self.size.height:
            self._mount_near(step)

    async def _mount_latest(self) -> None:
        await self.remove_children([exchange for exchange in self.exchanges if exchange.turn])
        self._first = max(len(self._turns) - FIRST, 0)
        await self.mount_all([self._build_exchange(turn) for turn in self._turns[self._first :]], after=self._welcome)
        self._welcome.display = not self.exchanges
        self.anchor()
        self.call_after_refresh(self._fill_screen)

    async def _fill_screen(self) -> None:
        """Mount earlier ones until there is something to scroll: nobody could ask for them otherwise."""
        if self._first and self.max_scroll_y <= 0 and len(self.exchanges) < MOST:
            self._first -= 1
            await self.mount(self._build_exchange(self._turns[self._first]), after=self._welcome)
            self.call_after_refresh(self._fill_screen)

    async def _mount_earlier(self) -> None:
        """Mount one above, and drop one below; none while a question is open that would have to be dropped."""
        exchanges = self.exchanges
        is_full = len(exchanges) >= MOST
        if self._moving or self._first == 0 or (is_full and exchanges[-1].turn is None):
            return
        self._moving, height = True, self.virtual_size.height
        if is_full:
            height -= _measure_height(exchanges[-1])
            await exchanges[-1].remove()
        self._first -= 1
        await self.mount(self._build_exchange(self._turns[self._first]), after=self._welcome)
        self.call_after_refresh(self._keep_place, height)

    def _keep_place(self, height: int) -> None:
        """Show what was shown before something was mounted above it."""
        self.scroll_to(y=self.scroll_y + self.virtual_size.height - height, animate=False, immediate=True)
        self._moving = False
        self._mount_nearer(-1)

    async def _mount_later(self) -> None:
        """Mount one below, and drop one above."""
        last, exchanges = self._first + self._count_ended(), self.exchanges
        if self._moving or not self._has_later or not exchanges:
            return
        self._moving = True
        if len(exchanges) >= MOST:
            self.set_scroll(None, self.scroll_y - _measure_height(exchanges[0]))
            self._first += 1
            await exchanges[0].remove()
        await self.mount(self._build_exchange(self._turns[last]), after=self.exchanges[-1])
        self._moving = False
        self.call_after_refresh(self._mount_nearer, 1)

    @property
    def _has_later(self) -> bool:
        return self._first + self._count_ended() < len(self._turns)

    def _count_ended(self) -> int:
        return sum(exchange.turn is not None for exchange in self.exchanges)

    def _build_exchange(self, turn: Turn) -> Exchange:
        return Exchange(turn.question, turn)


def _outcome_of(turn: Turn) -> tuple[str, str]:
    """Return a question and what came of it: the same question may have been asked before, and ended otherwise."""
    return turn.question, turn.answer.text if turn.answer else turn.error


def _measure_height(exchange: Exchange) -> int:
    """Return the rows that go with an exchange."""
    return exchange.outer_size.height + exchange.styles.margin.bottom
