package dev.plinth.controller.kubernetes;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Renders a {@link Story} as an event whose name says what it tells of, so that it cannot be recorded twice. */
final class Events {
    private static final String COMPONENT = "plinth.dev/operator";

    private Events() {}

    static Event of(HasMetadata about, Story story, Instant now) {
        var metadata = about.getMetadata();
        var namespace = metadata.getNamespace() == null ? "default" : metadata.getNamespace();
        var occasion = String.join("/", metadata.getUid(), story.reason(), story.occasion());
        var name = metadata.getName() + "." + UUID.nameUUIDFromBytes(occasion.getBytes(StandardCharsets.UTF_8));
        var time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        return new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withInvolvedObject(new ObjectReferenceBuilder()
                        .withApiVersion(about.getApiVersion())
                        .withKind(about.getKind())
                        .withNamespace(metadata.getNamespace())
                        .withName(metadata.getName())
                        .withUid(metadata.getUid())
                        .build())
                .withType(story.warning() ? "Warning" : "Normal")
                .withReason(story.reason())
                .withMessage(story.message())
                .withFirstTimestamp(time)
                .withLastTimestamp(time)
                .withCount(1)
                .withReportingComponent(COMPONENT)
                .withNewSource()
                .withComponent(COMPONENT)
                .endSource()
                .build();
    }
}
