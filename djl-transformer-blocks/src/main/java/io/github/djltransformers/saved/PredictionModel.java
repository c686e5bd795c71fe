package io.github.djltransformers.saved;

import ai.djl.BaseModel;
import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.djltransformers.ops.EngineKind;
import java.nio.file.Path;
import java.util.Map;

/** A model whose engine only holds its arrays: the model that DJL has for such an engine takes no blocks. */
public final class PredictionModel extends BaseModel {
    private PredictionModel(String name, NDManager arrays) {
        super(name);
        manager = arrays;
        manager.setName(name);
        dataType = DataType.FLOAT32;
    }

    /**
     * A model without a block.
     *
     * @param device or null for the engine's default
     * @param engine such as {@code PyTorch}
     */
    public static Model of(String name, Device device, String engine) {
        return engine.equals(EngineKind.ONNX_RUNTIME)
                ? new PredictionModel(name, NDManager.newBaseManager(device, engine))
                : Model.newInstance(name, device, engine);
    }

    /** Says where the model's files are; its block is there. */
    @Override
    public void load(Path path, String prefix, Map<String, ?> options) {
        setModelDir(path);
        wasLoaded = true;
    }
}
