package io.github.djltransformers.engine.pytorch;

import ai.djl.ndarray.NDManager;
import io.github.djltransformers.Text;
import io.github.djltransformers.compile.CompilationConfig;
import io.github.djltransformers.compile.DecodingProgram;
import io.github.djltransformers.compile.ProgramRows;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.engine.pytorch.TorchSource.Unpacked;
import io.github.djltransformers.model.CacheLayout;
import io.github.djltransformers.model.DecoderState;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A generative model as the methods of one module, each once for inputs of one length and once, {@code masked}, for padded
 * ones.
 *
 * <p>{@code begin} reads the inputs. It gives a {@code cache} (2L, R, Hkv, capacity, Dh) with keys and values of each layer for
 * R rows, of which a step finds {@code length} filled, or for a source some tensor that the cache will be like; and what is
 * kept of the inputs, {@code m}: keys and values of each layer over the source, its score bias, the keep-mask of a
 * beginning. Its rows may be fewer than R, each standing for as many rows side by side. In memory the cache's tokens come before
 * the rows, so that a step's keys are written, and the filled part of a row is moved, in one piece a token.
 *
 * <p>{@code logits} reads one token of each row; {@code next} chooses from its result, and gives the log-probabilities and ids of the
 * chosen, what logits are more than log-probabilities, and all log-probabilities.
 */
final class TorchDecoding implements DecodingProgram {
    static final String BEGIN = "begin";
    private static final String LOGITS = "logits";
    static final String NEXT = "next";
    static final String MASKED = "_masked";

    private final TorchModule module;
    private final CacheLayout layout;
    private final int maxLength;
    private final boolean readsSource;

    TorchDecoding(GenerativeModel model, NDManager manager, CompilationConfig config) {
        layout = model.cacheLayout();
        maxLength = model.config().maxLength();
        readsSource = model.readsSource();
        TorchWeights weights = new TorchWeights(LinearForm.of(config, manager));
        TorchSource source = new TorchSource(weights);
        for (String suffix : List.of("", MASKED)) {
            DecoderState<TorchValue> begun = addBegin(source, weights, model, suffix);
            addLogits(source, weights, model, begun, suffix);
            addNext(source, model, suffix);
        }
        addState(source);
        module = new TorchModule(source, weights, manager);
    }

    private static DecoderState<TorchValue> addBegin(
            TorchSource source, TorchWeights weights, GenerativeModel model, String suffix) {
        TorchScriptOps ops = new TorchScriptOps(weights);
        boolean masked = suffix.equals(MASKED);
        DecoderState<TorchValue> state = model.begin(ops, TorchValue.of("ids"), masked ? TorchValue.of("keep") : null);
        List<TorchValue> kept = kept(ops, state);
        String cache = state.past() == null ? kept.get(0).name() : "torch.stack([" + names(flat(state.past())) + "])";
        source.method(
                BEGIN + suffix,
                masked ? List.of("ids: Tensor", "keep: Tensor") : List.of("ids: Tensor"),
                List.of(),
                ops,
                "Tuple[Tensor, List[Tensor]]",
                "(" + cache + ", annotate(List[Tensor], [" + contiguous(kept) + "]))");
        return state;
    }

    /** What is kept of the inputs beside a beginning's keys and values. */
    private static List<TorchValue> kept(TorchScriptOps ops, DecoderState<TorchValue> state) {
        List<TorchValue> kept = flat(state.memory());
        if (state.memoryMask() != null) {
            kept.add(state.memoryMask().scoreBias());
        }
        if (state.keep() != null) {
            // The caller's own array may lie in memory that goes with it.
            kept.add(ops.let("torch.clone(%s)", state.keep().name()));
        }
        return kept;
    }

