package io.github.djltransformers.compile;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.attention.AttentionConfig;
import io.github.djltransformers.attention.MultiHeadAttention;
import io.github.djltransformers.attention.ScaledDotProductAttention;
import io.github.djltransformers.block.LowRankAdapter;
import io.github.djltransformers.block.Projection;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.layer.FeedForward;
import io.github.djltransformers.layer.FeedForwardConfig;
import io.github.djltransformers.layer.LayerConfig;
import io.github.djltransformers.layer.NormPlacement;
import io.github.djltransformers.layer.TransformerLayer;
import io.github.djltransformers.model.DecoderLanguageModel;
import io.github.djltransformers.model.EncoderClassifier;
import io.github.djltransformers.model.EncoderDecoderTransformer;
import io.github.djltransformers.model.InputEmbedding;
import io.github.djltransformers.model.StackConfig;
import io.github.djltransformers.model.TransformerConfig;
import io.github.djltransformers.model.TransformerStack;
import io.github.djltransformers.norm.Norm;
import io.github.djltransformers.norm.NormConfig;
import io.github.djltransformers.norm.NormKind;
import io.github.djltransformers.ops.ActivationFunction;
import io.github.djltransformers.position.PositionKind;
import io.github.djltransformers.position.Positions;
import io.github.djltransformers.testing.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A configuration of a block, mostly of D 12, H 3, F 20, V 17, and how its inputs are drawn.
 *
 * @param inputs all of them; the optional ones at the end are left out in turn
 */
record ParityCase(String name, TransformerBlock block, Function<Draw, NDList> inputs) {
    static final int D = 12;
    static final int H = 3;
    static final int F = 20;
    static final int V = 17;
    private static final int SMALL = 2048;

    /** The block with random parameters, smaller where many are summed up, as trained ones are. */
    TransformerBlock initialized(NDManager manager) {
        Samples.initialized(manager, DataType.FLOAT32, block);
        Samples.arrays(block).values().stream()
                .filter(array -> array.size() > SMALL)
                .forEach(array -> array.muli(0.1f));
        return block;
    }

    /** How many of the inputs must be given. */
    int required() {
        return (int) block.inputs().stream().filter(name -> !name.endsWith("?")).count();
    }

    private static final List<PositionKind> POSITIONS = List.of(PositionKind.SINUSOIDAL, PositionKind.LEARNED);
    private static final List<NormPlacement> PLACEMENTS = List.of(NormPlacement.POST, NormPlacement.PRE);
    private static final List<ActivationFunction> ACTIVATIONS = List.of(ActivationFunction.values());

    /** Every block of the library in its configurations. */
    static List<ParityCase> all() {
        List<ParityCase> cases = new ArrayList<>();
        for (boolean bias : new boolean[] {true, false}) {
            cases.add(of("bias " + bias, new Projection(D, 7, bias), ParityCase::hidden));
            cases.add(of("bias " + bias, new Norm(D, new NormConfig(NormKind.LAYER, 1e-5f, bias)), ParityCase::hidden));
            cases.add(of("bias " + bias, new MultiHeadAttention(attention(D, D, bias)), draw -> attended(draw, D, D)));
        }
        cases.add(of("kdim, vdim", new MultiHeadAttention(attention(8, 5, true)), draw -> attended(draw, 8, 5)));
        cases.add(of("weights", MultiHeadAttention.withWeights(attention(D, D, true)), draw -> attended(draw, D, D)));
        for (int keyHeads : new int[] {4, 2, 1}) {
            cases.add(of(
                    keyHeads + " key heads of 4",
                    new ScaledDotProductAttention(0.4f, 0.1f),
                    draw -> heads(draw, 4, keyHeads)));
        }
        cases.add(of(
                "",
                new InputEmbedding(Samples.scaledEmbedding(V, D)),
                draw -> new NDList(draw.ids(V, draw.length), draw.padding(draw.length))));
        for (PositionKind positions : POSITIONS) {
            cases.add(of(positions.name(), new Positions(positions, Draw.LONGEST, D), ParityCase::hidden));
            for (NormPlacement norm : PLACEMENTS) {
                models(cases, positions, norm);
            }
        }
        for (ActivationFunction activation : ACTIVATIONS) {
            boolean bias = activation != ActivationFunction.GELU;
            FeedForwardConfig plain = new FeedForwardConfig(F, activation, false, bias, 0);
            FeedForwardConfig gated = new FeedForwardConfig(F, activation, true, false, 0);
            cases.add(of(activation + " bias " + bias, new FeedForward(D, plain), ParityCase::hidden));
            cases.add(of("gated " + activation, new FeedForward(D, gated), ParityCase::hidden));
        }
        for (NormPlacement norm : PLACEMENTS) {
            layers(cases, layer(ActivationFunction.RELU, norm, true));
            layers(cases, layer(ActivationFunction.GELU, norm, false));
            for (boolean finalNorm : new boolean[] {true, false}) {
                stacks(cases, layer(ActivationFunction.RELU, norm, true), finalNorm);
            }
        }
        wide(cases);
        ModernCases.add(cases);
        adapted(cases);
        return cases;
    }

    /** With adapters beside linear maps, two of which share an inner map. */
    private static void adapted(List<ParityCase> cases) {
        LowRankAdapter alone = new LowRankAdapter(D, 7, 2, 0.5f, 0.1f);
        cases.add(of("", alone, ParityCase::hidden));
        Projection projection = new Projection(D, 7, true);
        projection.adapt(new LowRankAdapter(D, 7, 2, 0.5f, 0.1f));
        cases.add(of("adapted", projection, ParityCase::hidden));
        TransformerLayer layer = new TransformerLayer(layer(ActivationFunction.GELU, NormPlacement.PRE, true));
        LowRankAdapter first = null;
        for (Projection part : Projection.within(layer)) {
            Shape shape = part.weight().getShape();
            boolean inner = first != null && shape.equals(new Shape(D, D));
            LowRankAdapter adapter = inner
                    ? new LowRankAdapter(first, D)
                    : new LowRankAdapter((int) shape.get(1), (int) shape.get(0), 2, 0.5f, 0);
            part.adapt(adapter);
            first = adapter;
        }
        cases.add(of("adapted", layer, ParityCase::encoded));
    }

