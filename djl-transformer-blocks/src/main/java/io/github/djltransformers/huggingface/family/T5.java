package io.github.djltransformers.huggingface.family;

import ai.djl.MalformedModelException;
import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.head.DenseConfig;
import io.github.djltransformers.head.HeadConfig;
import io.github.djltransformers.head.HeadedEncoder;
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
import io.github.djltransformers.ops.AttentionSpan;
import io.github.djltransformers.ops.ScoreScale;
import io.github.djltransformers.position.PositionConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.RelativeBiasConfig;
import java.util.Set;
import java.util.function.Predicate;

/** T5 1.0 and 1.1 (Raffel et al. 2020) and mT5 (Xue et al. 2021): RMS norms, a relative bias in place of positions, scores that are not scaled. */
public final class T5 implements Family {
    private static final String NAMES = """
            embedding.weight                         shared.weight|decoder.embed_tokens.weight|encoder.embed_tokens.weight
            encoder.relative_bias                    encoder.block.0.layer.0.SelfAttention.relative_attention_bias
            encoder.layers.*.self_attention.query    encoder.block.*.layer.0.SelfAttention.q
            encoder.layers.*.self_attention.key      encoder.block.*.layer.0.SelfAttention.k
            encoder.layers.*.self_attention.value    encoder.block.*.layer.0.SelfAttention.v
            encoder.layers.*.self_attention.output   encoder.block.*.layer.0.SelfAttention.o
            encoder.layers.*.self_attention_norm     encoder.block.*.layer.0.layer_norm
            encoder.layers.*.feed_forward.inner      encoder.block.*.layer.1.DenseReluDense.{inner}
            encoder.layers.*.feed_forward.gate       encoder.block.*.layer.1.DenseReluDense.wi_0
            encoder.layers.*.feed_forward.outer      encoder.block.*.layer.1.DenseReluDense.wo
            encoder.layers.*.feed_forward_norm       encoder.block.*.layer.1.layer_norm
            encoder.norm                             encoder.final_layer_norm
            decoder.relative_bias                    decoder.block.0.layer.0.SelfAttention.relative_attention_bias
            decoder.layers.*.self_attention.query    decoder.block.*.layer.0.SelfAttention.q
            decoder.layers.*.self_attention.key      decoder.block.*.layer.0.SelfAttention.k
            decoder.layers.*.self_attention.value    decoder.block.*.layer.0.SelfAttention.v
            decoder.layers.*.self_attention.output   decoder.block.*.layer.0.SelfAttention.o
            decoder.layers.*.self_attention_norm     decoder.block.*.layer.0.layer_norm
            decoder.layers.*.cross_attention.query   decoder.block.*.layer.1.EncDecAttention.q
            decoder.layers.*.cross_attention.key     decoder.block.*.layer.1.EncDecAttention.k
            decoder.layers.*.cross_attention.value   decoder.block.*.layer.1.EncDecAttention.v
            decoder.layers.*.cross_attention.output  decoder.block.*.layer.1.EncDecAttention.o
            decoder.layers.*.cross_attention_norm    decoder.block.*.layer.1.layer_norm
            decoder.layers.*.feed_forward.inner      decoder.block.*.layer.2.DenseReluDense.{inner}
            decoder.layers.*.feed_forward.gate       decoder.block.*.layer.2.DenseReluDense.wi_0
            decoder.layers.*.feed_forward.outer      decoder.block.*.layer.2.DenseReluDense.wo
            decoder.layers.*.feed_forward_norm       decoder.block.*.layer.2.layer_norm
            decoder.norm                             decoder.final_layer_norm
            output.weight                            /lm_head.weight
            classifier.dense                         /classification_head.dense
            classifier                               /classification_head.out_proj
            tags                                     /classifier
            answer                                   /qa_outputs
            -                                        /lm_head.weight
            -                                        encoder.embed_tokens.weight
            -                                        decoder.embed_tokens.weight
            -                                        decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight
            """;

    /** No table bounds a sequence. */
    private static final PositionConfig POSITIONS = PositionConfig.of(PositionKind.NONE, 1 << 20);

    @Override
    public Set<String> modelTypes() {
        return Set.of("t5", "mt5");
    }

