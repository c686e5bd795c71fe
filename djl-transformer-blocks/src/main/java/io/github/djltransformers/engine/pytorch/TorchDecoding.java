package io.github.djltransformers.engine.pytorch;

import ai.djl.ndarray.NDManager;
import io.github.djltransformers.Text;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.DecodingProgram;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.engine.pytorch.TorchSource.Unpacked;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.stack.DecoderLanguageModel;
import io.github.djltransformers.stack.DecoderOutput;
import io.github.djltransformers.stack.DecoderState;
import io.github.djltransformers.stack.EncoderDecoderTransformer;
import io.github.djltransformers.stack.GenerativeModel;
import io.github.djltransformers.stack.TransformerConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A generative model as the methods of one module.
 *
 * <p>{@code cache} (2L, R, H, capacity, Dh) holds keys and values of each layer for R rows, {@code length} of them filled.
 * In memory the tokens come before the rows, so that a step's keys are written, and the filled part of a row is moved, in
 * one piece a token. {@code memory} lists keys and values of each layer over the source, and a score bias where sources are padded; its rows
 * may be fewer than R, each standing for as many rows side by side.
 */
final class TorchDecoding implements DecodingProgram {
    private final TransformerConfig config;
    private final TorchModule module;
    private final boolean readsSource;

    private TorchDecoding(TransformerConfig config, TorchModule module, boolean readsSource) {
        this.config = config;
        this.module = module;
        this.readsSource = readsSource;
    }

    static TorchDecoding of(EncoderDecoderTransformer model, NDManager manager, CompilationConfig config) {
        TorchWeights weights = new TorchWeights(LinearForm.of(config, manager));
        TorchSource source = new TorchSource(weights);
        for (boolean masked : new boolean[] {false, true}) {
            TorchScriptOps ops = new TorchScriptOps(weights);
            DecoderState<TorchValue> state =
                    model.encode(ops, TorchValue.of("ids"), masked ? TorchValue.of("keep") : null);
            List<TorchValue> memory = flat(state.memory());
            if (masked) {
                memory.add(state.memoryMask().scoreBias());
            }
            source.method(
                    masked ? "encode_masked" : "encode",
                    masked ? List.of("ids: Tensor", "keep: Tensor") : List.of("ids: Tensor"),
                    List.of(),
                    ops,
                    "List[Tensor]",
                    "[" + contiguous(memory) + "]");
            addStep(source, weights, model, memory.size(), masked);
        }
        addState(source);
        return new TorchDecoding(model.config(), new TorchModule(source, weights, manager), true);
    }

    static TorchDecoding of(DecoderLanguageModel model, NDManager manager, CompilationConfig config) {
        TorchWeights weights = new TorchWeights(LinearForm.of(config, manager));
        TorchSource source = new TorchSource(weights);
        TorchScriptOps ops = new TorchScriptOps(weights);
        DecoderOutput<TorchValue> read = model.decode(ops, TorchValue.of("ids"), DecoderState.empty());
        source.method(
                "read",
                List.of("ids: Tensor"),
                List.of(),
                ops,
                "Tensor",
                "torch.stack([" + names(flat(read.state().past())) + "])");
        addStep(source, weights, model, 0, false);
        addState(source);
        return new TorchDecoding(model.config(), new TorchModule(source, weights, manager), false);
    }

