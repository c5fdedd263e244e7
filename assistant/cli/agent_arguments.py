"""The arguments of the commands that are for agents. Imports nothing but argparse, as ``arguments`` does."""

import argparse
from argparse import ArgumentParser

from assistant.cli.arguments import add_judge_options, add_model_options, add_retracted_option, parse_port
from assistant.phrases import STRICT


def declare_mcp(parser: ArgumentParser) -> None:
    """Declare the arguments of ``mcp``."""
    parser.add_argument("--http", metavar="PORT", type=parse_port, help="serve HTTP on this port of 127.0.0.1 instead")
    parser.add_argument("--write", action="store_true", help="let agents fetch papers and save reports, too")
    parser.add_argument(
        "--strict",
        action=argparse.BooleanOptionalAction,
        help=f"{STRICT}, or not (no)",
    )
    add_retracted_option(parser)
    add_model_options(parser)
    add_judge_options(parser)


def declare_skill(parser: ArgumentParser) -> None:
    """Declare the arguments of ``skill``."""
    parser.add_argument("folder", metavar="DIR", nargs="?", default="", help="where the folder conspectus is made (.)")
    parser.add_argument("--replace", action="store_true", help="write over one that is there")
