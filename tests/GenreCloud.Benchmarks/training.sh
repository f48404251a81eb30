#!/usr/bin/env bash
# The training benchmark with its peer, Debian's PyTorch, which is installed where it is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if ! /usr/bin/python3 -c 'import torch' 2> /dev/null; then
  if [[ $EUID -eq 0 ]]; then
    apt-get update && apt-get install --yes python3-torch
  else
    sudo apt-get update && sudo apt-get install --yes python3-torch
  fi
fi

exec dotnet run -c Release --project tests/GenreCloud.Benchmarks -- training "$@"
