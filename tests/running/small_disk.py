"""Whether this machine gives a test a disk of its own, to be filled."""

import shutil
import subprocess


def small_disks():
    done = subprocess.run(["unshare", "-rm", "true"], capture_output=True) if shutil.which("unshare") else None
    return done and done.returncode == 0
