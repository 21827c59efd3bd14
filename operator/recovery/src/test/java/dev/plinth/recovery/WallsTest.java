package dev.plinth.recovery;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import dev.plinth.walls.EqualDecisions;

/** Equal input gives an equal decision: this library sees no cluster, no framework, no clock, no hash order and no chance. */
@AnalyzeClasses(packages = "dev.plinth.recovery", importOptions = DoNotIncludeTests.class)
class WallsTest {
    @ArchTest
    static final ArchRule it_knows_only_java_and_itself = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify.annotations..", "dev.plinth.recovery..");

    @ArchTest
    static final ArchTests equal_input_gives_an_equal_decision = ArchTests.in(EqualDecisions.class);
}
