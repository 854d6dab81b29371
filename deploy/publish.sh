#!/usr/bin/env bash
# Publishes every process of docker-compose.yml with the Dockerfile's own commands, each into a folder of its own: what the images would hold.
# To run exactly that where there is no engine, as the sandbox (the environment of the `demo` profile) or under the fault kit:
#   deploy/publish.sh && export WEBRANA_PUBLISHED=$PWD/artifacts/published && ./webrana up
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=${1:-artifacts/published}

for project in src/Silo src/Api src/Web sandbox/DigitalOcean sandbox/Tripay sandbox/Control; do
  rm -rf "${folder:?}/$project"
  dotnet restore "$project" --locked-mode -v quiet -nologo
  dotnet publish "$project" -c Release -o "$folder/$project" --no-restore -v quiet -nologo
  echo "$folder/$project"
done
