package dev.plinth.api.v1alpha1;

import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** The levels of the network between nodes, outermost first. One for the cluster. */
@Group(PlinthResource.GROUP)
@Version(PlinthResource.VERSION)
@Plural("clustertopologies")
@ShortNames("ctopo")
public class ClusterTopology extends PlinthResource<ClusterTopologySpec, ClusterTopologyStatus> {}
