/**
 * Stands between two processes and stops one of them at a named point: no production code knows
 * that it is tested.
 *
 * <p><b>Parts.</b> {@link dev.kohakku.e2e.proxy.HttpProxy} understands requests and replies, also
 * streamed ones; {@link dev.kohakku.e2e.proxy.BytesProxy} passes bytes of any protocol on and
 * recognizes words in them. Each asks its {@link dev.kohakku.e2e.proxy.Trap}s before it forwards
 * and before it replies.
 */
package dev.kohakku.e2e.proxy;
