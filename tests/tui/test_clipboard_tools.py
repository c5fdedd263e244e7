import pytest

from tui.clipboard import list_tools


@pytest.mark.parametrize(
    ("env", "platform", "names"),
    [
        ({}, "linux", []),
        ({}, "darwin", ["pbcopy"]),
        ({"SSH_TTY": "/dev/pts/1"}, "darwin", []),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "linux", ["wl-copy", "xclip", "xsel"]),
        ({"DISPLAY": "localhost:10.0", "SSH_TTY": "/dev/pts/1"}, "linux", ["xclip", "xsel"]),
        ({"WSL_INTEROP": "/run/WSL/1", "WSL_DISTRO_NAME": "Debian"}, "linux", ["clip.exe"]),
        ({"DISPLAY": "", "WAYLAND_DISPLAY": ""}, "linux", []),
    ],
)
def test_the_environment_tells_which_there_are(env: dict[str, str], platform: str, names: list[str]) -> None:
    assert [tool.name for tool in list_tools(env, platform)] == names
