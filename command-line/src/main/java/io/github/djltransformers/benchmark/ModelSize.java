package io.github.djltransformers.benchmark;

import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.position.PositionKind;

/** The shapes of encoder-decoder models with random weights, of a vocabulary of 8000. */
enum ModelSize {
    /** D 128, L 2, F 256, H 4. */
    TINY(128, 2, 256, 4),
    /** D 128, L 4, F 256, H 4. */
    SMALL(128, 4, 256, 4),
    /** D 512, L 6, F 2048, H 8. */
    BASE(512, 6, 2048, 8);

    static final int VOCABULARY = 8000;
    private static final int LONGEST = 256;

    private final int size;
    private final int layers;
    private final int feedForward;
    private final int heads;

    ModelSize(int size, int layers, int feedForward, int heads) {
        this.size = size;
        this.layers = layers;
        this.feedForward = feedForward;
        this.heads = heads;
    }

    int size() {
        return size;
    }

    int layers() {
        return layers;
    }

    TransformerConfig config() {
        return new TransformerConfig(
                LayerConfig.of(size, heads, feedForward),
                layers,
                layers,
                VOCABULARY,
                LONGEST,
                PositionKind.SINUSOIDAL,
                false);
    }
}
