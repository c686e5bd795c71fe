package io.github.djltransformers.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import io.github.djltransformers.testing.Closeness;
import io.github.djltransformers.testing.Fixture;
import java.util.LinkedHashMap;
import java.util.Map;

/** Ten steps of a torch optimizer on two parameters W (4, 3) and b (4), replayed. */
final class TorchTrajectory implements AutoCloseable {
    final NDManager manager;
    final Fixture fixture;
    final Map<String, Parameter> parameters = new LinkedHashMap<>();

    TorchTrajectory(String engine, String name) throws Exception {
        manager = NDManager.newBaseManager(Device.cpu(), engine);
        fixture = Fixture.read(manager, "torch_adamw/" + name);
        for (String parameter : new String[] {"W", "b"}) {
            NDArray array = fixture.get(parameter + ".0").duplicate();
            array.setRequiresGradient(true);
            parameters.put(
                    parameter,
                    Parameter.builder()
                            .setName(parameter)
                            .setType(Parameter.Type.WEIGHT)
                            .optArray(array)
                            .build());
        }
    }

    NDArray weight(String name) {
        return parameters.get(name).getArray();
    }

    float learningRate(int step) {
        return fixture.get("lr").toFloatArray()[step - 1];
    }

    /** Makes the fixture's gradients of a step those of the parameters, by a backward pass. */
    void backward(int step) {
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray loss = fixture.get("gradW." + step)
                    .mul(weight("W"))
                    .sum()
                    .add(fixture.get("gradb." + step).mul(weight("b")).sum());
            collector.backward(loss);
        }
    }

    /** Updates as DJL's trainer does: with a copy of each gradient. */
    void update(AdamOptimizer optimizer) {
        parameters.forEach((name, parameter) -> {
            try (NDArray gradient = parameter.getArray().getGradient();
                    NDArray copy = gradient.duplicate()) {
                optimizer.update(parameter.getId(), parameter.getArray(), copy);
            }
        });
    }

    void compare(Closeness closeness, String label, int step) {
        for (String name : parameters.keySet()) {
            closeness.compare(label + " " + name + "." + step, fixture.get(name + "." + step), weight(name));
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
