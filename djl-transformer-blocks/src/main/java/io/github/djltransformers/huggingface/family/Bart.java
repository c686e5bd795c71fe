package io.github.djltransformers.huggingface.family;

import ai.djl.MalformedModelException;
import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.head.DenseConfig;
import io.github.djltransformers.head.HeadConfig;
import io.github.djltransformers.head.HeadedEncoderDecoder;
import io.github.djltransformers.head.Pooling;
import io.github.djltransformers.huggingface.Blueprint;
import io.github.djltransformers.huggingface.CheckpointConfig;
import io.github.djltransformers.huggingface.Family;
import io.github.djltransformers.huggingface.Head;
import io.github.djltransformers.huggingface.NameTable;
import io.github.djltransformers.layer.FeedForwardConfig;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.model.EmbeddingConfig;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.OutputConfig;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.position.PositionConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.PositionNumbering;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * BART (Lewis et al. 2020), mBART (Liu et al. 2020), M2M-100 (Fan et al. 2021) and Marian (Junczys-Dowmunt et al. 2018): the
 * transformer of Vaswani et al. 2017, which they differ from by where norms stand and how positions are given.
 */
public final class Bart implements Family {
    private static final String NAMES = """
            embedding.weight                           shared.weight|decoder.embed_tokens.weight|encoder.embed_tokens.weight
            embedding.positions                        encoder.embed_positions
            embedding.norm                             encoder.layernorm_embedding
            target_embedding.weight                    decoder.embed_tokens.weight
            target_embedding.positions                 decoder.embed_positions
            target_embedding.norm                      decoder.layernorm_embedding
            encoder.layers.*.self_attention.query      encoder.layers.*.self_attn.q_proj
            encoder.layers.*.self_attention.key        encoder.layers.*.self_attn.k_proj
            encoder.layers.*.self_attention.value      encoder.layers.*.self_attn.v_proj
            encoder.layers.*.self_attention.output     encoder.layers.*.self_attn.out_proj
            encoder.layers.*.self_attention_norm       encoder.layers.*.self_attn_layer_norm
            encoder.layers.*.feed_forward.inner        encoder.layers.*.fc1
            encoder.layers.*.feed_forward.outer        encoder.layers.*.fc2
            encoder.layers.*.feed_forward_norm         encoder.layers.*.final_layer_norm
            encoder.norm                               encoder.layer_norm
            decoder.layers.*.self_attention.query      decoder.layers.*.self_attn.q_proj
            decoder.layers.*.self_attention.key        decoder.layers.*.self_attn.k_proj
            decoder.layers.*.self_attention.value      decoder.layers.*.self_attn.v_proj
            decoder.layers.*.self_attention.output     decoder.layers.*.self_attn.out_proj
            decoder.layers.*.self_attention_norm       decoder.layers.*.self_attn_layer_norm
            decoder.layers.*.cross_attention.query     decoder.layers.*.encoder_attn.q_proj
            decoder.layers.*.cross_attention.key       decoder.layers.*.encoder_attn.k_proj
            decoder.layers.*.cross_attention.value     decoder.layers.*.encoder_attn.v_proj
            decoder.layers.*.cross_attention.output    decoder.layers.*.encoder_attn.out_proj
            decoder.layers.*.cross_attention_norm      decoder.layers.*.encoder_attn_layer_norm
            decoder.layers.*.feed_forward.inner        decoder.layers.*.fc1
            decoder.layers.*.feed_forward.outer        decoder.layers.*.fc2
            decoder.layers.*.feed_forward_norm         decoder.layers.*.final_layer_norm
            decoder.norm                               decoder.layer_norm
            output.weight                              /lm_head.weight
            output.bias                                /final_logits_bias
            classifier.dense                           /classification_head.dense
            classifier                                 /classification_head.out_proj
            answer                                     /qa_outputs
            -                                          /lm_head.weight
            -                                          /final_logits_bias
            -                                          encoder.embed_tokens.weight
            -                                          decoder.embed_tokens.weight
            """;

    /** Tables that a block computes itself, which older files hold. */
    private static final String COMPUTED_POSITIONS = """
            -                                          encoder.embed_positions.weight*
            -                                          decoder.embed_positions.weight*
            """;

    /** Marian with a vocabulary on each side. */
    private static final String SEPARATE = """
            embedding.weight                           encoder.embed_tokens.weight
            """;

    private static final int OFFSET = 2;

    @Override
    public Set<String> modelTypes() {
        return Set.of("bart", "mbart", "m2m_100", "marian");
    }

