"""The exit codes, as the help lists them."""

DONE, ERROR = 0, 1
# As argparse has it.
USAGE = 2
NO_ANSWER, UNFINISHED = 3, 4
# 128 + the number of a signal, as shells have them: SIGINT and SIGPIPE.
STOPPED, PIPE_CLOSED = 130, 141
