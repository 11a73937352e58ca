# Supervises one command. Arguments: directory, paths of setsid, mv and sleep, then the command.
# Uses shell builtins beside those three: PATH is the command's, not ours.
directory=$1 setsid=$2 mv=$3 sleep=$4
shift 4

# The lock: a second supervisor of the same attempt goes away.
( set -C; : >"$directory/supervised" ) 2>/dev/null || exit 0

# Handlers, not "ignore": handlers are not inherited by the command.
trap : TERM INT HUP

"$setsid" "$@" </dev/null >>"$directory/stdout" 2>>"$directory/stderr" &
command=$!

# Field 22 of stat is the start time; the name before the last ")" may hold anything.
read -r stat <"/proc/$command/stat" || stat=
set -- ${stat##*) }
command_start=${20:-0}
read -r stat <"/proc/$$/stat"
set -- ${stat##*) }
read -r boot </proc/sys/kernel/random/boot_id
echo "$command $command_start $$ ${20} $boot" >"$directory/identity.new"
"$mv" "$directory/identity.new" "$directory/identity"

# A signal ends a wait early, with a code over 128, while the command lives on.
while :; do
    wait "$command"
    code=$?
    kill -0 "$command" 2>/dev/null || break
done

# Sets groups to those with live processes in the command's session, each as an operand of kill.
find_groups() {
    groups=
    # Once all are gone the id is free; a leader that began at another time is somebody else's.
    if read -r stat <"/proc/$command/stat"; then
        set -- ${stat##*) }
        [ "${20}" = "$command_start" ] || return
    fi
    for file in /proc/[0-9]*/stat; do
        read -r stat <"$file" || continue
        # Fields 3, 5, 6 and 22 of stat: state, group, session and start time.
        set -- ${stat##*) }
        [ "$4" = "$command" ] && [ "${20}" -ge "$command_start" ] || continue
        case $1 in
        Z | X) ;;
        *)
            case " $groups " in
            *" -$3 "*) ;;
            *) groups="$groups -$3" ;;
            esac
            ;;
        esac
    done
}

# The end of the command is the end of all it left in its session, in whichever groups.
find_groups
while [ -n "$groups" ]; do
    kill -KILL $groups
    "$sleep" 0.05 || "$sleep" 1
    find_groups
done
echo "$code" >"$directory/exit.new"
"$mv" "$directory/exit.new" "$directory/exit"
