"""Many reports and answers from one file, at a known price; what was paid for once is never asked again.

The way of the data: ``spec`` (the file, and the jobs that it makes of a library) → ``pipeline`` (each job with its
model, its key and the limits) → ``runner`` (jobs at work, several at once) → ``job`` (a report or answer → its files).
Models are asked through ``replies`` and ``sources``: a reply is kept word for word, and bounded by a ``budget``;
``state`` is what a batch keeps beside its files. ``estimate`` and ``openai_batch`` go the same way with a source that
asks nobody and writes down what would be asked.
"""
