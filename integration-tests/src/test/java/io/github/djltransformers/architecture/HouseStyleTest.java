package io.github.djltransformers.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HouseStyleTest {
    private static final ArchCondition<JavaClass> BE_SEALED = ArchCondition.from(
            DescribedPredicate.describe("be sealed", type -> type.reflect().isSealed()));

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Manager|Helpers?|Utils?|Base)")
                .check(OwnClasses.all());
    }

    @Test
    void classesAreFinalUnlessMadeToExtend() {
        classes()
                .that()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .and()
                .areNotAnonymousClasses()
                .should()
                .haveModifier(JavaModifier.FINAL)
                .orShould()
                .haveModifier(JavaModifier.ABSTRACT)
                .orShould(BE_SEALED)
                .check(OwnClasses.all());
    }

    @Test
    void numbersBecomeArraysWhereTheirMemoryIsHeld() {
        DescribedPredicate<JavaMethodCall> numbers = DescribedPredicate.describe(
                "make an array of numbers",
                call -> call.getTargetOwner().isAssignableTo(NDManager.class)
                        && call.getName().equals("create")
                        && call.getTarget().getRawParameterTypes().stream()
                                .noneMatch(type -> type.isEquivalentTo(DataType.class))
                        && !call.getTarget().getRawParameterTypes().get(0).isEquivalentTo(Shape.class));
        noClasses()
                .should()
                .callMethodWhere(numbers)
                .because("only HostArrays holds the memory until the engine has copied it")
                .check(OwnClasses.all());
    }

    @Test
    void textIsTheSameEverywhere() {
        DescribedPredicate<JavaMethodCall> localized = DescribedPredicate.describe(
                "format by the locale of the machine",
                call -> (call.getTargetOwner().isEquivalentTo(String.class)
                                        && Set.of("format", "formatted", "toLowerCase", "toUpperCase")
                                                .contains(call.getName())
                                || call.getName().equals("printf"))
                        && call.getTarget().getRawParameterTypes().stream()
                                .noneMatch(type -> type.isEquivalentTo(Locale.class)));
        noClasses()
                .should()
                .callMethodWhere(localized)
                .because("programs, files and messages must not depend on how people write numbers; see Text")
                .check(OwnClasses.all());
    }

    @Test
    void everyPackageIsDescribed() throws IOException {
        List<Path> undescribed = new ArrayList<>();
        for (String module : ProjectFiles.MODULES) {
            for (Path source : ProjectFiles.sources(module)) {
                if (Files.notExists(source.resolveSibling("package-info.java"))) {
                    undescribed.add(source);
                }
            }
        }
        assertEquals(List.of(), undescribed);
    }

    @Test
    void noFileIsTooLongToRead() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (String module : ProjectFiles.MODULES) {
            for (Path source : ProjectFiles.sources(module)) {
                int lines = Files.readAllLines(source).size();
                if (lines > 400) {
                    tooLong.add(source + " has " + lines);
                }
            }
        }
        assertEquals(List.of(), tooLong);
    }
}
