package io.github.djltransformers.compile;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.attention.DisentangledConfig;
import io.github.djltransformers.attention.MultiHeadAttention;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.head.DenseConfig;
import io.github.djltransformers.head.HeadConfig;
import io.github.djltransformers.head.HeadedEncoder;
import io.github.djltransformers.head.HeadedEncoderDecoder;
import io.github.djltransformers.head.OutputHead;
import io.github.djltransformers.head.Pooling;
import io.github.djltransformers.head.SentenceConfig;
import io.github.djltransformers.head.SentenceEncoder;
import io.github.djltransformers.layer.FeedForwardConfig;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.EmbeddingConfig;
import io.github.djltransformers.model.EmbeddingConfig.ProjectionPlacement;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.EncoderModel;
import io.github.djltransformers.model.InputEmbedding;
import io.github.djltransformers.model.OutputConfig;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.model.TransformerStack;
import io.github.djltransformers.norm.Norm;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.norm.NormKind;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.ops.AttentionSpan;
import io.github.djltransformers.ops.RotaryConfig;
import io.github.djltransformers.ops.RotaryScaling;
import io.github.djltransformers.ops.ScoreScale;
import io.github.djltransformers.position.PositionConfig;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.PositionNumbering;
import io.github.djltransformers.position.RelativeBias;
import io.github.djltransformers.position.RelativeBiasConfig;
import io.github.djltransformers.position.RelativeTable;
import io.github.djltransformers.position.RelativeTableConfig;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The blocks of today's models, each option at least once. */
final class ModernCases {
    private static final int D = ParityCase.D;
    private static final int H = ParityCase.H;
    private static final int V = ParityCase.V;
    private static final AttentionConfig ATTENTION = AttentionConfig.of(D, H);
    private static final int HEAD = ATTENTION.headSize();
    private static final NormConfig RMS = NormConfig.rms(1e-6);

    private ModernCases() {}

    static void add(List<ParityCase> cases) {
        cases.add(ParityCase.of("RMS", new Norm(D, RMS), ParityCase::hidden));
        cases.add(ParityCase.of(
                "RMS from one", new Norm(D, new NormConfig(NormKind.RMS_FROM_ONE, 1e-6f, false)), ParityCase::hidden));
        layers(cases);
        stacks(cases);
        models(cases);
        heads(cases);
    }

    private static void layers(List<ParityCase> cases) {
        layer(cases, "grouped", ATTENTION.withHeads(1, 6).withBias(true, false), NormPlacement.PRE);
        layer(cases, "soft cap", ATTENTION.withScale(new ScoreScale(0.4f, 0.5f)), NormPlacement.SANDWICH);
        layer(cases, "window", ATTENTION.withSpan(AttentionSpan.causalWindow(3)), NormPlacement.PARALLEL);
        layer(cases, "both sides", ATTENTION.withSpan(new AttentionSpan(2, 1)), NormPlacement.PARALLEL_SHARED);
        layer(cases, "head norms", ATTENTION.withQueryKeyNorm(NormConfig.layer(1e-5)), NormPlacement.PRE);
        for (RotaryScaling.Kind kind : RotaryScaling.Kind.values()) {
            RotaryScaling scaling = new RotaryScaling(kind, 2, 4, 1, 4, kind == RotaryScaling.Kind.YARN ? 1.1 : 1);
            layer(
                    cases,
                    "rotary " + kind,
                    ATTENTION.withRotary(new RotaryConfig(HEAD, 100, scaling)),
                    NormPlacement.PRE);
        }
        RotaryConfig part = new RotaryConfig(2, 10000, null);
        layer(cases, "part rotary", ATTENTION.withRotary(part).withQueryKeyNorm(RMS), NormPlacement.PRE);
        FeedForwardConfig gated = new FeedForwardConfig(20, ActivationFunction.SWISH, true, false, 0);
        cases.add(ParityCase.of(
                "gated",
                new TransformerLayer(
                        LayerConfig.of(D, H, 20).withFeedForward(gated).withNorm(RMS)),
                ParityCase::encoded));
    }

