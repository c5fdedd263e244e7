"""The agent's door: a server of the Model Context Protocol, which lends the library to an agent as tools.

``cli`` starts it, ``handshake`` answers the first message before the SDK is loaded, ``server`` joins ``tools``,
``resources`` and ``prompt_list`` to the SDK, ``http`` guards the port. Every text of a paper leaves through
``marking``.
"""
