#!/usr/bin/env bash
# Installs the build into a folder of its own and uses it from outside: the program, the headers one by one, a host program through pkg-config
# and through the CMake package, shared and static. The installed tree is moved once, since a package may be unpacked anywhere.
#
#   install.sh BUILD SOURCE COMPILER         prints `N passed, N failed`; exit code 1 if any failed
set -u
build=$(realpath "$1")
source=$(realpath "$2")
compiler=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
passed=0
failed=0
try() { # WHAT COMMAND...
    local what=$1
    shift
    if "$@" >"$folder/log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $what"
        tail -n 15 "$folder/log"
    fi
}
says() { # TEXT COMMAND...
    local text=$1
    shift
    "$@" | tee /dev/stderr | grep -qxF -- "$text"
}

try "cmake --install" cmake --install "$build" --prefix "$folder/first"
mv "$folder/first" "$folder/moved"
prefix=$folder/moved
library=$(dirname "$(find "$prefix" -name libmou.a)")
mou=$prefix/bin/mou
version=$(sed -nE 's/^project\(mou VERSION ([0-9.]+).*/\1/p' "$source/CMakeLists.txt")

try "mou --version" says "mou $version" "$mou" --version
try "soname" bash -c 'readelf -d "$1" | grep -q "SONAME.*\[libmou.so.${2%%.*}\]"' - "$library/libmou.so" "$version"
try "version of the shared library" test -f "$library/libmou.so.$version"
try "rule library" test -f "$prefix/share/mou/rules/基础词表.mou"
echo '规则包 只在安装处 版本 "1.0.0"' >"$prefix/share/mou/rules/只在安装处.mou"
echo '引用 只在安装处' >"$folder/uses.mou"
try "the program finds the library beside it" "$mou" check "$folder/uses.mou"
for header in "$prefix"/include/mou/*.h; do
    echo "#include <mou/$(basename "$header")>" >"$folder/alone.c"
    try "$(basename "$header") alone" "$compiler" -std=c17 -Wall -Wextra -Wpedantic -Werror -I"$prefix/include" -fsyntax-only "$folder/alone.c"
done

cp -r "$source/tests/fault/small" "$folder/small"
try "mou init" "$mou" init "$folder/a.db" --pack "$folder/small"
# The module that prints is found from where the program lies; without it all else works, and what is missing is said.
try "data for a notice" bash -c '"$1" import -q "$2/a.db" --as 主体 "$2/small/units.csv" && "$1" import -q "$2/a.db" --as 行政处罚 "$2/small/penalties.csv" && "$1" run -q "$2/a.db" --as-of 2024-06-01' - "$mou" "$folder"
notice=("$mou" notice print "$folder/a.db" 1 --actor 甲 --on 2024-06-03)
try "a notice as PDF" "${notice[@]}" -o "$folder/a.pdf"
try "which is one" bash -c 'head -c 4 "$1" | grep -qx %PDF' - "$folder/a.pdf"
mv "$library/mou" "$folder/elsewhere"
try "a PDF without the module" bash -c '"$@" 2>&1 | grep -q 没有装好排版部件' - "${notice[@]}" --lang zh -o "$folder/b.pdf"
try "which leaves no file" test ! -e "$folder/b.pdf"
try "a text without it" "${notice[@]}" -o "$folder/a.txt"
echo nothing >"$folder/none" && mkdir "$library/mou" && cp "$folder/none" "$library/mou/libmou-print.so"
try "a module that is none" bash -c '"$@" 2>&1 | grep -q "没有装好排版部件.*libmou-print.so"' - "${notice[@]}" --lang zh -o "$folder/b.pdf"
rm -r "$library/mou" && mv "$folder/elsewhere" "$library/mou"
measures=$(grep -cE '^(惩戒|激励) ' "$folder/small/备忘录.mou")
export PKG_CONFIG_PATH=$library/pkgconfig
consumer=$source/tests/install/consumer
flags=$(pkg-config --cflags --libs mou)
try "pkg-config, shared" "$compiler" -o "$folder/shared" "$consumer/consumer.c" $flags
try "run, pkg-config, shared" says "$measures measures" env LD_LIBRARY_PATH="$library" "$folder/shared" "$folder/a.db"
flags="$(pkg-config --cflags mou) $library/libmou.a $(pkg-config --static --libs-only-l mou | sed 's/-lmou //')"
try "pkg-config, static" "$compiler" -o "$folder/static" "$consumer/consumer.c" $flags
try "run, pkg-config, static" says "$measures measures" "$folder/static" "$folder/a.db"
try "find_package" cmake -G Ninja -S "$consumer" -B "$folder/consumer" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$compiler"
try "build with the CMake package" cmake --build "$folder/consumer"
for kind in shared static; do
    try "run, CMake package, $kind" says "$measures measures" "$folder/consumer/consumer_$kind" "$folder/a.db"
done

# The program of the manual, as its two pages have it.
program_of() { sed -n '/^```c$/,/^```$/{/^```/!p}' "$source/docs/manual/$1/embedding.md"; }
program_of zh >"$folder/lookup.c"
program_of en >"$folder/lookup-en.c"
try "the manual's program is the same in both languages" cmp "$folder/lookup.c" "$folder/lookup-en.c"
try "the manual's program compiles" "$compiler" -std=c17 -Wall -Wextra -Wpedantic -Werror -o "$folder/lookup" "$folder/lookup.c" $(pkg-config --cflags --libs mou)
for target in 主体:units 行政处罚:penalties; do
    try "import ${target%:*}" "$mou" import "$folder/a.db" --as "${target%:*}" "$folder/small/${target#*:}.csv"
done
looks_up() {
    env LD_LIBRARY_PATH="$library" "$folder/lookup" "$folder/a.db" 91445202MA5K2P3Q56 2024-06-01 >"$folder/said" || return 1
    "$mou" query --json "$folder/a.db" 91445202MA5K2P3Q56 --as-of 2024-06-01 >"$folder/wanted" || return 1
    [ -s "$folder/said" ] && diff <(sed -E 's/, "missing".*//' "$folder/said") <(sed -E 's/, "missing".*//' "$folder/wanted") # behind it mou tells of the measure's state, too
}
try "the manual's program says what mou query says" looks_up
receipts=$(sqlite3 "$folder/a.db" "SELECT count(*) FROM ledger WHERE kind = 'lookup'" 2>/dev/null)
try "both left their receipts" test "$receipts" = 2
try "mou verify" "$mou" verify "$folder/a.db"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
