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

/** A model served over the OpenAI API by one or more replicas. */
@Group(PlinthResource.GROUP)
@Version(PlinthResource.VERSION)
@Plural("modelservices")
@ShortNames("msvc")
@Categories(PlinthResource.CATEGORY)
@JsonClassDescription(
        "ModelService serves a Model over the OpenAI API with Plinth's runtime, and rolls its replicas when a newer Model of that name is published.")
@AdditionalPrinterColumn(name = "Model", type = Type.STRING, jsonPath = ".spec.model.name")
@AdditionalPrinterColumn(name = "Replicas", type = Type.INTEGER, jsonPath = ".spec.replicas")
@AdditionalPrinterColumn(name = "Ready", type = Type.INTEGER, jsonPath = ".status.readyReplicas")
@AdditionalPrinterColumn(
        name = "State",
        type = Type.STRING,
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "URL", type = Type.STRING, jsonPath = ".status.url")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@ValidationRule(value = Rules.SHORT_OBJECT_NAME, fieldPath = ".metadata.name", message = Rules.SHORT_OBJECT_NAME_SAYS)
public class ModelService extends PlinthResource<ModelServiceSpec, ModelServiceStatus> implements Namespaced {}
