package dev.plinth.controller.training;

import dev.plinth.api.v1alpha1.TrainingJob;

/**
 * Where a job keeps its checkpoints on its claim: in {@code name/uid}. A job that is made again under an old name is
 * another job: it begins at step 0, and what the older one has published stays as it is.
 *
 * @param path relative to the root of the claim
 */
record CheckpointFolder(String path) {

    /** Where the claim is mounted in the containers of a job. */
    static final String MOUNT = "/plinth/checkpoints";

    static CheckpointFolder of(TrainingJob job) {
        return new CheckpointFolder(
                job.getMetadata().getName() + "/" + job.getMetadata().getUid());
    }

    /** The folder as the job's containers see it. */
    String mounted() {
        return MOUNT + "/" + path;
    }

    /** The URI under which others find a checkpoint in this folder. */
    String uri(String claim, String checkpoint) {
        return "pvc://%s/%s/%s".formatted(claim, path, checkpoint);
    }
}
