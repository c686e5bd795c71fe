package io.github.djltransformers.model;

import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.position.PositionConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.PositionNumbering;
import java.util.Map;

/**
 * The shape of a transformer model.
 *
 * @param embedding of the tokens that are read: the source's, or those of a model with one stack
 * @param encoder or null for a decoder-only model
 * @param targetEmbedding of the tokens that are written, where it is not the embedding itself; it has a table of its own
 *     unless tablesShared
 * @param tablesShared whether the target embedding uses the table of the embedding
 * @param decoder or null for an encoder-only model; what is given is made causal, and beside an encoder made to attend to
 *     its output, as {@link StackConfig#decoding} says
 * @param output the logits of a model that writes
 */
public record TransformerConfig(
        EmbeddingConfig embedding,
        StackConfig encoder,
        EmbeddingConfig targetEmbedding,
        boolean tablesShared,
        StackConfig decoder,
        OutputConfig output) {
    /** What components are whose keys a file may leave out. */
    static final Map<String, Object> DEFAULTS = Map.of("tablesShared", false);

    public TransformerConfig {
        if (embedding == null || output == null) {
            throw new IllegalArgumentException(
                    "TransformerConfig: embedding and output must be given, got " + embedding + " and " + output);
        }
        if (encoder == null && decoder == null) {
            throw new IllegalArgumentException("TransformerConfig: encoder or decoder must be given, got neither");
        }
        if (targetEmbedding != null && (encoder == null || decoder == null)) {
            throw new IllegalArgumentException(
                    "TransformerConfig: targetEmbedding must be null without an encoder and a decoder, got "
                            + targetEmbedding);
        }
        if (encoder != null && encoder.layers().get(0).crossAttention() != null) {
            throw new IllegalArgumentException(
                    "TransformerConfig: encoder's layers must have no crossAttention, got " + encoder.layers());
        }
        if (encoder == null && decoder.layers().get(0).crossAttention() != null) {
            throw new IllegalArgumentException(
                    "TransformerConfig: decoder's layers must have no crossAttention without an encoder, got "
                            + decoder.layers());
        }
        if (decoder != null) {
            decoder = encoder == null ? decoder.causal() : decoder.decoding();
        }
        requireSize("encoder", encoder, embedding);
        requireSize("decoder", decoder, targetEmbedding == null ? embedding : targetEmbedding);
    }

    private static void requireSize(String name, StackConfig stack, EmbeddingConfig embedding) {
        if (stack != null && stack.modelSize() != embedding.modelSize()) {
            throw new IllegalArgumentException("TransformerConfig: " + name + "'s modelSize must be the embedding's "
                    + embedding.modelSize() + ", got " + stack.modelSize());
        }
    }

    /**
     * The model of Vaswani et al. 2017: one table, scaled by sqrt(D), for source, target and output; layers that are all
     * alike.
     *
     * @param layer every layer of both stacks
     * @param encoderLayers L of the encoder, 0 for a decoder-only model
     * @param decoderLayers L of the decoder, 0 for an encoder-only model
     * @param vocabularySize V, shared by source, target and output
     * @param maxLength the longest sequence in tokens
     * @param positions how positions are given
     * @param finalNorm whether each stack ends with a norm, which pre-norm stacks need
     */
    public TransformerConfig(
            LayerConfig layer,
            int encoderLayers,
            int decoderLayers,
            int vocabularySize,
            int maxLength,
            PositionKind positions,
            boolean finalNorm) {
        this(
                embedding(layer, encoderLayers, decoderLayers, vocabularySize, maxLength, positions),
                encoderLayers == 0 ? null : stack(layer, encoderLayers, finalNorm),
                null,
                false,
                decoderLayers == 0 ? null : stack(layer, decoderLayers, finalNorm),
                OutputConfig.TIED);
    }

    private static EmbeddingConfig embedding(
            LayerConfig layer,
            int encoderLayers,
            int decoderLayers,
            int vocabularySize,
            int maxLength,
            PositionKind positions) {
        if (layer == null || positions == null) {
            throw new IllegalArgumentException(
                    "TransformerConfig: layer and positions must be given, got " + layer + " and " + positions);
        }
        if (encoderLayers < 0 || decoderLayers < 0 || encoderLayers + decoderLayers == 0) {
            throw new IllegalArgumentException(
                    "TransformerConfig: encoderLayers and decoderLayers must be at least 0 and not both 0, got "
                            + encoderLayers + " and " + decoderLayers);
        }
        if (vocabularySize < 1 || maxLength < 1) {
            throw new IllegalArgumentException("TransformerConfig: vocabularySize and maxLength must be positive, got "
                    + vocabularySize + " and " + maxLength);
        }
        int size = layer.modelSize();
        // Beginnings of several lengths are padded in front, where places would count the padding.
        PositionNumbering numbering = encoderLayers == 0 ? PositionNumbering.KEPT : PositionNumbering.PLACE;
        PositionConfig places = new PositionConfig(positions, maxLength, 0, numbering, -1);
        return EmbeddingConfig.of(vocabularySize, size, Math.sqrt(size), places, layer.dropout());
    }

    private static StackConfig stack(LayerConfig layer, int depth, boolean finalNorm) {
        return StackConfig.of(layer, depth, finalNorm ? layer.norm() : NormConfig.NONE);
    }

    /** "Base" of Vaswani et al. 2017, table 3: L 6, D 512, F 2048, H 8, dropout 0.1. */
    public static TransformerConfig base(int vocabularySize) {
        return vaswani(LayerConfig.of(512, 8, 2048).withDropout(0.1f, 0, 0), 6, vocabularySize);
    }

    /** "Big" of Vaswani et al. 2017, table 3: L 6, D 1024, F 4096, H 16, dropout 0.3. */
    public static TransformerConfig big(int vocabularySize) {
        return vaswani(LayerConfig.of(1024, 16, 4096).withDropout(0.3f, 0, 0), 6, vocabularySize);
    }

    /** The hyper-parameter set {@code transformer_tiny} of tensor2tensor (Vaswani et al. 2018): L 2, D 128, F 512, H 4. */
    public static TransformerConfig tiny(int vocabularySize) {
        return vaswani(LayerConfig.of(128, 4, 512).withDropout(0.1f, 0, 0), 2, vocabularySize);
    }

    private static TransformerConfig vaswani(LayerConfig layer, int layers, int vocabularySize) {
        return new TransformerConfig(layer, layers, layers, vocabularySize, 1024, PositionKind.SINUSOIDAL, false);
    }

    /** The embedding of the tokens that are written. */
    public EmbeddingConfig written() {
        return targetEmbedding == null ? embedding : targetEmbedding;
    }

    /** L of the encoder. */
    public int encoderLayers() {
        return encoder == null ? 0 : encoder.depth();
    }

    /** L of the decoder. */
    public int decoderLayers() {
        return decoder == null ? 0 : decoder.depth();
    }

    /** V of the tokens that are written. */
    public int vocabularySize() {
        return written().vocabularySize();
    }

    /** The longest sequence in tokens. */
    public int maxLength() {
        return embedding.positions().length();
    }

    /** D of the encoder, or of the only stack. */
    public int modelSize() {
        return embedding.modelSize();
    }
}
