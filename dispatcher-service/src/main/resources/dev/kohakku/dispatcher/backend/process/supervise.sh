# Supervises one command. Arguments: directory, path of setsid, path of mv, then the command.
# Uses shell builtins beside those two: PATH is the command's, not ours.
directory=$1 setsid=$2 mv=$3
shift 3

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

# The end of the command is the end of all it left in its group.
kill -KILL "-$command" 2>/dev/null
echo "$code" >"$directory/exit.new"
"$mv" "$directory/exit.new" "$directory/exit"