    private static void layer(List<ParityCase> cases, String name, AttentionConfig attention, NormPlacement placement) {
        LayerConfig layer = LayerConfig.of(D, H, 20).withAttention(attention).withNorm(placement);
        cases.add(ParityCase.of(name, new TransformerLayer(layer), ParityCase::encoded));
    }

    private static void stacks(List<ParityCase> cases) {
        for (RelativeBiasConfig.Kind kind : RelativeBiasConfig.Kind.values()) {
            RelativeBiasConfig bias =
                    new RelativeBiasConfig(kind, kind == RelativeBiasConfig.Kind.ALIBI ? 0 : 8, Draw.LONGEST);
            cases.add(ParityCase.of(kind.name(), new RelativeBias(bias, 3), ParityCase::hidden));
            StackConfig stack = StackConfig.of(LayerConfig.of(D, H, 20), 2, RMS).withRelativeBias(bias);
            cases.add(ParityCase.of(kind.name(), new TransformerStack(stack), ParityCase::encoded));
        }
        StackConfig shared = new StackConfig(List.of(LayerConfig.of(D, H, 20)), 3, NormConfig.NONE, null, null);
        cases.add(ParityCase.of("shared layers", new TransformerStack(shared), ParityCase::encoded));
        RelativeTableConfig table = new RelativeTableConfig(4, 8, NormConfig.layer(1e-5));
        cases.add(ParityCase.of("", new RelativeTable(table, D), ParityCase::hidden));
        for (boolean own : new boolean[] {true, false}) {
            DisentangledConfig config = new DisentangledConfig(table.reach(), true, own, own);
            AttentionConfig attention = ATTENTION.withDisentangled(config);
            StackConfig stack = StackConfig.of(LayerConfig.of(D, H, 20).withAttention(attention), 2, NormConfig.NONE)
                    .withRelativeTable(table);
            cases.add(ParityCase.of("disentangled, own " + own, new TransformerStack(stack), ParityCase::encoded));
        }
        MultiHeadAttention attention =
                new MultiHeadAttention(ATTENTION.withDisentangled(new DisentangledConfig(4, true, true, true)));
        cases.add(ParityCase.of("", child(attention, "relative"), ModernCases::disentangled));
    }