    /** Sizes for which engines have operators of their own: D 64, H 16, F 4096. */
    private static void wide(List<ParityCase> cases) {
        for (ActivationFunction activation : ACTIVATIONS) {
            cases.add(of(
                    "wide " + activation,
                    new FeedForward(64, wide(activation, NormPlacement.PRE).feedForward()),
                    draw -> new NDList(draw.normal(draw.batch, draw.length, 64))));
        }
        cases.add(of(
                "wide",
                new TransformerLayer(wide(ActivationFunction.RELU, NormPlacement.PRE)),
                draw -> new NDList(draw.normal(draw.batch, draw.length, 64), draw.mask(16, draw.length, draw.length))));
        cases.add(of(
                "wide",
                new TransformerLayer(
                        wide(ActivationFunction.GELU, NormPlacement.POST).decoding()),
                draw -> new NDList(
                        draw.normal(draw.batch, draw.length, 64),
                        draw.normal(draw.batch, draw.sourceLength, 64),
                        draw.mask(16, draw.length, draw.length),
                        draw.mask(16, draw.length, draw.sourceLength))));
    }

    private static LayerConfig wide(ActivationFunction activation, NormPlacement norm) {
        return LayerConfig.of(64, 16, 4096).withActivation(activation).withNorm(norm);
    }

    private static void layers(List<ParityCase> cases, LayerConfig layer) {
        String name = layer.normPlacement() + " " + layer.feedForward().activation() + " bias "
                + layer.norm().bias();
        cases.add(of(name, new TransformerLayer(layer), ParityCase::encoded));
        cases.add(of(name, new TransformerLayer(layer.decoding()), ParityCase::decoded));
    }

    private static void stacks(List<ParityCase> cases, LayerConfig layer, boolean finalNorm) {
        String name = layer.normPlacement() + " final norm " + finalNorm;
        cases.add(of(
                name,
                new TransformerStack(StackConfig.of(layer, 2, finalNorm ? layer.norm() : NormConfig.NONE)),
                ParityCase::encoded));
        cases.add(of(
                name,
                new TransformerStack(StackConfig.of(layer.decoding(), 2, finalNorm ? layer.norm() : NormConfig.NONE)),
                ParityCase::decoded));
    }

    private static void models(List<ParityCase> cases, PositionKind positions, NormPlacement norm) {
        boolean finalNorm = norm == NormPlacement.PRE;
        TransformerConfig config = new TransformerConfig(
                layer(ActivationFunction.GELU, norm, true), 2, 2, V, Draw.LONGEST, positions, finalNorm);
        String name = positions + " " + norm;
        cases.add(of(
                name,
                new EncoderClassifier(config, 4),
                draw -> new NDList(draw.ids(V, draw.length), draw.keyMask(draw.length))));
        cases.add(of(
                name,
                new DecoderLanguageModel(config),
                draw -> new NDList(draw.ids(V, draw.length), draw.padding(draw.length))));
        cases.add(of(
                name,
                new EncoderDecoderTransformer(config),
                draw -> new NDList(
                        draw.ids(V, draw.sourceLength),
                        draw.padding(draw.sourceLength),
                        draw.ids(V, draw.length),
                        draw.padding(draw.length))));
    }

    static ParityCase of(String name, TransformerBlock block, Function<Draw, NDList> inputs) {
        return new ParityCase(block.name() + " " + name, block, inputs);
    }

    private static LayerConfig layer(ActivationFunction activation, NormPlacement norm, boolean bias) {
        LayerConfig layer = LayerConfig.of(D, H, F)
                .withActivation(activation)
                .withNorm(norm)
                .withDropout(0.1f, 0.1f, 0.1f);
        return bias ? layer : layer.withoutBias();
    }

    private static AttentionConfig attention(int keySize, int valueSize, boolean bias) {
        return new AttentionConfig(D, keySize, valueSize, H, bias, 0.1f);
    }

    static NDList hidden(Draw draw) {
        return new NDList(draw.normal(draw.batch, draw.length, D));
    }

    private static NDList attended(Draw draw, int keySize, int valueSize) {
        return new NDList(
                draw.normal(draw.batch, draw.length, D),
                draw.normal(draw.batch, draw.sourceLength, keySize),
                draw.normal(draw.batch, draw.sourceLength, valueSize),
                draw.mask(H, draw.length, draw.sourceLength));
    }

    private static NDList heads(Draw draw, int heads, int keyHeads) {
        return new NDList(
                draw.normal(draw.batch, heads, draw.length, 6),
                draw.normal(draw.batch, keyHeads, draw.sourceLength, 6),
                draw.normal(draw.batch, keyHeads, draw.sourceLength, 5),
                draw.mask(heads, draw.length, draw.sourceLength));
    }

    static NDList encoded(Draw draw) {
        return new NDList(draw.normal(draw.batch, draw.length, D), draw.mask(H, draw.length, draw.length));
    }

    static NDList decoded(Draw draw) {
        NDArray x = draw.normal(draw.batch, draw.length, D);
        return new NDList(
                x,
                draw.normal(draw.batch, draw.sourceLength, D),
                draw.mask(H, draw.length, draw.length),
                draw.mask(H, draw.length, draw.sourceLength));
    }
}
