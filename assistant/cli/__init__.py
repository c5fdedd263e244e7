"""The command line. Only here is anything printed, and only here are arguments and environment read."""
