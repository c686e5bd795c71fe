package io.github.djltransformers.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import io.github.djltransformers.ops.TensorOps;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page on the architecture speaks of what there is. */
class ArchitecturePageTest {
    /** Of DJL, of Java's services and of the tests. */
    private static final Set<String> OF_OTHERS = Set.of("Criteria", "Trainer", "ParityCase", "META");

    private static String page;

    @BeforeAll
    static void read() throws IOException {
        page = Files.readString(ProjectFiles.root().resolve("docs/architecture.md"));
    }

    private static Set<String> found(String pattern) {
        return Pattern.compile(pattern)
                .matcher(page)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void namesAreThoseOfClasses() {
        Set<String> names = found("(?<=`)[A-Z][A-Za-z]+");
        names.removeAll(OF_OTHERS);
        assertTrue(names.size() > 30, names::toString);
        OwnClasses.all().stream().map(JavaClass::getSimpleName).forEach(names::remove);
        assertEquals(Set.of(), names);
    }

    @Test
    void everyPackageHasItsRoom() {
        Set<String> packages = OwnClasses.all().stream()
                .map(JavaClass::getPackageName)
                .filter(name -> !name.equals(OwnClasses.ROOT))
                .map(name -> name.substring(OwnClasses.ROOT.length() + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> rooms = new TreeSet<>();
        for (String row : found("(?m)^\\| `.*?\\|")) {
            Pattern.compile("`([a-z.]+)`").matcher(row).results().forEach(match -> rooms.add(match.group(1)));
        }
        assertEquals(packages, rooms);
    }

    /** An operation that is no composition costs its declaration and a method in each of these. */
    @Test
    void anOperationCostsSevenFiles() {
        Set<String> interpreters = OwnClasses.all().stream()
                .filter(type -> type.isAssignableTo(TensorOps.class)
                        && !type.isInterface()
                        && !type.getModifiers().contains(JavaModifier.ABSTRACT)
                        && type.getRawSuperclass()
                                .filter(above -> above.isAssignableTo(TensorOps.class))
                                .isEmpty())
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                Set.of("ShapeOps", "NDArrayOps", "CostOps", "TorchScriptOps", "MxSymbolOps", "OnnxOps"), interpreters);
    }
}
