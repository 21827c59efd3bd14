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

/** Pods that are placed, started, healed and removed together. Written by the operator only. */
@Group(PlinthResource.GROUP)
@Version(PlinthResource.VERSION)
@Plural("gangs")
@ShortNames("gg")
@Categories(PlinthResource.CATEGORY)
@JsonClassDescription(
        "Gang is a set of pods that are placed, started, healed and removed together. The operator writes Gangs for training jobs and for replicas of model services; read them, do not edit them.")
@AdditionalPrinterColumn(name = "Size", type = Type.INTEGER, jsonPath = ".spec.size")
@AdditionalPrinterColumn(name = "Running", type = Type.INTEGER, jsonPath = ".status.members.running")
@AdditionalPrinterColumn(name = "Generation", type = Type.INTEGER, jsonPath = ".spec.formation.generation")
@AdditionalPrinterColumn(name = "Restarts", type = Type.INTEGER, jsonPath = ".spec.formation.restarts")
@AdditionalPrinterColumn(name = "Domain", type = Type.STRING, jsonPath = ".status.placement.domain")
@AdditionalPrinterColumn(
        name = "State",
        type = Type.STRING,
        jsonPath = ".status.conditions[?(@.type==\"Running\")].reason")
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@ValidationRule(
        value = "self.metadata.name.size() <= 55 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
        fieldPath = ".metadata.name",
        message =
                "Choose a name of at most 55 lower-case letters, digits and '-' that starts with a letter: names of pods are made from it.")
public class Gang extends PlinthResource<GangSpec, GangStatus> implements Namespaced {}
