#!/usr/bin/env bash
# Runs a command again and again, failing its 1st, 2nd, 3rd … request, until a run goes through without a fault; and judges
# every run.
#
#   sweep.sh [options] -- COMMAND [ARGUMENT...]
#     --library FILE   libfail_nth.so (or FAIL_LIBRARY)
#     --kind KIND      malloc (default), sqlite, write or lock
#     --from           the n-th and all later ones fail
#     --points N       about N runs: the first half one by one, then in growing steps (default 160, or SWEEP_POINTS; 0: every one)
#     --before SCRIPT  shell text run ahead of each run, to put files in order
#     --state SCRIPT   shell text that prints what the command changes
#     --partial        a run that fails may leave any state (an output that is written as it comes)
#     --silent         a run that fails and leaves the state from before has printed nothing: no answer without its receipt
#     --mask SED       applied to outputs and states ahead of comparing (times, numbers of runs)
#
# A run under a fault must end with a documented exit code (0 to 6), never by a signal. If it ends as the clean run does, its
# output and state must be the clean run's: no fault may be swallowed into a wrong answer. If it ends otherwise, it must say why
# on standard error, and the state is the one before or, where the fault struck after the commit, the one after.
# Prints `N passed, N failed`; exit code 1 if any failed.
set -u

library=${FAIL_LIBRARY:-}
kind=malloc
from=
points=${SWEEP_POINTS:-160}
before=:
state=:
mask=
partial=
silent=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    case $1 in
    --library) library=$2; shift ;;
    --kind) kind=$2; shift ;;
    --from) from=1 ;;
    --partial) partial=1 ;;
    --silent) silent=1 ;;
    --points) points=$2; shift ;;
    --before) before=$2; shift ;;
    --state) state=$2; shift ;;
    --mask) mask=$2; shift ;;
    *) echo "sweep.sh: unknown option $1" >&2; exit 2 ;;
    esac
    shift
done
shift
[ -n "$library" ] && [ $# -gt 0 ] || { echo "usage: sweep.sh --library FILE [options] -- COMMAND..." >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# run N: the command with its N-th request failing; 0: none. Leaves out, err, and the exit code in `code`.
run() {
    eval "$before" >/dev/null 2>&1 </dev/null
    rm -f "$work/report"
    timeout -k 5 60 env "LD_PRELOAD=$library" "FAIL_${kind^^}=$1" "FAIL_FROM=${from:-0}" "FAIL_REPORT=$work/report" "${command[@]}" \
        >"$work/out.raw" 2>"$work/err" </dev/null
    code=$?
    sed -E "$mask" "$work/out.raw" >"$work/out"
}

save_state() {
    eval "$state" 2>&1 </dev/null | sed -E "$mask" >"$work/$1"
}

complain() {
    failed=$((failed + 1))
    [ $failed -gt 20 ] && return
    echo "${from:+from }$kind $1 ($(head -n1 "$work/report" 2>/dev/null)): $2: ${command[*]##*/}"
    head -n 5 "$work/err" | sed 's/^/    /'
}

judge() {
    if [ $code -gt 6 ]; then
        complain "$1" "exit code $code"
    elif [ $code -eq $clean ] && ! cmp -s "$work/out" "$work/out.clean"; then
        complain "$1" "exit code as ever, but another output"
    elif [ $code -eq $clean ] && ! cmp -s "$work/state" "$work/state.after"; then
        complain "$1" "exit code as ever, but another state"
    elif [ $code -ne $clean ] && ! [ -s "$work/err" ]; then
        complain "$1" "exit code $code without a message"
    elif [ -z "$partial" ] && ! cmp -s "$work/state" "$work/state.before" && ! cmp -s "$work/state" "$work/state.after"; then
        complain "$1" "exit code $code and a state between before and after"
    elif [ -n "$silent" ] && [ $code -ne $clean ] && [ -s "$work/out" ] && cmp -s "$work/state" "$work/state.before"; then
        complain "$1" "exit code $code and an answer that nothing tells of"
    else
        passed=$((passed + 1))
    fi
}

command=("$@")
eval "$before" >/dev/null 2>&1 </dev/null
save_state state.before
run 0
clean=$code
save_state state.after
cp "$work/out" "$work/out.clean"
if [ $clean -gt 6 ]; then
    echo "${command[*]##*/}: exit code $clean without any fault"
    cat "$work/err"
    echo "0 passed, 1 failed"
    exit 1
fi

n=1
step=1
while :; do
    run $n
    if ! [ -e "$work/report" ]; then
        [ $n -gt 1 ] && break
        echo "${command[*]##*/}: no request was counted"
        failed=$((failed + 1))
        break
    fi
    save_state state
    judge $n
    if [ "$points" -gt 0 ] && [ $n -ge $((points / 2)) ]; then
        # From here in growing steps, so that commands with many requests cost hardly more than those with few.
        step=$((1 + n * (passed + failed) / (points * 10)))
    fi
    n=$((n + step))
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
