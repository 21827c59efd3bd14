package dev.plinth.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** Pods that are placed, started, healed and removed together. Written by the operator only. */
@Group(PlinthResource.GROUP)
@Version(PlinthResource.VERSION)
@Plural("gangs")
@ShortNames("gg")
public class Gang extends PlinthResource<GangSpec, GangStatus> implements Namespaced {}