    /** The method that reads one token of each row. */
    private static void addLogits(
            TorchSource source,
            TorchWeights weights,
            GenerativeModel model,
            DecoderState<TorchValue> begun,
            String suffix) {
        TorchScriptOps ops = new TorchScriptOps(weights);
        List<KeyValueCache<TorchValue>> past = new ArrayList<>();
        for (int layer = 0; layer < model.cacheLayout().layers(); layer++) {
            past.add(new KeyValueCache<>(buffer(ops, 2 * layer), buffer(ops, 2 * layer + 1)));
        }
        int size = 0;
        List<KeyValueCache<TorchValue>> memory = new ArrayList<>();
        for (KeyValueCache<TorchValue> read : begun.memory()) {
            int heads = read.keys().heads();
            memory.add(new KeyValueCache<>(memory(size++, heads), memory(size++, heads)));
        }
        // Every source has a token, so that no row is without anything to attend to.
        AttentionMask<TorchValue> mask =
                begun.memoryMask() == null ? null : new AttentionMask<>(TorchValue.of("m" + size++), null);
        TorchValue keep = begun.keep() == null ? null : ops.let("__torch__.kept_until(m%d, ids, length)", size++);
        boolean placed = places(model);
        TorchValue positions = placed ? TorchValue.column("positions") : null;
        TorchValue logits = model.decode(
                        ops, TorchValue.column("ids"), new DecoderState<>(past, keep, positions, memory, mask))
                .logits();
        source.method(
                LOGITS + suffix,
                placed
                        ? List.of(
                                "ids: Tensor",
                                "positions: Tensor",
                                "cache: Tensor",
                                "length: int",
                                "filled: int",
                                "m: List[Tensor]")
                        : List.of("ids: Tensor", "cache: Tensor", "length: int", "filled: int", "m: List[Tensor]"),
                List.of(new Unpacked("m", size)),
                ops,
                "Tensor",
                logits.name());
    }

    /**
     * The method that chooses. Log-probabilities take the place of the logits; what these were more is seen from the best token, which
     * is likely for sure.
     */
    private static void addNext(TorchSource source, GenerativeModel model, String suffix) {
        boolean placed = places(model);
        source.callingMethod(Text.format(
                """
                def next%1$s(self: __torch__.K, ids: Tensor, %3$scache: Tensor, length: int, filled: int, \
                m: List[Tensor], count: int, {weights}) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
                  logits = (self).logits%1$s(ids, %4$scache, length, filled, m, {given})
                  values, ids_1 = __torch__.best(logits, count, %2$d)
                  scores = torch._log_softmax(logits, 1, False, out=logits)
                  chosen = torch.gather(scores, 1, ids_1)
                  more = torch.sub(torch.slice(values, 1, 0, 1), torch.slice(chosen, 1, 0, 1))
                  return (chosen, ids_1, more, scores)
                """,
                suffix,
                groups(model.config().vocabularySize()),
                placed ? "positions: Tensor, " : "",
                placed ? "positions, " : ""));
    }

    /** Whether steps are told where their tokens stand. */
    private static boolean places(GenerativeModel model) {
        return model.cacheLayout().forgets() && !model.readsSource();
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
                def start(self: __torch__.K, like: Tensor, sizes: List[int]) -> Tensor:
                  return torch.permute(torch.new_empty(like, sizes), [0, 2, 3, 1, 4])
                def grow(self: __torch__.K, cache: Tensor, first: int, length: int, capacity: int) -> Tensor:
                  sizes = [torch.size(cache, 0), capacity, torch.size(cache, 1), torch.size(cache, 2), torch.size(cache, 4)]
                  grown = torch.permute(torch.new_empty(cache, sizes), [0, 2, 3, 1, 4])
                  _0 = torch.copy_(torch.narrow(grown, 3, 0, length), torch.narrow(cache, 3, first, length))
                  return grown
                def forget(self: __torch__.K, memory: List[Tensor], count: int) -> List[Tensor]:
                  kept = annotate(List[Tensor], [])
                  for x in memory:
                    _0 = torch.append(kept, torch.clone(torch.slice(x, 3, count)))
                  return kept
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
    public ProgramRows begin(NDManager manager, TokenRows inputs) {
        module.synchronize();
        return TorchRows.begin(module, manager, layout, maxLength, readsSource, inputs);
    }

    @Override
    public void close() {
        module.close();
    }
}