    @Override
    public Blueprint blueprint(CheckpointConfig c, Head head, Predicate<String> tensors)
            throws MalformedModelException {
        String type = c.modelType();
        boolean separate = type.equals("marian") && !c.flag("share_encoder_decoder_embeddings", true);
        EmbeddingConfig source = embedding(c, c.size("vocab_size"));
        EmbeddingConfig target = embedding(c, c.size("decoder_vocab_size", c.size("vocab_size")));
        boolean preNorm = type.equals("mbart") || type.equals("m2m_100");
        StackConfig encoder = stack(c, "encoder", preNorm);
        StackConfig decoder = stack(c, "decoder", preNorm);
        boolean computed = source.positions().kind() != PositionKind.LEARNED;
        NameTable names =
                NameTable.ofTwoStacks("model.", NAMES, computed ? COMPUTED_POSITIONS : "", separate ? SEPARATE : "");
        if (head == Head.SEQUENCE_TO_SEQUENCE) {
            // A checkpoint without the bias has one of zeros, which is none.
            boolean bias = tensors.test("final_logits_bias");
            OutputConfig output = new OutputConfig(c.flag("tie_word_embeddings", true), bias, 1, 0);
            return new Blueprint(
                    new EncoderDecoderTransformer(
                            new TransformerConfig(source, encoder, target, !separate, decoder, output)),
                    names);
        }
        TransformerConfig config =
                new TransformerConfig(source, encoder, target, !separate, decoder, OutputConfig.TIED);
        return new Blueprint(new HeadedEncoderDecoder(config, heads(c, head), head == Head.BASE), names);
    }

    private static EmbeddingConfig embedding(CheckpointConfig c, int vocabularySize) throws MalformedModelException {
        int size = c.size("d_model");
        double scale = c.flag("scale_embedding", c.modelType().equals("m2m_100")) ? Math.sqrt(size) : 1;
        boolean normed = c.modelType().equals("bart") || c.modelType().equals("mbart");
        return EmbeddingConfig.of(vocabularySize, size, scale, positions(c), (float) c.number("dropout", 0.1))
                .withNorm(normed ? NormConfig.layer(1e-5) : NormConfig.NONE);
    }

    private static PositionConfig positions(CheckpointConfig c) throws MalformedModelException {
        int length = c.size("max_position_embeddings", 1024);
        return switch (c.modelType()) {
            case "marian" -> PositionConfig.of(PositionKind.SINUSOIDAL_HALVES, computed(c, length));
            case "m2m_100" -> {
                int padding = Math.max(0, c.integer("pad_token_id", 1));
                yield new PositionConfig(
                        PositionKind.SINUSOIDAL_TENSOR2TENSOR,
                        computed(c, length),
                        padding + 1,
                        PositionNumbering.NOT_PADDING,
                        padding);
            }
            default -> new PositionConfig(PositionKind.LEARNED, length, OFFSET, PositionNumbering.PLACE, -1);
        };
    }

    /** Refuses a table too large to be meant, since nothing in the file speaks for its size. */
    private static int computed(CheckpointConfig c, int length) throws MalformedModelException {
        long numbers = (long) length * c.size("d_model");
        if (numbers > 1 << 22) {
            throw c.wrong("max_position_embeddings", "at most " + (1 << 22) + " / d_model", length);
        }
        return length;
    }

    private static StackConfig stack(CheckpointConfig c, String side, boolean preNorm) throws MalformedModelException {
        int size = c.size("d_model");
        NormConfig norm = NormConfig.layer(1e-5);
        LayerConfig layer = new LayerConfig(
                size,
                AttentionConfig.of(size, c.size(side + "_attention_heads"))
                        .withDropout((float) c.number("attention_dropout", 0)),
                new FeedForwardConfig(
                        c.size(side + "_ffn_dim"),
                        Activations.of(c, "activation_function", "gelu"),
                        false,
                        true,
                        (float) c.number("activation_dropout", 0)),
                preNorm ? NormPlacement.PRE : NormPlacement.POST,
                norm,
                norm,
                (float) c.number("dropout", 0.1));
        return StackConfig.of(layer, c.layers(side + "_layers"), preNorm ? norm : NormConfig.NONE);
    }

    private static Map<String, HeadConfig> heads(CheckpointConfig c, Head head) throws MalformedModelException {
        return switch (head) {
            case BASE -> Encoders.heads();
            case SEQUENCE_CLASSIFICATION ->
                Encoders.heads(
                        "classifier",
                        new HeadConfig(
                                Pooling.LAST_OF_ID,
                                c.token("eos_token_id"),
                                DenseConfig.of(c.size("d_model"), ActivationFunction.TANH),
                                new HeadConfig.Output(c.labels().size(), true, false, false)));
            case QUESTION_ANSWERING -> Encoders.heads("answer", HeadConfig.span());
            default -> throw Encoders.unknownHead(c);
        };
    }
}
