"""Many reports and answers from one file, at a known price; what was paid for once is never asked again.

The way of the data: ``spec`` (the file) → ``jobs`` (one a report or answer) → ``running`` (a ``crew`` that takes each
through ``work``, with a model whose ``replies`` are kept and bounded by a ``budget``) → ``saving``. ``estimate`` and
``remote`` (OpenAI's Batch API) go the same way with a model that writes down what it would be asked (``recording``).
"""
