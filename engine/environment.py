"""The environment that a Pulumi command of this project runs in."""

import os
from collections.abc import Mapping
from pathlib import Path

from engine.random_plugin import uses_stand_in
from engine.toolchain import Toolchain

# The virtual environment decides which Python runs; these would decide otherwise.
_DROPPED = ("PULUMI_PYTHON_CMD", "PYTHONHOME")


def file_backend(folder: Path) -> str:
    """Return the URL of a backend that keeps the state in a folder.

    Args:
        folder: The folder; it must exist when Pulumi uses it.

    Returns:
        The URL. The engine would also write a file of attributes beside the state, in place: once killed while it does,
        it cannot load the state any more ("failed to load checkpoint: EOF"). Nothing needs them, so none are written.
    """
    return f"{folder.absolute().as_uri()}?metadata=skip"


def pulumi_environment(
    project_dir: Path,
    toolchain: Toolchain,
    *,
    home: Path,
    backend_url: str,
    passphrase: str | None = None,
    base: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """Return the environment of a Pulumi command that leaves the user's own Pulumi login alone.

    Args:
        project_dir: The project's folder, with the virtual environment ``.venv`` in it.
        toolchain: The engine to use.
        home: PULUMI_HOME: plugins, logs and credentials of this project only.
        backend_url: Where the state is, such as ``file:///…``. Given this way no ``pulumi login`` is needed.
        passphrase: What the stack's secrets are encrypted with; if not given, the user's own setting stays.
        base: The environment to start from.

    Returns:
        The environment.
    """
    venv = project_dir.absolute() / ".venv"
    env = {name: value for name, value in base.items() if name not in _DROPPED}
    # .venv first: the language host may take the python of PATH whatever `virtualenv` in Pulumi.yaml says.
    env["PATH"] = os.pathsep.join([str(venv / "bin"), str(toolchain.bin_dir), base.get("PATH", os.defpath)])
    env["VIRTUAL_ENV"] = str(venv)
    env["PULUMI_HOME"] = str(home.absolute())
    env["PULUMI_BACKEND_URL"] = backend_url
    env["PULUMI_SKIP_UPDATE_CHECK"] = "true"
    # At every command the engine lists the packages with pip, which would also look for a newer pip.
    env["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    # Refresh and destroy run with today's settings, not with those recorded in the state.
    env["PULUMI_RUN_PROGRAM"] = "true"
    if passphrase is not None:
        env["PULUMI_CONFIG_PASSPHRASE"] = passphrase
        env.pop("PULUMI_CONFIG_PASSPHRASE_FILE", None)
    if uses_stand_in(home):
        # There is no way to the plugin hosts from here: each try would cost seconds and end in nothing.
        env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
    return env
