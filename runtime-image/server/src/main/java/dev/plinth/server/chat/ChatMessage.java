package dev.plinth.server.chat;

/** One turn of a conversation. */
public record ChatMessage(String role, String content) {}
