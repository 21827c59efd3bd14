package dev.plinth.controller.gang;

/**
 * What the operator tells every member.
 *
 * @param reportUrl where members send their reports
 */
public record MemberSettings(String reportUrl) {}
