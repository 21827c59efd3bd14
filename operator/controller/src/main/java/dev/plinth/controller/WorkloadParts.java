package dev.plinth.controller;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Reads what the installation decides about workloads. */
@Dependent
class WorkloadParts {

    @Produces
    @Singleton
    Settings settings(
            @ConfigProperty(name = "plinth.runtime-image", defaultValue = "plinth.dev/runtime:dev")
                    String runtimeImage) {
        return new Settings(runtimeImage);
    }
}