    /** The method that reads one token of each row. */
    private static void addStep(
            TorchSource source, TorchWeights weights, GenerativeModel model, int memorySize, boolean masked) {
        TorchScriptOps ops = new TorchScriptOps(weights);
        int layers = model.config().decoderLayers();
        int heads = model.config().decoder().layers().get(0).attention().keyValueHeads();
        List<KeyValueCache<TorchValue>> past = new ArrayList<>();
        List<KeyValueCache<TorchValue>> memory = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            past.add(new KeyValueCache<>(buffer(ops, 2 * layer), buffer(ops, 2 * layer + 1)));
            if (memorySize > 0) {
                memory.add(new KeyValueCache<>(memory(2 * layer, heads), memory(2 * layer + 1, heads)));
            }
        }
        // Every source has a token, so that no row is without anything to attend to.
        AttentionMask<TorchValue> mask = masked ? new AttentionMask<>(TorchValue.of("m" + 2 * layers), null) : null;
        TorchValue logits = model.decode(ops, TorchValue.column("ids"), new DecoderState<>(past, null, memory, mask))
                .logits();
        // In place, as nothing else reads the logits.
        TorchValue logProbs = ops.let("torch._log_softmax(%1$s, 1, False, out=%1$s)", logits.name());
        String suffix = masked ? "_masked" : "";
        List<String> parameters =
                List.of("ids: Tensor", "cache: Tensor", "length: int", "filled: int", "m: List[Tensor]", "count: int");
        source.method(
                "next" + suffix,
                parameters,
                List.of(new Unpacked("m", memorySize)),
                ops,
                "Tuple[Tensor, Tensor]",
                Text.format(
                        "__torch__.best(%s, count, %d)",
                        logProbs.name(), groups(model.config().vocabularySize())));
    }

    private static TorchValue buffer(TorchScriptOps ops, int index) {
        String name = ops.let("torch.select(cache, 0, %d)", index).name();
        return new TorchValue(name, name, 0, false, false);
    }

    private static TorchValue memory(int index, int heads) {
        return new TorchValue("m" + index, null, heads, true, false);
    }

    /**
     * How many groups the vocabulary is cut into to find the best tokens, of which only groups with the best maxima are
     * looked through; 0 where no number near twice the square root divides it.
     */
    private static int groups(int vocabularySize) {
        int wanted = (int) Math.round(2 * Math.sqrt(vocabularySize));
        return IntStream.rangeClosed(wanted / 2, wanted * 2)
                .filter(groups -> vocabularySize % groups == 0)
                .boxed()
                .min(Comparator.comparingInt(groups -> Math.abs(groups - wanted)))
                .orElse(0);
    }

    private static void addState(TorchSource source) {
        source.plainMethod("""
                def start(self: __torch__.K, memory: List[Tensor], sizes: List[int]) -> Tensor:
                  return torch.permute(torch.new_empty(memory[0], sizes), [0, 2, 3, 1, 4])
                def grow(self: __torch__.K, cache: Tensor, length: int, capacity: int) -> Tensor:
                  sizes = [torch.size(cache, 0), capacity, torch.size(cache, 1), torch.size(cache, 2), torch.size(cache, 4)]
                  grown = torch.permute(torch.new_empty(cache, sizes), [0, 2, 3, 1, 4])
                  _0 = torch.copy_(torch.narrow(grown, 3, 0, length), torch.narrow(cache, 3, 0, length))
                  return grown
                def spare(self: __torch__.K, cache: Tensor, rows: int) -> Tensor:
                  sizes = [torch.size(cache, 0), torch.size(cache, 3), rows, torch.size(cache, 2), torch.size(cache, 4)]
                  return torch.permute(torch.new_empty(cache, sizes), [0, 2, 3, 1, 4])
                def move(self: __torch__.K, cache: Tensor, length: int, rows: Tensor, spare: Tensor) -> Tensor:
                  moved = torch.narrow(spare, 1, 0, torch.size(rows, 0))
                  target = torch.narrow(moved, 3, 0, length)
                  _0 = torch.index_select(torch.narrow(cache, 3, 0, length), 1, rows, out=target)
                  return moved
                def select(self: __torch__.K, memory: List[Tensor], rows: Tensor) -> List[Tensor]:
                  selected = annotate(List[Tensor], [])
                  for x in memory:
                    _0 = torch.append(selected, torch.index_select(x, 0, rows))
                  return selected
                """);
    }

    private static List<TorchValue> flat(List<KeyValueCache<TorchValue>> caches) {
        List<TorchValue> values = new ArrayList<>();
        for (KeyValueCache<TorchValue> cache : caches) {
            values.add(cache.keys());
            values.add(cache.values());
        }
        return values;
    }

    /** Every step reads them all, so that bringing them together once pays. */
    private static String contiguous(List<TorchValue> values) {
        return values.stream()
                .map(value -> Text.format("torch.contiguous(%s)", value.name()))
                .collect(Collectors.joining(", "));
    }

    private static String names(List<TorchValue> values) {
        return values.stream().map(TorchValue::name).collect(Collectors.joining(", "));
    }

    @Override
    public DecodingBatch open(NDManager manager, TokenRows inputs) {
        inputs.requireInVocabulary(config.vocabularySize());
        if (inputs.length() > config.maxLength()) {
            throw TorchDecodingBatch.tooLong(config, inputs.length());
        }
        module.synchronize();
        return readsSource
                ? TorchDecodingBatch.encode(module, config, manager, inputs)
                : TorchDecodingBatch.read(module, config, manager, inputs);
    }

    @Override
    public void close() {
        module.close();
    }
}
