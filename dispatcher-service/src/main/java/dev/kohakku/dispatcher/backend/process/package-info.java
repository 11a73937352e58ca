/**
 * Subprocesses of this machine, each in a session and a directory of its own.
 *
 * <p><b>Parts.</b> {@code AttemptDirectory} is all that is known of an attempt, on disk. {@code
 * Launch} starts {@code supervise.sh}, which starts the command, writes who they are, waits, and
 * writes the exit code. {@code ProcessTable} asks the kernel. {@link
 * dev.kohakku.dispatcher.backend.process.ProcessBackend} joins them; {@code ProcessLogs} reads what
 * the command wrote.
 *
 * <p><b>What can go wrong.</b> The dispatcher dies: supervisor and command are in sessions of their
 * own and go on; any dispatcher with the same directory finds them. The supervisor dies: the exit
 * code is lost, which is said so. A process id is used again: start times tell processes apart. The
 * machine restarts: the boot id tells, and the process counts as missing.
 */
@NullMarked
package dev.kohakku.dispatcher.backend.process;

import org.jspecify.annotations.NullMarked;
