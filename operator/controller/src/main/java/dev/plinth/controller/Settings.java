package dev.plinth.controller;

/**
 * What is decided where the operator is installed.
 *
 * @param runtimeImage image of Plinth's own trainer and inference server, for workloads that name none
 */
public record Settings(String runtimeImage) {}
