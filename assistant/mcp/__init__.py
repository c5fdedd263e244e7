"""The agent's door: a server of the Model Context Protocol, which lends the library to an agent as tools.

``cli`` starts it; ``wire`` answers the first message, before the SDK is loaded; ``server`` joins the tools, resources
and prompts to the SDK; ``http`` guards the port. A tool stands in ``tool_table``, its arguments are read by ``tools``,
and ``runs`` does what it is for. Every text of a paper leaves through ``marking``.
"""
