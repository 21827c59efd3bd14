package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A model to be trained. */
@Group(PlinthResource.GROUP)
@Version(PlinthResource.VERSION)
@Plural("trainingjobs")
@ShortNames("tj")
@Categories(PlinthResource.CATEGORY)
@JsonClassDescription(
        "TrainingJob trains a model on a gang of workers: Plinth places them on the network, replaces those that are lost, and publishes the weights as a Model.")
@AdditionalPrinterColumn(name = "Workers", type = Type.INTEGER, jsonPath = ".spec.workers.count")
@AdditionalPrinterColumn(name = "Running", type = Type.INTEGER, jsonPath = ".status.workers.running")
@AdditionalPrinterColumn(name = "Step", type = Type.INTEGER, jsonPath = ".status.progress.step")
@AdditionalPrinterColumn(name = "Loss", type = Type.STRING, jsonPath = ".status.progress.loss")
@AdditionalPrinterColumn(name = "Domain", type = Type.STRING, jsonPath = ".status.domain")
@AdditionalPrinterColumn(
        name = "State",
        type = Type.STRING,
        jsonPath = ".status.conditions[?(@.type==\"Running\")].reason")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@ValidationRule(value = Rules.SHORT_OBJECT_NAME, fieldPath = ".metadata.name", message = Rules.SHORT_OBJECT_NAME_SAYS)
public class TrainingJob extends PlinthResource<TrainingJobSpec, TrainingJobStatus> implements Namespaced {}
