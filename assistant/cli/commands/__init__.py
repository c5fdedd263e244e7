"""One module a command, each with ``run(args, out) -> int``, the exit code; imported when it runs and not before."""