    @Override
    public Blueprint blueprint(CheckpointConfig c, Head head, Predicate<String> tensors)
            throws MalformedModelException {
        String[] projection = c.text("feed_forward_proj", c.modelType().equals("mt5") ? "gated-gelu" : "relu")
                .split("-", -1);
        boolean gated = projection.length > 1 && projection[0].equals("gated");
        String activation = projection[projection.length - 1];
        boolean within = head == Head.SEQUENCE_CLASSIFICATION || head == Head.TOKEN_CLASSIFICATION;
        NameTable names =
                NameTable.ofTwoStacks(within ? "transformer." : "", NAMES.replace("{inner}", gated ? "wi_1" : "wi"));
        LayerConfig layer = layer(
                c,
                gated,
                Activations.named(
                        c, "feed_forward_proj", gated && activation.equals("gelu") ? "gelu_new" : activation));
        EmbeddingConfig embedding =
                EmbeddingConfig.of(c.size("vocab_size"), layer.modelSize(), 1, POSITIONS, layer.dropout());
        int layers = c.layers("num_layers");
        StackConfig encoder = stack(c, layer, layers, RelativeBiasConfig.Kind.BUCKETS);
        if (c.architecture().contains("EncoderModel") || head == Head.TOKEN_CLASSIFICATION) {
            return new Blueprint(
                    new HeadedEncoder(
                            embedding,
                            encoder,
                            head == Head.BASE
                                    ? Encoders.heads()
                                    : Encoders.heads(
                                            "tags",
                                            HeadConfig.tokenClasses(c.labels().size())),
                            head == Head.BASE),
                    names);
        }
        int decoderLayers = c.has("num_decoder_layers") ? c.layers("num_decoder_layers") : layers;
        StackConfig decoder = stack(c, layer, decoderLayers, RelativeBiasConfig.Kind.CAUSAL_BUCKETS)
                .causal();
        boolean tied = c.flag("tie_word_embeddings", !c.modelType().equals("mt5"));
        boolean scaled = c.flag("scale_decoder_outputs", tied);
        OutputConfig output = new OutputConfig(tied, false, scaled ? (float) (1 / Math.sqrt(layer.modelSize())) : 1, 0);
        TransformerConfig config = new TransformerConfig(embedding, encoder, null, false, decoder, output);
        return new Blueprint(
                switch (head) {
                    case SEQUENCE_TO_SEQUENCE -> new EncoderDecoderTransformer(config);
                    case BASE -> new HeadedEncoderDecoder(withoutOutput(config), Encoders.heads(), true);
                    case SEQUENCE_CLASSIFICATION ->
                        new HeadedEncoderDecoder(
                                withoutOutput(config), Encoders.heads("classifier", classifier(c, layer)), false);
                    case QUESTION_ANSWERING ->
                        new HeadedEncoderDecoder(
                                withoutOutput(config), Encoders.heads("answer", HeadConfig.span()), false);
                    default -> throw Encoders.unknownHead(c);
                },
                names);
    }

    private static TransformerConfig withoutOutput(TransformerConfig config) {
        return new TransformerConfig(
                config.embedding(), config.encoder(), null, false, config.decoder(), OutputConfig.TIED);
    }

    private static HeadConfig classifier(CheckpointConfig c, LayerConfig layer) throws MalformedModelException {
        return new HeadConfig(
                Pooling.LAST_OF_ID,
                c.token("eos_token_id"),
                DenseConfig.of(layer.modelSize(), ActivationFunction.TANH),
                new HeadConfig.Output(c.labels().size(), true, false, false));
    }

    private static LayerConfig layer(CheckpointConfig c, boolean gated, ActivationFunction activation)
            throws MalformedModelException {
        int size = c.size("d_model");
        int heads = c.size("num_heads");
        float dropout = (float) c.number("dropout_rate", 0.1);
        NormConfig norm = NormConfig.rms(c.number("layer_norm_epsilon", 1e-6));
        AttentionConfig attention = new AttentionConfig(
                size,
                size,
                size,
                heads,
                heads,
                c.size("d_kv"),
                false,
                false,
                ScoreScale.of(1),
                AttentionSpan.ALL,
                null,
                null,
                null,
                dropout);
        return new LayerConfig(
                size,
                attention,
                new FeedForwardConfig(c.size("d_ff"), activation, gated, false, dropout),
                NormPlacement.PRE,
                norm,
                norm,
                dropout);
    }

    private static StackConfig stack(CheckpointConfig c, LayerConfig layer, int depth, RelativeBiasConfig.Kind kind)
            throws MalformedModelException {
        RelativeBiasConfig bias = new RelativeBiasConfig(
                kind, c.size("relative_attention_num_buckets", 32), c.size("relative_attention_max_distance", 128));
        return StackConfig.of(layer, depth, layer.norm()).withRelativeBias(bias);
    }
}
