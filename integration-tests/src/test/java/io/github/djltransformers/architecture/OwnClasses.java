package io.github.djltransformers.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;

/** The project's own classes without its tests, whether the build has them in directories or in jars. */
final class OwnClasses {
    static final String ROOT = "io.github.djltransformers";

    private static final JavaClasses IMPORTED =
            new ClassFileImporter().withImportOption(OwnClasses::isShipped).importPackages(ROOT);

    private OwnClasses() {}

    static JavaClasses all() {
        return IMPORTED;
    }

    private static boolean isShipped(Location location) {
        return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }

    /** The classes that a module's build made. */
    static DescribedPredicate<JavaClass> of(String module) {
        return DescribedPredicate.describe(
                "classes of " + module, javaClass -> source(javaClass).contains("/" + module + "/target/"));
    }

    /** Where a class was read from; empty for one that no file of the class path has. */
    static String source(JavaClass javaClass) {
        return javaClass.getSource().map(source -> source.getUri().toString()).orElse("");
    }
}
