package dev.plinth.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A model served over the OpenAI API by one or more replicas. */
@Group(PlinthResource.GROUP)
@Version(PlinthResource.VERSION)
@Plural("modelservices")
@ShortNames("msvc")
public class ModelService extends PlinthResource<ModelServiceSpec, ModelServiceStatus> implements Namespaced {}
