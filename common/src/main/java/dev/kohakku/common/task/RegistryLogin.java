package dev.kohakku.common.task;

/**
 * What an image registry asks for before it hands out a private image. For the pull only: never in
 * a brief, a log, a label or a container's environment.
 *
 * @param username the account
 * @param password its password or token
 */
public record RegistryLogin(String username, String password) {

    /** Leaves out the password. */
    @Override
    public String toString() {
        return "RegistryLogin[username=" + username + "]";
    }
}
