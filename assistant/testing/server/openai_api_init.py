"""The parts of the fake server: HTTP, and each endpoint of OpenAI's interface."""
