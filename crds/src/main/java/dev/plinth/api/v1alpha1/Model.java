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

/** Weights that lie somewhere: where, in which format, and where they come from. */
@Group(PlinthResource.GROUP)
@Version(PlinthResource.VERSION)
@Plural("models")
@ShortNames("mdl")
@Categories(PlinthResource.CATEGORY)
@JsonClassDescription(
        "Model names weights: where they lie, in which format, and where they come from. Training jobs publish Models; users may bring their own.")
@AdditionalPrinterColumn(name = "Format", type = Type.STRING, jsonPath = ".spec.format")
@AdditionalPrinterColumn(name = "Bytes", type = Type.INTEGER, jsonPath = ".spec.sizeBytes")
@AdditionalPrinterColumn(name = "Job", type = Type.STRING, jsonPath = ".spec.provenance.job")
@AdditionalPrinterColumn(name = "Step", type = Type.INTEGER, jsonPath = ".spec.provenance.step")
@AdditionalPrinterColumn(
        name = "Ready",
        type = Type.STRING,
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@ValidationRule(
        value = "self.metadata.name.size() <= 63",
        fieldPath = ".metadata.name",
        message = "Choose a name of at most 63 characters: it becomes the value of a label.")
public class Model extends PlinthResource<ModelSpec, ModelStatus> implements Namespaced {}
