package dev.plinth.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A model to be trained: framework, workers, and what to do with failures, checkpoints and the result. */
@Group(PlinthResource.GROUP)
@Version(PlinthResource.VERSION)
@Plural("trainingjobs")
@ShortNames("tj")
public class TrainingJob extends PlinthResource<TrainingJobSpec, TrainingJobStatus> implements Namespaced {}
