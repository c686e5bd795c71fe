package io.github.djltransformers.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Blocks, translators, zoo, command line: each knows only those before it, and none but a compiler knows an engine. */
class ModuleDirectionTest {
    @Test
    void everyModuleIsLookedAt() throws IOException {
        for (String module : ProjectFiles.MODULES) {
            long sources = ProjectFiles.sources(module).stream()
                    .filter(file -> !file.endsWith("package-info.java"))
                    .count();
            long imported = OwnClasses.all().stream()
                    .filter(OwnClasses.of(module))
                    .filter(JavaClass::isTopLevelClass)
                    .filter(type -> !type.getSimpleName().equals("package-info"))
                    .count();
            assertEquals(sources, imported, module);
        }
    }

    @Test
    void noModuleKnowsALaterOne() {
        for (int i = 0; i < ProjectFiles.MODULES.size() - 1; i++) {
            List<String> later = ProjectFiles.MODULES.subList(i + 1, ProjectFiles.MODULES.size());
            for (String module : later) {
                noClasses()
                        .that(OwnClasses.of(ProjectFiles.MODULES.get(i)))
                        .should()
                        .dependOnClassesThat(OwnClasses.of(module))
                        .check(OwnClasses.all());
            }
        }
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(OwnClasses.ROOT + ".(**)").should().beFreeOfCycles().check(OwnClasses.all());
    }

    @Test
    void blocksKnowNothingButDjlsApiAndTheLibrariesThatComeWithIt() {
        DescribedPredicate<JavaClass> allowed =
                DescribedPredicate.describe("of DJL's API, Gson, SLF4J, Java or the blocks themselves", dependency -> {
                    String name = dependency.getBaseComponentType().getName();
                    return dependency.getBaseComponentType().isPrimitive()
                            || name.startsWith("java.")
                            || name.startsWith("com.google.gson.")
                            || name.startsWith("org.slf4j.")
                            || name.startsWith(OwnClasses.ROOT)
                            || isOfDjlsApi(dependency.getBaseComponentType());
                });
        classes()
                .that(OwnClasses.of("djl-transformer-blocks"))
                .and()
                .resideOutsideOfPackage(OwnClasses.ROOT + ".engine..")
                .should()
                .onlyDependOnClassesThat(allowed)
                .check(OwnClasses.all());
    }

    private static boolean isOfDjlsApi(JavaClass dependency) {
        return dependency.getName().startsWith("ai.djl.")
                && OwnClasses.source(dependency).contains("/ai/djl/api/");
    }

    @Test
    void anEngineIsKnownToItsCompilerAlone() {
        for (String engine : List.of("pytorch", "mxnet")) {
            noClasses()
                    .that()
                    .resideOutsideOfPackage(OwnClasses.ROOT + ".engine." + engine)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("ai.djl." + engine + "..")
                    .check(OwnClasses.all());
        }
    }

    /** Else a class path without the engine would fail where it has nothing to do with the engine. */
    @Test
    void compilersAreFoundByTheirServiceAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage(OwnClasses.ROOT + ".engine..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(OwnClasses.ROOT + ".engine..")
                .check(OwnClasses.all());
    }

    @Test
    void modulesShareNoPackage() throws IOException {
        for (String module : ProjectFiles.MODULES) {
            List<String> packages = ProjectFiles.sources(module).stream()
                    .map(file -> file.getParent().toString().replace('\\', '/'))
                    .map(path -> path.substring(path.indexOf("src/main/java/") + "src/main/java/".length()))
                    .distinct()
                    .toList();
            String home = OwnClasses.ROOT.replace('.', '/');
            for (String path : packages) {
                switch (module) {
                    case "translators" -> assertTrue(path.startsWith(home + "/text"), path);
                    case "djl-zoo" -> assertTrue(path.startsWith(home + "/zoo"), path);
                    case "command-line" -> assertTrue(path.matches(home + "/(cli|benchmark)"), path);
                    default ->
                        assertTrue(
                                path.startsWith(home) && !path.matches(home + "/(text|zoo|cli|benchmark)(/.*)?"), path);
                }
            }
        }
    }
}
