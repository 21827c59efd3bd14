package dev.plinth.server.chat;

/** The messages cannot be turned into a prompt. */
public final class ChatTemplateException extends Exception {
    private static final long serialVersionUID = 1;

    ChatTemplateException(String message) {
        super(message);
    }
}
