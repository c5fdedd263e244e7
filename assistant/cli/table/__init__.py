"""The commands: one table that feeds the parser, the help and the documentation.

What a user sees of a command, its words and its arguments, stands in one place: a module for each group of commands, in
the order of the help. What runs it is imported when it runs.
"""

from assistant.cli.table import import_commands, paper_commands, question_commands, upkeep_commands
from assistant.cli.table.command_entry import CommandEntry as CommandEntry

COMMANDS = (
    *import_commands.ENTRIES,
    *question_commands.ENTRIES,
    *paper_commands.ENTRIES,
    *upkeep_commands.ENTRIES,
)
