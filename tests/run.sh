#!/usr/bin/env bash
# Builds everything but the app host and runs every test. Ends with one line: N passed, N failed, N skipped.
set -uo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT

dotnet build GenreCloud.slnf -c Release -v quiet --nologo || { echo "The build failed."; exit 1; }

# One test project at a time: they train networks, and share two cores on a small machine.
dotnet test --solution GenreCloud.slnf -c Release --no-build --max-parallel-test-modules 1 --no-progress 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

count() { awk -v key="$1:" '$1 == key { n = $2 } END { print n + 0 }' "$log"; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
if [ $((passed + failed)) -eq 0 ]; then
  echo "No test ran."
  status=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
