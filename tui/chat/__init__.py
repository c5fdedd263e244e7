"""The chat: a conversation, its evidence beside it, and what its commands do."""
