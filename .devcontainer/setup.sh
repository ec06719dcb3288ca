#!/usr/bin/env bash
# What the container needs besides .NET and Node: a browser for the tests of the pages, and the storage emulator and Functions host.
set -euo pipefail
cd "$(dirname "$0")/.."

sudo apt-get update
sudo apt-get install --yes --no-install-recommends chromium zip
npm install --global azurite@3 azure-functions-core-tools@4 --unsafe-perm true
dotnet restore MeterFunctions.sln
