#!/bin/sh
# Keeps the promise that no process outlives the launcher, however the launcher ends.
#
#   guard.sh exec  <run> <name> <command...>   records itself as <name>, then becomes the command
#   guard.sh watch <run> <postgres data>       waits for the end of its input, then sweeps
#   guard.sh sweep <run> <postgres data>       ends what a launcher before this one left behind
#
# <run>/<name>.pid holds a pid, <run>/<name>.began when that process began: a pid that was given to another process since is
# never touched.

mode=$1
run=$2

# Empty for a process that is gone or waits to be reaped.
began() {
    if [ -r "/proc/$1/stat" ]; then
        # After the name in brackets: field 1 is the state, field 20 the start in ticks since the boot.
        set -- $(sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null)
        if [ "${1:-Z}" != Z ]; then
            shift 19
            echo "$(cat /proc/sys/kernel/random/boot_id 2>/dev/null) $1"
        fi
    elif [ ! -d /proc/self ]; then
        ps -o lstart= -p "$1" 2>/dev/null
    fi
}

record() {
    began "$2" >"$run/$1.began"
    echo "$2" >"$run/$1.pid"
}

# Prints the pid of the recorded process while that very process lives.
living() {
    pid=$(cat "$run/$1.pid" 2>/dev/null)
    [ -n "$pid" ] || return 1
    now=$(began "$pid")
    [ -n "$now" ] && [ "$now" = "$(cat "$run/$1.began" 2>/dev/null)" ] && echo "$pid"
}

# Prints the pid of the server on the data directory: pg_ctl starts it, so that it cannot record itself.
living_postgres() {
    pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null)
    [ -n "$pid" ] && [ -n "$(began "$pid")" ] || return 1
    if [ -r "/proc/$pid/cmdline" ]; then
        command=$(tr '\0' ' ' <"/proc/$pid/cmdline")
    else
        command=$(ps -o command= -p "$pid" 2>/dev/null)
    fi
    case $command in
    *postgres*"$data"*) echo "$pid" ;;
    *) return 1 ;;
    esac
}

# Prints the pids of those of the names that live.
all_living() {
    for name; do
        if [ "$name" = postgres ]; then living_postgres; else living "$name"; fi
    done
}

# Signals every living process of the names and waits for their end: 5 s, then by force, and 5 s more.
finish() {
    signal=$1
    shift
    told=' '
    tries=100
    while [ "$tries" -gt 0 ]; do
        left=$(all_living "$@")
        [ -n "$left" ] || return 0
        if [ "$tries" -eq 50 ]; then signal=KILL; told=' '; fi
        for pid in $left; do
            case $told in
            *" $pid "*) ;;
            *) kill -s "$signal" "$pid" 2>/dev/null; told="$told$pid " ;;
            esac
        done
        sleep 0.1
        tries=$((tries - 1))
    done
}

# Prints the names under which services are recorded: how many there are of each was the launcher's choice.
services() {
    for file in "$run"/*.began; do
        name=${file##*/}
        name=${name%.began}
        case $name in
        '*' | guard | postgres | redis) ;;
        *) echo "$name" ;;
        esac
    done
}

sweep() {
    # shellcheck disable=SC2046  # the names are words
    finish TERM $(services)
    finish INT postgres &
    finish TERM redis
    wait
}

case $mode in
exec)
    name=$3
    shift 3
    record "$name" $$
    # Ctrl-C in a terminal goes to the whole process group; the launcher stops its children itself, in order.
    if command -v setsid >/dev/null 2>&1; then exec setsid "$@"; fi
    trap '' INT
    exec "$@"
    ;;
watch)
    data=$3
    trap '' INT HUP TERM QUIT
    record guard $$
    echo watching
    while read -r word; do
        if [ "$word" = done ]; then exit 0; fi
    done
    # More than once: a child that was being started while the launcher died records itself a moment later.
    for pass in 1 2 3 4; do
        sweep
        sleep 0.3
    done
    ;;
sweep)
    data=$3
    # The guard of the launcher before may still be at work and would take our children for its own.
    tries=150
    while living guard >/dev/null && [ "$tries" -gt 0 ]; do
        sleep 0.1
        tries=$((tries - 1))
    done
    finish KILL guard
    sweep
    # A pid file names a living process or does not exist, also where there were more of a service before.
    for name in $(services); do
        living "$name" >/dev/null || rm -f "$run/$name.pid" "$run/$name.began"
    done
    ;;
esac
