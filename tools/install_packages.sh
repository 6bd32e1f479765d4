#!/usr/bin/env bash
# Installs the Debian packages named as arguments that are missing, and says which. Quiet otherwise. Needs root only when something is missing.
set -eu
missing=()
for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
echo "安装软件包 / installing packages: ${missing[*]}" >&2
as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