    private static TransformerBlock child(TransformerBlock block, String name) {
        return (TransformerBlock) block.getChildren().stream()
                .filter(pair -> pair.getKey().endsWith(name))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    private static NDList disentangled(Draw draw) {
        NDArray rows = draw.ids(8, draw.length * draw.length).get("0:1").reshape(draw.length, draw.length);
        return new NDList(
                draw.normal(draw.batch, H, draw.length, HEAD),
                draw.normal(draw.batch, H, draw.length, HEAD),
                draw.normal(1, H, 8, HEAD),
                draw.normal(1, H, 8, HEAD),
                rows,
                rows.transpose(1, 0));
    }

    private static EmbeddingConfig embedding(PositionKind kind, PositionNumbering numbering) {
        PositionConfig positions = new PositionConfig(kind, Draw.LONGEST, 2, numbering, 1);
        return EmbeddingConfig.of(V, D, 2, positions, 0.1f).withNorm(NormConfig.layer(1e-5));
    }

    private static void models(List<ParityCase> cases) {
        for (PositionNumbering numbering : PositionNumbering.values()) {
            EmbeddingConfig embedding =
                    embedding(PositionKind.LEARNED, numbering).withTokenTypes(3);
            cases.add(ParityCase.of(
                    numbering.name(), new InputEmbedding(embedding.withZeroedPadding()), ModernCases::typed));
        }
        for (ProjectionPlacement placement : ProjectionPlacement.values()) {
            EmbeddingConfig embedding = embedding(PositionKind.SINUSOIDAL_HALVES, PositionNumbering.PLACE)
                    .withProjection(6, placement);
            cases.add(ParityCase.of(
                    placement.name(), new InputEmbedding(embedding.withTokenTypes(3)), ModernCases::typed));
        }
        StackConfig stack = StackConfig.of(LayerConfig.of(D, H, 20), 2, NormConfig.NONE);
        EmbeddingConfig typed =
                embedding(PositionKind.LEARNED, PositionNumbering.PLACE).withTokenTypes(3);
        cases.add(ParityCase.of("", new EncoderModel(typed, stack), ModernCases::typed));
        AttentionConfig rotary = ATTENTION.withHeads(1, 6).withRotary(new RotaryConfig(6, 100, null));
        StackConfig causal = StackConfig.of(
                        LayerConfig.of(D, H, 20).withAttention(rotary).withNorm(NormPlacement.PRE), 2, RMS)
                .causal();
        TransformerConfig writer = new TransformerConfig(
                embedding(PositionKind.NONE, PositionNumbering.KEPT),
                null,
                null,
                false,
                causal,
                new OutputConfig(false, true, 0.5f, 2));
        cases.add(ParityCase.of(
                "rotary",
                new DecoderLanguageModel(writer),
                draw -> new NDList(draw.ids(V, draw.length), draw.padding(draw.length))));
        cases.add(ParityCase.of("capped", child(new DecoderLanguageModel(writer), "output"), ParityCase::hidden));
        TransformerConfig translator = new TransformerConfig(
                embedding(PositionKind.SINUSOIDAL_TENSOR2TENSOR, PositionNumbering.NOT_PADDING),
                stack,
                embedding(PositionKind.LEARNED, PositionNumbering.PLACE),
                true,
                stack,
                OutputConfig.TIED);
        cases.add(ParityCase.of("separate", new EncoderDecoderTransformer(translator), ModernCases::translated));
        cases.add(ParityCase.of(
                "",
                new HeadedEncoderDecoder(translator, Map.of("answer", HeadConfig.span()), true),
                ModernCases::translated));
    }

    private static NDList typed(Draw draw) {
        return new NDList(draw.ids(V, draw.length), draw.padding(draw.length), draw.ids(3, draw.length));
    }

    private static NDList translated(Draw draw) {
        return new NDList(
                draw.ids(V, draw.sourceLength),
                draw.padding(draw.sourceLength),
                draw.ids(V, draw.length),
                draw.padding(draw.length));
    }

    private static void heads(List<ParityCase> cases) {
        DenseConfig dense = new DenseConfig(7, true, ActivationFunction.TANH, NormConfig.layer(1e-5));
        HeadConfig.Output output = new HeadConfig.Output(3, true, false, false);
        for (Pooling pooling : Pooling.values()) {
            HeadConfig head = new HeadConfig(pooling, 4, dense, output);
            cases.add(ParityCase.of(pooling.name(), new OutputHead(head, D, null), ModernCases::pooled));
        }
        EmbeddingConfig embedding =
                embedding(PositionKind.LEARNED, PositionNumbering.PLACE).withTokenTypes(2);
        StackConfig stack = StackConfig.of(LayerConfig.of(D, H, 20), 1, NormConfig.NONE);
        HeadConfig words = HeadConfig.words(DenseConfig.of(D, ActivationFunction.GELU), V, true);
        SentenceConfig sentence = SentenceConfig.of(Pooling.MEAN)
                .then(DenseConfig.of(5, ActivationFunction.TANH))
                .unitLength();
        cases.add(ParityCase.of("sentence", new SentenceEncoder(new EncoderModel(embedding, stack), sentence), draw -> {
            NDList inputs = pooled(draw);
            return new NDList(inputs.get(1), inputs.get(2), draw.ids(2, draw.length));
        }));
        cases.add(ParityCase.of(
                "words",
                new HeadedEncoder(embedding, stack, Map.of("words", words), true),
                draw -> new NDList(draw.ids(V, draw.length), draw.padding(draw.length), draw.ids(2, draw.length))));
    }

    /** Every row keeps a token, for a mean of none is no number. */
    private static NDList pooled(Draw draw) {
        boolean[] keep = new boolean[(int) (draw.batch * draw.length)];
        IntStream.range(0, keep.length).forEach(i -> keep[i] = i % draw.length == 0 || i % 3 != 0);
        NDArray ids = draw.ids(V, draw.length);
        NDArray mask = ids.getManager()
                .create(keep, ids.getShape())
                .toType(DataType.BOOLEAN, false)
                .reshape(draw.batch, 1, 1, draw.length);
        return new NDList(draw.normal(draw.batch, draw.length, D), ids, mask);
    }
}
