package dev.plinth.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** Weights that lie somewhere: where, in which format, and where they come from. */
@Group(PlinthResource.GROUP)
@Version(PlinthResource.VERSION)
@Plural("models")
@ShortNames("mdl")
public class Model extends PlinthResource<ModelSpec, ModelStatus> implements Namespaced {}
