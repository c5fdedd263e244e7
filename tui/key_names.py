"""Keys as people write them."""

from textual.keys import format_key

_KEY_NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "delete": "Del",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "space": "Space",
    "tab": "Tab",
    "home": "Home",
    "end": "End",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "backspace": "Backspace",
    "insert": "Ins",
}


def key_names(keys: str) -> str:
    """Return keys with commas between them, as Textual names them, in words: "f5,ctrl+r" is "F5, Ctrl+R"."""
    return ", ".join(dict.fromkeys(_name_key(key.strip()) for key in keys.split(",") if key.strip()))


def _name_key(key: str) -> str:
    *modifiers, last = key.split("+") if key != "+" else [key]
    letter = last.removeprefix("upper_").upper() if last.startswith("upper_") else last
    name = _KEY_NAMES.get(last) or (last.upper() if _is_function(last) else format_key(letter))
    if modifiers and len(name) == 1:
        name = name.upper()
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])


def _is_function(key: str) -> bool:
    return key[0] == "f" and key[1:].isdecimal()
