package dev.plinth.controller;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Reads what the installation decides about workloads. */
@Dependent
class WorkloadParts {

    @Produces
    @Singleton
    Settings settings(
            @ConfigProperty(name = "plinth.runtime-image", defaultValue = "plinth.dev/runtime:dev") String runtimeImage,
            @ConfigProperty(name = "plinth.cuda-runtime-image") Optional<String> cudaRuntimeImage) {
        return new Settings(runtimeImage, cudaRuntimeImage.filter(image -> !image.isBlank()));
    }
}
