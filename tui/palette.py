"""The commands in Textual's command palette."""

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.commands import COMMANDS, Command


class Commands(Provider):
    """Finds commands by their name and by what they do; ``App.COMMANDS = {Commands}`` offers them."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for command in self._offered():
            yield DiscoveryHit(_title(command), partial(self._run, command), help=command.help)

    async def search(self, query: str) -> Hits:
        """Those that fit, the best first."""
        matcher = self.matcher(query)
        for command in self._offered():
            text = f"{_title(command)} {command.help}"
            score = matcher.match(text)
            if score > 0:
                yield Hit(score, matcher.highlight(_title(command)), partial(self._run, command), help=command.help)

    def _offered(self) -> list[Command]:
        """The commands that the screen can do, over which the palette was opened."""
        return [
            command
            for command in COMMANDS
            for place, action in [command.action.split(".")]
            if hasattr(self.app if place == "app" else self.screen, f"action_{action}")
        ]

    async def _run(self, command: Command) -> None:
        """Do it, with nothing behind its name."""
        await self.screen.run_action(f"{command.action}('')" if command.operand else command.action)


def _title(command: Command) -> str:
    return command.name.capitalize()
