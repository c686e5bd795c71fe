package io.github.djltransformers.safetensors;

/** How {@link SafeTensorsWriter} stores the values of FLOAT32 arrays. */
public enum FloatStorage {
    /** As they are. */
    FLOAT32(SafeTensorsType.F32),
    /** IEEE 754 binary16: 11 significant bits, magnitudes up to 65504. */
    FLOAT16(SafeTensorsType.F16),
    /** bfloat16: 8 significant bits, the range of FLOAT32. */
    BFLOAT16(SafeTensorsType.BF16);

    private final SafeTensorsType type;

    FloatStorage(SafeTensorsType type) {
        this.type = type;
    }

    SafeTensorsType type() {
        return type;
    }
}
