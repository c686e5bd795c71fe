package io.github.djltransformers.decode;

import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.model.GenerativeModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Writes sequences with a model, greedily, with beams or by sampling, compiled where the model is, else eagerly; and equals
 * Hugging Face's {@code generate}, of samples in their distribution. What one input gets does not depend on the others, but for
 * its end: a sequence that reaches what the model can read ends there, with {@link FinishReason#LENGTH}, and a prompt that is
 * shorter than another of its batch takes the place of the longer one.
 */
public final class Generation {
    private final GenerativeModel model;
    private final ParameterStore parameterStore;
    private final NDManager manager;
    private final GenerationConfig config;
    private final List<ProcessorMaker> processors;
    private final Speculation speculation; // null for none

    /**
     * @param parameterStore where the model's parameters come from
     * @param manager whose engine and device compute
     */
    public Generation(
            GenerativeModel model, ParameterStore parameterStore, NDManager manager, GenerationConfig config) {
        this(model, parameterStore, manager, config, List.of(), null);
    }

    private Generation(
            GenerativeModel model,
            ParameterStore parameterStore,
            NDManager manager,
            GenerationConfig config,
            List<ProcessorMaker> processors,
            Speculation speculation) {
        this.model = model;
        this.parameterStore = parameterStore;
        this.manager = manager;
        this.config = config;
        this.processors = processors;
        this.speculation = speculation;
    }

    /** This generation with one more processor, after those of the configuration and those added before. */
    public Generation withProcessor(ScoresProcessor processor) {
        return withProcessors((promptLength, bounded) -> processor);
    }

    /** This generation with one more processor for each sequence, after those of the configuration and those added before. */
    public Generation withProcessors(ProcessorMaker maker) {
        List<ProcessorMaker> more = new ArrayList<>(processors);
        more.add(maker);
        return new Generation(model, parameterStore, manager, config, List.copyOf(more), speculation);
    }

    /**
     * This generation, which guesses ahead. Each input is written for alone, operation by operation.
     *
     * @throws IllegalArgumentException if the configuration asks for beams, or a draft model does not fit this one
     */
    public Generation withSpeculation(Speculation other) {
        requireOneBeam("to guess ahead");
        if (!config.requiredPhrases().isEmpty() || config.contrast() != null) {
            throw new IllegalArgumentException(
                    "Generation: requiredPhrases and contrast must not be given to guess ahead, got "
                            + config.requiredPhrases().size() + " phrases and " + config.contrast());
        }
        if (other instanceof DraftModel draft) {
            int size = draft.model().config().vocabularySize();
            if (size != model.config().vocabularySize() || draft.model().readsSource() != model.readsSource()) {
                throw new IllegalArgumentException("Generation: a draft model must have the vocabulary of "
                        + model.config().vocabularySize() + " tokens of the model and read sources where it does, got "
                        + size + " tokens and one that does" + (draft.model().readsSource() ? "" : " not"));
            }
        }
        return new Generation(model, parameterStore, manager, config, processors, other);
    }

    /**
     * Writes for sources, each from the same start token.
     *
     * @param sources at least one, of at least one token each
     * @param startId the token that decoding begins with
     * @return for each source its sequences, best first
     */
    public List<List<GeneratedSequence>> fromSources(List<int[]> sources, int startId) {
        return fromSources(sources, source -> startId, source -> config.maxNewTokens());
    }

    /**
     * Writes for sources.
     *
     * @param sources at least one, of at least one token each
     * @param startIds the token that decoding of a source begins with
     * @param limits how many new tokens a source may get, at least 1; the configuration's own limit where that is less
     * @return for each source its sequences, best first
     */
    public List<List<GeneratedSequence>> fromSources(
            List<int[]> sources, IntUnaryOperator startIds, IntUnaryOperator limits) {
        return fromBeginnings(
                sources,
                IntStream.range(0, sources.size())
                        .mapToObj(source -> new int[] {startIds.applyAsInt(source)})
                        .toList(),
                limits);
    }

    /**
     * Goes on, for sources, with what was written for them.
     *
     * @param sources at least one, of at least one token each
     * @param beginnings for each source the token that decoding begins with, and those that its sequences begin with; their
     *     lengths may differ
     * @param limits how many new tokens a source may get, at least 1; the configuration's own limit where that is less
     * @return for each source its sequences, without the beginning, best first
     */
    public List<List<GeneratedSequence>> fromBeginnings(
            List<int[]> sources, List<int[]> beginnings, IntUnaryOperator limits) {
        requireSource(true);
        requireTokens("beginnings", beginnings);
        if (beginnings.size() != sources.size()) {
            throw new IllegalArgumentException("Generation: beginnings must be one for each of " + sources.size()
                    + " sources, got " + beginnings.size());
        }
        return write(TokenRows.of(sources, 0), beginnings, beginnings, limits);
    }

    /**
     * Goes on with prompts.
     *
     * @param prompts at least one, of at least one token each; their lengths may differ
     * @return for each prompt its sequences, without the prompt, best first
     */
    public List<List<GeneratedSequence>> fromPrompts(List<int[]> prompts) {
        return fromPrompts(prompts, prompts);
    }

    /**
     * Goes on with prompts, the processors seeing something else before the new tokens: Hugging Face's see the padding that a
     * batch puts before shorter prompts.
     *
     * @param prompts at least one, of at least one token each
     * @param seen what processors take for the prompt, for each
     */
    public List<List<GeneratedSequence>> fromPrompts(List<int[]> prompts, List<int[]> seen) {
        requireSource(false);
        requireTokens("prompts", prompts);
        List<int[]> read = prompts.stream()
                .map(prompt -> Arrays.copyOf(prompt, prompt.length - 1))
                .toList();
        List<int[]> last = prompts.stream()
                .map(prompt -> new int[] {prompt[prompt.length - 1]})
                .toList();
        return write(TokenRows.beginnings(read, 0), last, seen, prompt -> config.maxNewTokens());
    }

    /**
     * Writes for one source, token by token as they are asked for.
     *
     * @param source at least one token
     * @param startId the token that decoding begins with
     * @return the caller closes it
     * @throws IllegalArgumentException if the configuration asks for beams, of which none is known to be the best before the end
     */
    public TokenStream stream(int[] source, int startId) {
        return stream(source, new int[] {startId});
    }

    /**
     * Goes on, for one source, with what was written for it, token by token as they are asked for.
     *
     * @param source at least one token
     * @param beginning the token that decoding begins with, and those that the sequence begins with
     * @return the caller closes it
     * @throws IllegalArgumentException as {@link #stream(int[], int)}
     */
    public TokenStream stream(int[] source, int[] beginning) {
        requireSource(true);
        requireTokens("beginnings", List.of(beginning));
        return stream(TokenRows.of(List.of(source), 0), beginning, beginning);
    }

    /**
     * Goes on with one prompt, token by token as they are asked for.
     *
     * @param prompt at least one token
     * @return the caller closes it
     * @throws IllegalArgumentException as {@link #stream(int[], int)}
     */
    public TokenStream stream(int... prompt) {
        requireSource(false);
        requireTokens("prompts", List.of(prompt));
        int[] read = Arrays.copyOf(prompt, prompt.length - 1);
        return stream(TokenRows.beginnings(List.of(read), 0), new int[] {prompt[prompt.length - 1]}, prompt);
    }

    private TokenStream stream(TokenRows input, int[] given, int[] prompt) {
        requireOneBeam("to write token by token");
        if (config.nBest() > 1) {
            throw new IllegalArgumentException(
                    "Generation: nBest must be 1 to write token by token, got " + config.nBest());
        }
        if (alone()) {
            return new TokenStream(ahead(input, given, prompt, config.maxNewTokens(), random().get(0)));
        }
        DecodingBatch batch = DecodingBatch.open(model, parameterStore, manager, input);
        try {
            DecodingLoop loop = new DecodingLoop(batch, config, processors);
            loop.begin(List.of(given), List.of(prompt), new int[] {config.maxNewTokens()});
            return new TokenStream(loop);
        } catch (RuntimeException e) {
            batch.close();
            throw e;
        }
    }

    private void requireOneBeam(String purpose) {
        if (config.beams() > 1) {
            throw new IllegalArgumentException("Generation: beams must be 1 " + purpose + ", got " + config.beams());
        }
    }

    private void requireSource(boolean wanted) {
        if (model.readsSource() != wanted) {
            throw new IllegalArgumentException((wanted
                            ? "Generation: model must read sources, got "
                            : "Generation: model must be decoder-only to go on with prompts, got ")
                    + model.getClass().getSimpleName());
        }
    }

    private static void requireTokens(String name, List<int[]> prompts) {
        if (prompts.isEmpty() || prompts.stream().anyMatch(prompt -> prompt.length == 0)) {
            throw new IllegalArgumentException(
                    "Generation: " + name + " must be at least one, of at least one token each, got lengths "
                            + prompts.stream().map(prompt -> prompt.length).toList());
        }
    }

    private List<List<GeneratedSequence>> write(
            TokenRows inputs, List<int[]> given, List<int[]> prompts, IntUnaryOperator limits) {
        int[] bounds = IntStream.range(0, prompts.size()).map(limits).toArray();
        if (alone()) {
            return IntStream.range(0, prompts.size())
                    .mapToObj(i -> writeAhead(inputs.only(i), given.get(i), prompts.get(i), bounds[i]))
                    .toList();
        }
        try (DecodingBatch batch = DecodingBatch.open(model, parameterStore, manager, inputs)) {
            return new DecodingLoop(batch, config, processors).run(given, prompts, bounds);
        }
    }

    private List<GeneratedSequence> writeAhead(TokenRows input, int[] given, int[] prompt, int limit) {
        List<GeneratedSequence> samples = new ArrayList<>();
        for (Random random : random()) {
            try (TokenSource source = ahead(input, given, prompt, limit, random)) {
                boolean unfinished = true;
                while (unfinished) {
                    unfinished = source.step();
                }
                samples.add(source.first(source.written()));
            }
        }
        return samples;
    }

    /** What samples are drawn by; greedy search draws from distributions of one token. */
    private List<Random> random() {
        Sampling sampling = config.sampling() == null ? Sampling.PLAIN : config.sampling();
        return sampling.randoms(config.nBest());
    }

    /** Whether each sequence is written by itself. */
    private boolean alone() {
        return speculation != null || config.contrast() != null;
    }

    /** Writes one sequence by itself. */
    private TokenSource ahead(TokenRows input, int[] given, int[] prompt, int limit, Random random) {
        if (config.contrast() != null) {
            return contrasted(input, given, prompt, limit);
        }
        EagerDecodingBatch batch = EagerDecodingBatch.open(model, parameterStore, manager, input);
        try {
            GenerationConfig bounded = DecodingLoop.bounded(batch, config, given.length, prompt.length, limit);
            List<ScoresProcessor> own = ConfiguredProcessors.of(bounded, prompt.length, processors);
            TokenChoice choice =
                    new TokenChoice(bounded, own, Math.toIntExact(model.config().vocabularySize()));
            Guesses guesses;
            if (speculation instanceof DraftModel draft) {
                DecodingBatch drafting = DecodingBatch.open(draft.model(), parameterStore, manager, input);
                int[] read = model.readsSource() ? new int[0] : input.first();
                guesses = new DraftedGuesses(drafting, choice, random, read);
            } else {
                int[] source = model.readsSource() ? input.first() : new int[0];
                guesses = new LookedUpGuesses(((PromptLookup) speculation).ngram(), source);
            }
            return new SpeculativeSource(batch, guesses, choice, bounded, speculation.tokens(), random, given, prompt);
        } catch (RuntimeException e) {
            batch.close();
            throw e;
        }
    }

    /** All of the prompt is read at once, as what the model makes of each token is wanted. */
    private TokenSource contrasted(TokenRows input, int[] given, int[] prompt, int limit) {
        boolean source = model.readsSource();
        TokenRows read = source ? input : TokenRows.beginnings(List.of(new int[0]), 0);
        int[] unread = source
                ? given
                : IntStream.concat(Arrays.stream(input.first()), Arrays.stream(given))
                        .toArray();
        EagerDecodingBatch batch = EagerDecodingBatch.open(model, parameterStore, manager, read);
        try {
            GenerationConfig bounded = DecodingLoop.bounded(batch, config, unread.length, prompt.length, limit);
            List<ScoresProcessor> own = ConfiguredProcessors.of(bounded, prompt.length, processors);
            return new ContrastiveSource(batch, bounded, own, unread, prompt);
        } catch (RuntimeException e) {
            batch.close();
            throw e;
        }
    }
}
