"""Who writes each report and answer of a batch."""

from collections.abc import Callable

from pydantic import ValidationError

from assistant.answer.chain_answering import Chain
from assistant.answer.factory import chain_from
from assistant.batch.spec import Item
from assistant.settings import Settings
from store.errors import InputError
from store.library import Library


class Chains:
    """Models by what an item says of them, each made once; what it does not say is that of the settings.

    Args:
        library: What may be cited.
        chat: Who answers questions where an item names nobody.
        writer: Gives who writes reports then.
        settings: Of the two roles.
    """

    def __init__(
        self, library: Library, chat: Chain | None, writer: Callable[[], Chain | None], settings: Settings | None
    ) -> None:
        self.library = library
        self._chat = chat
        self._writer = writer
        self._settings = settings or Settings()
        self._made: dict[tuple[bool, str | None, str | None, str | None], Chain | None] = {}

    def of(self, item: Item) -> Chain | None:
        """The model of an item, None where it is to be quoted.

        Raises:
            InputError: It is not named in full, or its key or its package is missing.
        """
        if item.model is None and item.base_url is None:
            return self._writer() if item.report else self._chat
        named = (item.report is not None, item.model, item.base_url, item.api_key_env)
        if named not in self._made:
            self._made[named] = self._connected(item) if item.model != "" else None
        return self._made[named]

    def _connected(self, item: Item) -> Chain | None:
        role = self._settings.report if item.report else self._settings.chat
        # A key stays with its address, a context with its model.
        told = {"model": item.model or role.model, "base_url": item.base_url, "api_key_env": item.api_key_env or ""}
        try:
            chosen = type(role)(**{**role.model_dump(), **told, "context": role.context if not item.model else None})
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)[0]["loc"][0]
            allowed = type(role).model_fields[str(wrong)].description
        else:
            return chain_from(self.library, self._settings.model_copy(update={"chat": chosen}))
        raise InputError(f"The {wrong} of a model in the batch is not allowed.", f"Allowed: {allowed}.")
