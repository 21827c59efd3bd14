package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** The levels of the network between nodes. One for the cluster, named {@link #NAME}. */
@Group(PlinthResource.GROUP)
@Version(PlinthResource.VERSION)
@Plural("clustertopologies")
@ShortNames("ctopo")
@Categories(PlinthResource.CATEGORY)
@JsonClassDescription(
        "ClusterTopology says which node labels name the levels of the network, outermost first, for example block and rack, and how fast their uplinks are. A cluster has one, named default; where nobody writes it, the operator makes it of the labels that nodes commonly carry, and leaves it alone once somebody has changed what it says of the network.")
@AdditionalPrinterColumn(name = "Nodes", type = Type.INTEGER, jsonPath = ".status.nodes")
@AdditionalPrinterColumn(
        name = "Valid",
        type = Type.STRING,
        jsonPath = ".status.conditions[?(@.type==\"Valid\")].status")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@ValidationRule(
        value = "self.metadata.name == 'default'",
        fieldPath = ".metadata.name",
        message = "Name it default: a cluster has one ClusterTopology.")
public class ClusterTopology extends PlinthResource<ClusterTopologySpec, ClusterTopologyStatus> {
    /** The only name that the API server admits. */
    public static final String NAME = "default";
}
