package dev.plinth.controller.kubernetes;

/**
 * One sentence of the story an object tells in its events.
 *
 * @param reason CamelCase word a machine may match, such as {@code NodeLost}
 * @param message what a person reads
 * @param warning whether something went wrong
 * @param occasion what makes this happening one of a kind for the object (a generation, a member, a revision); telling
 *     the same reason of the same occasion again has no effect, also after a restart of the operator
 */
public record Story(String reason, String message, boolean warning, String occasion) {

    public static Story normal(String reason, String occasion, String message) {
        return new Story(reason, message, false, occasion);
    }

    public static Story warning(String reason, String occasion, String message) {
        return new Story(reason, message, true, occasion);
    }
}
