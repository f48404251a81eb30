#!/usr/bin/env bash
# The security checks, each by its name: who may call, what is limited, what hostile input does (issue 6). Ends with 1 when one of them fails.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

failed=0
for project in ServiceDefaults Inference Audio DatasetImport; do
  echo "== GenreCloud.$project"
  dotnet run -c Release --project "tests/GenreCloud.$project.Tests" -- --filter-trait Category=Security --output Detailed --progress off || failed=1
done

exit "$failed"
