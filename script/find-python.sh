# Sourced by the scripts beside it: leaves in $python the first Python that is new enough.
python=
for candidate in "${OPENPRACTICE_PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14 python; do
  [ -n "$candidate" ] || continue
  # Running it is the only sure test: a name on PATH may be a shim for a version that is not there.
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  found=$(python3 --version 2>/dev/null || echo "no Python at all")
  echo "Open Practice needs Python 3.11 or newer; this machine has $found." >&2
  echo "Install one (python.org/downloads, or: sudo apt install python3 python3-venv) and run this again," >&2
  echo "or name it: OPENPRACTICE_PYTHON=/path/to/python3.11 $0" >&2
  exit 1
fi
