#!/usr/bin/env bash
# Where the processor time of a contender's host goes, by perf: bench/profile.sh CONTENDER LOAD [SECONDS]
# for example: bench/profile.sh webrana hot 20. Needs perf (Debian: linux-perf) and the right to use it. Shares of the host's samples, by the code that ran
# (self), then the longest functions. PostgreSQL's and the load generator's parts stand in the benchmark's own table ("cpu µs").
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
contender=${1:?contender} load=${2:?load} seconds=${3:-20}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# Everything compiled here and named where perf looks for it: code compiled beforehand has no names there.
DOTNET_PerfMapEnabled=1 DOTNET_ReadyToRun=0 DOTNET_EnableWriteXorExecute=0 DOTNET_PerfMapShowOptimizationTiers=0 \
  ./webrana bench wallet --rounds 1 --seconds $((seconds + 10)) --pools 16 --contenders "$contender" --loads "$load" >"$out/bench.log" 2>&1 &
bench=$!

host=
until [[ -n $host ]]; do
  kill -0 $bench 2>/dev/null || { cat "$out/bench.log" >&2; exit 1; }
  host=$(pgrep -f 'Webrana.WalletBench.* host .*--contenders' | head -1 || true)
  sleep 1
done
# The benchmark measures its roofs first; then the round begins. Everything is compiled for good by then.
until grep -q '^Roof.*key claimed' "$out/bench.log"; do
  kill -0 $bench 2>/dev/null || { cat "$out/bench.log" >&2; exit 1; }
  sleep 0.5
done
sleep 6
perf record -q -F 499 -p "$host" -o "$out/perf.data" -- sleep "$seconds" >/dev/null 2>&1
perf script -i "$out/perf.data" -F dso,sym,ip 2>/dev/null >"$out/samples"
map=/tmp/perf-$host.map
wait $bench || true

grep -E "^($load) +" "$out/bench.log" || true
awk '
  NF < 2 { next }
  {
    total++
    dso = $NF; gsub(/[()]/, "", dso)
    name = $0; sub(/^ *[0-9a-f]+ /, "", name); sub(/ \([^()]*\)$/, "", name)
    if (dso ~ /kernel/) room = "kernel (sockets, threads, files)"
    else if (dso ~ /libcoreclr|libclrgc|libclrjit/) room = "runtime (collector, stubs, compiler)"
    else if (dso ~ /libssl|libcrypto|OpenSsl/) room = "OpenSSL"
    else if (match(name, /\[[A-Za-z.]+\] /)) {
      room = substr(name, RSTART + 1, RLENGTH - 3) # of the method, not of what it returns
      if (room ~ /^Microsoft\.AspNetCore\.Server|^Microsoft\.AspNetCore\.(Http|Routing|Connections|Hosting)/) room = "ASP.NET Core: server, HTTP, routing"
      else if (room ~ /^Microsoft\.AspNetCore/) room = "ASP.NET Core: the rest"
      else if (room ~ /^Orleans/) room = "Orleans"
      else if (room ~ /^Microsoft\./) room = "Microsoft.Extensions and others"
    }
    else room = "other (libc, stubs)"
    rooms[room]++; names[room ": " name]++
  }
  END {
    for (room in rooms) printf "A %6.1f%%  %s\n", 100 * rooms[room] / total, room
    for (name in names) printf "B %6.1f%%  %s\n", 100 * names[name] / total, name
    printf "S %d samples\n", total
  }' "$out/samples" >"$out/shares"
grep '^S' "$out/shares" | cut -c3-
grep '^A' "$out/shares" | sort -k2 -rn | cut -c3-
echo "longest functions"
grep '^B' "$out/shares" | sort -k2 -rn | cut -c3- | sed -n 1,15p
rm -f "$map"
