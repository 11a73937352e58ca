/**
 * The dispatchers: who they are, who is alive, what each should know.
 *
 * <p><b>Parts.</b> {@code DispatcherApi} (check-in, heartbeat, leave, cordon, drain, list), {@link
 * dev.kohakku.controller.fleet.Dispatchers} (leases and what follows from them), {@code
 * DispatcherStore} (the SQL), {@code HttpProbe} (is the holder of an id still there?), {@code
 * Cordons} (what operators want), {@link dev.kohakku.controller.fleet.DispatcherNudges} (tells a
 * dispatcher something at once), {@link dev.kohakku.controller.fleet.ApiPresence} (could it have
 * been heard?), {@link dev.kohakku.controller.fleet.Silence} (is its silence its own?), {@code
 * AddressProber} (what does it say at its own address?), {@code HearingAlarm}.
 *
 * <p><b>Flow.</b> One row and one lease per dispatcher id, judged by the database's clock. A
 * check-in takes the lease, a heartbeat renews it. The heartbeat's answer is computed from {@code
 * tasks} each time: what is owned and cancelled, what is not owned, what is owned and not named. So
 * a lost answer costs one heartbeat and nothing else.
 *
 * <p><b>What can go wrong.</b> Two processes with one id: the second is refused while the first
 * proves alive. A dispatcher killed and started again need not wait for its old lease: nothing
 * answers for the old process. A dispatcher that was paused and replaced meanwhile is refused when
 * it comes back, its attempts are fenced by their epochs.
 */
@ApplicationModule(allowedDependencies = {"task", "web", "access", "role", "image", "health"})
@NullMarked
package dev.kohakku.controller.fleet;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
