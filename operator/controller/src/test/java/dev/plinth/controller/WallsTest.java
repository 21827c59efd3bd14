package dev.plinth.controller;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass.Predicates;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls between the rooms of the operator. */
@AnalyzeClasses(packages = "dev.plinth", importOptions = DoNotIncludeTests.class)
class WallsTest {
    private static final String WRITES =
            "create|createOr|createOrReplace|update|updateStatus|replace|replaceStatus|patch|patchStatus|edit|editStatus|accept"
                    + "|serverSideApply|delete|scale|evict|unlock";

    @ArchTest
    static final ArchRule onlyTheWriterWritesToTheCluster = noClasses()
            .that()
            .resideOutsideOfPackage("dev.plinth.controller.kubernetes..")
            .and()
            .resideInAPackage("dev.plinth.controller..")
            .and()
            // Whose a token is, is asked by a POST that changes nothing.
            .doNotHaveFullyQualifiedName("dev.plinth.controller.report.Tokens")
            .should()
            .callMethodWhere(target(nameMatching(WRITES))
                    .and(target(owner(Predicates.resideInAPackage("io.fabric8.kubernetes.client..")))));

    @ArchTest
    static final ArchRule onlyTheGangControllerMakesPods = noClasses()
            .that()
            .resideOutsideOfPackages("dev.plinth.controller.gang..", "dev.plinth.controller.cluster..")
            .and()
            .resideInAPackage("dev.plinth.controller..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.fabric8.kubernetes.api.model.PodBuilder");

    @ArchTest
    static final ArchRule decisionsKnowNothingOfKubernetesOrFrameworks = noClasses()
            .that()
            .resideInAnyPackage("dev.plinth.placement..", "dev.plinth.recovery..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("java..", "org.jspecify..", "dev.plinth.placement..", "dev.plinth.recovery..");

    @ArchTest
    static final ArchRule onlyTheReaderOfNodesSeesTheClusterWhenAModelIsSplit = noClasses()
            .that()
            .resideInAPackage("dev.plinth.controller.planning..")
            .and()
            .doNotHaveSimpleName("Sites")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.plinth.controller.cluster..");

    @ArchTest
    static final ArchRule theCacheOfTheClusterKnowsNoController = noClasses()
            .that()
            .resideInAnyPackage("dev.plinth.controller.cluster..", "dev.plinth.controller.kubernetes..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.plinth.controller.gang..",
                    "dev.plinth.controller.training..",
                    "dev.plinth.controller.serving..",
                    "dev.plinth.controller.report..");
}
