package io.github.djltransformers.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.ParameterNames;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The inputs, parameters, outputs and gradients of a {@code torch} module, and the comparison of a block with them: every
 * parameter must be given, and every gradient that torch recorded is compared.
 */
public final class TorchCase implements AutoCloseable {
    private final NDManager manager;
    private final Fixture fixture;
    private final Closeness closeness;
    private final ParameterStore store;
    private final Map<String, NDArray> inputs = new LinkedHashMap<>();
    private final Map<String, Block> blocks = new LinkedHashMap<>();

    public TorchCase(String engine, String name, Closeness closeness) throws Exception {
        manager = NDManager.newBaseManager(Device.cpu(), engine);
        fixture = Fixture.read(manager, name);
        store = new ParameterStore(manager, false);
        this.closeness = closeness;
    }

    public NDManager manager() {
        return manager;
    }

    public ParameterStore store() {
        return store;
    }

    public boolean has(String tensor) {
        return fixture.names().contains(tensor);
    }

    public NDArray tensor(String tensor) {
        return fixture.get(tensor);
    }

    /** Gives the block the parameters whose torch names begin with the prefix. */
    public <B extends Block> B load(B block, String prefix) {
        Map<String, NDArray> given = TorchNames.translate(fixture.below("param." + prefix));
        Map<String, Parameter> wanted = ParameterNames.of(block);
        assertEquals(new TreeSet<>(wanted.keySet()), new TreeSet<>(given.keySet()), fixture.name());
        block.initialize(manager, DataType.FLOAT32);
        wanted.forEach((name, parameter) -> {
            NDArray array = parameter.getArray();
            assertEquals(array.getShape(), given.get(name).getShape(), name);
            given.get(name).copyTo(array);
            array.setRequiresGradient(true);
        });
        blocks.put(prefix, block);
        return block;
    }

    /** An input, whose gradient is compared too. */
    public NDArray input(String name) {
        return inputs.computeIfAbsent(name, n -> {
            NDArray value = fixture.get("in." + n);
            value.setRequiresGradient(true);
            return value;
        });
    }

    /** A mask as this library takes it, true = attend, or null where the case has none. */
    public NDArray keepMask(String name, long... shape) {
        if (!has("mask." + name)) {
            return null;
        }
        long[] masked = tensor("mask." + name).toLongArray();
        long attend = name.endsWith("KEEP") ? 1 : 0;
        boolean[] keep = new boolean[masked.length];
        for (int i = 0; i < keep.length; i++) {
            keep[i] = masked[i] == attend;
        }
        return manager.create(keep, new Shape(shape));
    }

    /** The conjunction of two masks, broadcast; either may be null. */
    public static NDArray both(NDArray a, NDArray b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        NDArray product = a.toType(DataType.FLOAT32, false).mul(b.toType(DataType.FLOAT32, false));
        return product.toType(DataType.BOOLEAN, false);
    }

    /** Runs the block under a gradient collector and compares its output and all gradients with torch's. */
    public void check(Supplier<NDArray> forward) {
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray output = forward.get();
            compare("out", output);
            collector.backward(output.mul(tensor("loss_weight")).sum());
        }
        for (String name : fixture.below("grad.in.").keySet()) {
            compare("grad.in." + name, input(name).getGradient());
        }
        blocks.forEach((prefix, block) -> {
            Map<String, NDArray> expected = TorchNames.translate(fixture.below("grad.param." + prefix));
            ParameterNames.of(block)
                    .forEach((name, parameter) -> closeness.compare(
                            fixture.name() + " grad " + prefix + name,
                            expected.get(name),
                            parameter.getArray().getGradient()));
        });
    }

    /** Compares a tensor with the fixture's of that name. */
    public void compare(String name, NDArray actual) {
        closeness.compare(fixture.name() + " " + name, tensor(name), actual);
    }

    @Override
    public void close() {
        manager.close();
    }
}
