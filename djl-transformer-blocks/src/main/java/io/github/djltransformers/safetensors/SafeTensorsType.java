package io.github.djltransformers.safetensors;

import ai.djl.ndarray.types.DataType;
import java.util.Optional;

/** The element types of the safetensors format, under the names its headers use. */
public enum SafeTensorsType {
    BOOL(8, DataType.BOOLEAN),
    U8(8, DataType.UINT8),
    I8(8, DataType.INT8),
    I16(16, null),
    U16(16, null),
    /** IEEE 754 binary16; read as FLOAT32. */
    F16(16, DataType.FLOAT32),
    /** The upper half of an IEEE 754 binary32; read as FLOAT32. */
    BF16(16, DataType.FLOAT32),
    I32(32, DataType.INT32),
    U32(32, null),
    F32(32, DataType.FLOAT32),
    I64(64, DataType.INT64),
    U64(64, null),
    F64(64, DataType.FLOAT64),
    C64(64, null),
    F8_E4M3(8, null),
    F8_E5M2(8, null),
    F8_E8M0(8, null),
    F6_E2M3(6, null),
    F6_E3M2(6, null),
    F4(4, null);

    private final int bits;
    private final DataType readAs;

    SafeTensorsType(int bits, DataType readAs) {
        this.bits = bits;
        this.readAs = readAs;
    }

    /**
     * Returns the stored size of one element.
     *
     * @return the size in bits; less than 8 for the packed types
     */
    public int bits() {
        return bits;
    }

    /**
     * Returns the type of the array that {@link SafeTensorsFile#read} makes of a tensor of this type.
     *
     * @return the array type, or empty for a type that is not read
     */
    public Optional<DataType> readAs() {
        return Optional.ofNullable(readAs);
    }

    /** Whether it is a floating type that is read as FLOAT32. */
    public boolean isFloat() {
        return readAs == DataType.FLOAT32;
    }
}
