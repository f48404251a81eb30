#!/usr/bin/env bash
# The serving benchmark with its peer, FastAPI and PyTorch of Debian, which are installed where they are missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if ! /usr/bin/python3 -c 'import fastapi, numpy, PIL, torch, uvicorn' 2> /dev/null; then
  packages=(python3-fastapi python3-numpy python3-pil python3-torch python3-uvicorn)
  if [[ $EUID -eq 0 ]]; then
    apt-get update && apt-get install --yes "${packages[@]}"
  else
    sudo apt-get update && sudo apt-get install --yes "${packages[@]}"
  fi
fi

exec dotnet run -c Release --project tests/GenreCloud.Benchmarks -- serve --python /usr/bin/python3 "$@"
