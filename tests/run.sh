#!/usr/bin/env bash
# Builds everything but the app host and runs every test. Ends with one line: N passed, N failed, N skipped.
set -uo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT

dotnet build GenreCloud.slnf -c Release -v quiet --nologo || { echo "The build failed."; exit 1; }

# One test project at a time: they train networks, and share two cores on a small machine. One that hangs fails, and does not keep the others waiting.
dotnet test --solution GenreCloud.slnf -c Release --no-build --max-parallel-test-modules 1 --no-progress --timeout 30m 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

count() { awk -v key="$1:" '$1 == key { n = $2 } END { print n + 0 }' "$log"; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)

# A project that crashed or hung has no failed test of its own.
[ "$failed" -gt 0 ] || failed=$(count error)
if [ $((passed + failed)) -eq 0 ]; then
  echo "No test ran."
  status=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
