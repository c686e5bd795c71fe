package io.github.djltransformers.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import io.github.djltransformers.block.Execution;
import io.github.djltransformers.block.Initializers;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.ops.NDArrayOps;
import io.github.djltransformers.ops.Scalars;
import io.github.djltransformers.ops.TensorShape;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The layers inside the blocks module, and the one way in which its mathematics is written. */
class BlocksLayeringTest {
    /** What each package may know of the others; a package not listed here has no place yet. */
    private static final Map<String, Set<String>> MAY_KNOW = Map.ofEntries(
            Map.entry("", Set.of()),
            Map.entry("ops", Set.of()),
            Map.entry("safetensors", Set.of("ops")),
            Map.entry("block", Set.of("ops")),
            Map.entry("norm", Set.of("block", "ops")),
            Map.entry("position", Set.of("norm", "block", "ops")),
            Map.entry("attention", Set.of("position", "norm", "block", "ops")),
            Map.entry("layer", Set.of("attention", "position", "norm", "block", "ops")),
            Map.entry("model", Set.of("layer", "attention", "position", "norm", "block", "ops")),
            Map.entry("head", Set.of("model", "norm", "block", "ops")),
            Map.entry("saved", Set.of("compile", "model", "layer", "position", "block", "ops", "safetensors")),
            Map.entry(
                    "huggingface",
                    Set.of("head", "model", "norm", "ops", "decode", "saved", "compile", "block", "safetensors")),
            Map.entry(
                    "huggingface.family",
                    Set.of("huggingface", "head", "model", "layer", "attention", "position", "norm", "ops")),
            Map.entry("decode", Set.of("model", "block", "ops")),
            Map.entry("compile", Set.of("decode", "model", "block", "ops")),
            Map.entry("export", Set.of("block", "ops")),
            Map.entry("engine.pytorch", Set.of("compile", "export", "decode", "model", "block", "ops")),
            Map.entry(
                    "engine.mxnet",
                    Set.of("compile", "export", "decode", "model", "layer", "attention", "block", "ops")),
            Map.entry(
                    "engine.onnx",
                    Set.of("export", "compile", "decode", "head", "model", "layer", "attention", "block", "ops")),
            Map.entry("train", Set.of("block", "ops")),
            Map.entry("run", Set.of("train", "saved", "block", "ops", "safetensors")));

    @Test
    void packagesKnowOnlyThoseBelowThem() {
        Map<String, Set<String>> wrong = new TreeMap<>();
        for (JavaClass type : OwnClasses.all()) {
            if (!OwnClasses.of("djl-transformer-blocks").test(type)) {
                continue;
            }
            String from = layer(type);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getPackageName().startsWith(OwnClasses.ROOT)
                        && !layer(target).isEmpty() // what all may know
                        && !layer(target).equals(from)
                        && !MAY_KNOW.getOrDefault(from, Set.of()).contains(layer(target))) {
                    wrong.computeIfAbsent(from, key -> new TreeSet<>()).add(type.getName() + " -> " + target.getName());
                }
            }
        }
        assertEquals(Map.of(), wrong);
    }

    @Test
    void everyPackageHasItsPlace() {
        Set<String> unplaced = new TreeSet<>();
        for (JavaClass type : OwnClasses.all()) {
            if (OwnClasses.of("djl-transformer-blocks").test(type) && !MAY_KNOW.containsKey(layer(type))) {
                unplaced.add(layer(type));
            }
        }
        assertEquals(Set.of(), unplaced);
    }

    /** The package below the root package. */
    private static String layer(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(OwnClasses.ROOT) ? "" : name.substring(OwnClasses.ROOT.length() + 1);
    }

    @Test
    void mathematicsIsWrittenOverTensorOpsAlone() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        OwnClasses.ROOT + ".ops..",
                        OwnClasses.ROOT + ".block..",
                        OwnClasses.ROOT + ".attention..",
                        OwnClasses.ROOT + ".position..",
                        OwnClasses.ROOT + ".layer..",
                        OwnClasses.ROOT + ".model..")
                .and()
                .doNotBelongToAnyOf(
                        NDArrayOps.class,
                        Scalars.class,
                        TensorShape.class,
                        TransformerBlock.class,
                        Execution.class,
                        Initializers.class)
                .and()
                .haveNameNotMatching(
                        ".*\\.ops\\.(\\w+Arrays|ObservedOps|RecordingOps|RoundedOps)(\\$.*)?") // interpret with arrays
                // too
                .should()
                .dependOnClassesThat()
                .haveNameMatching("ai\\.djl\\.ndarray\\.(NDArrays?|NDList|NDManager|NDScope|index\\..*|internal\\..*)")
                .because("a block that touches arrays means nothing to the other interpreters of TensorOps")
                .check(OwnClasses.all());
    }
}
