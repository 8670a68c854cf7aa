"""On which kind of disk a folder lies. Journals and SQLite need one of this machine: others lose what they acknowledge."""

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
# File systems that other machines serve. Their locks, O_APPEND and fsync do not hold what a journal rests on.
# Source: https://sqlite.org/useovernet.html
NETWORK = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|afs|ncpfs|9p|ceph|lustre|beegfs|gpfs|glusterfs|orangefs|ocfs2|gfs2"
    r"|fuse\.(sshfs|glusterfs|s3fs|rclone|gcsfuse|ceph|davfs2?|cephfs|blobfuse2?|juicefs|mount-s3)|davfs2?"
)


def network_disk(path: Path, mounts: Path = MOUNTS) -> str:
    """The kind of network file system that holds the folder, or its nearest parent that is there; "" for none.

    Where the system does not say (other than Linux) it is "".
    """
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    there = path.absolute()
    while not there.exists():
        there = there.parent
    there, best, kind = there.resolve(), -1, ""
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        at = Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[4]))
        # Of two at one place the later one hides the other.
        if there.is_relative_to(at) and len(at.parts) >= best:
            best, kind = len(at.parts), after.split()[0]
    return kind if NETWORK.fullmatch(kind) else ""
