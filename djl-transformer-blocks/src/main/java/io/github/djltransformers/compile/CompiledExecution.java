package io.github.djltransformers.compile;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.Text;
import io.github.djltransformers.block.ParameterNames;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.decode.DecodingBatch;
import io.github.djltransformers.decode.DecodingExecution;
import io.github.djltransformers.decode.EagerDecodingBatch;
import io.github.djltransformers.decode.TokenRows;
import io.github.djltransformers.model.GenerativeModel;
import io.github.djltransformers.ops.EngineKind;
import io.github.djltransformers.ops.RoundedOps;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a block as compiled programs, made at first use: one for each number of inputs, and one that writes sequences.
 *
 * <p>A new program is compared with the eager block, on one row of the first input or on two short sequences, of which the
 * chosen tokens are compared too; one of int8 may not be much farther from it than the eager block whose weights and inputs
 * are rounded alike, which leaves no room for a wrong weight. Of several compilers the next is tried where one fails. Where there is none, it fails, or its result is too
 * far from the eager one ({@link Precision#tolerance}), the block stays eager, on an engine that computes eagerly. One line of the log says what came of it. Any number of threads and predictors share the programs, which are
 * freed with the manager they were made for.
 */
public final class CompiledExecution implements DecodingExecution, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(CompiledExecution.class);

    private final TransformerBlock block;
    private final NDManager owner;
    private final CompilationConfig config;
    private final String uid = UUID.randomUUID().toString();
    private final Map<Integer, Optional<Program>> programs = new ConcurrentHashMap<>();
    private Optional<DecodingProgram> decoding;
    private volatile String eagerReason;

    private CompiledExecution(TransformerBlock block, NDManager owner, CompilationConfig config) {
        this.block = block;
        this.owner = owner;
        this.config = config;
    }

    /**
     * Makes a block compile itself at first use, or, where the configuration says so, stay eager.
     *
     * @param owner the model's manager: gives engine and device, and frees the programs when it is closed
     * @throws IllegalArgumentException if a precision other than FLOAT32 is asked for that the engine does not compute in
     */
    public static void install(TransformerBlock block, NDManager owner, CompilationConfig config) {
        if (!config.enabled() && EngineKind.of(owner.getEngine().getEngineName()) == EngineKind.HOLDING) {
            throw new IllegalArgumentException("CompilationConfig: compile must be true on "
                    + owner.getEngine().getEngineName() + ", which computes nothing but programs, got false");
        }
        if (!config.enabled()) {
            block.setExecution(null);
            return;
        }
        requirePrecision(owner, config);
        CompiledExecution execution = new CompiledExecution(block, owner, config);
        owner.attachInternal(execution.uid, execution);
        block.setExecution(execution);
    }

    /** FLOAT32 is what a block computes in anyway; another precision is a wish, which must not be passed over. */
    private static void requirePrecision(NDManager owner, CompilationConfig config) {
        Precision precision = config.precision();
        if (precision == Precision.FLOAT32) {
            return;
        }
        try {
            compilers(owner, config).get(0).requireSupport(owner.getDevice(), precision);
        } catch (UnsupportedOperationException e) {
            throw new IllegalArgumentException(
                    "CompilationConfig: precision must be one that the engine computes in, got " + precision + ": "
                            + e.getMessage(),
                    e);
        }
    }

    @Override
    public NDList run(ParameterStore parameterStore, NDList inputs) {
        Optional<Program> program = programs.get(inputs.size());
        if (program == null) {
            program = programs.computeIfAbsent(inputs.size(), count -> compile(parameterStore, inputs));
        }
        return program.isPresent()
                ? program.get().run(inputs.head().getManager(), inputs)
                : block.eager(parameterStore, inputs, false);
    }

    private Optional<Program> compile(ParameterStore parameterStore, NDList inputs) {
        return attempt(
                block.name(),
                compiler -> compiler.compile(block, block.inputs().subList(0, inputs.size()), owner, config),
                Comparison.onRow(block, parameterStore, inputs),
                parameterStore);
    }

    @Override
    public DecodingBatch open(ParameterStore parameterStore, NDManager manager, TokenRows inputs) {
        GenerativeModel model = (GenerativeModel) block;
        Optional<DecodingProgram> program = decoding(parameterStore);
        return program.isPresent()
                ? ProgramBatch.open(program.get(), model, manager, inputs)
                : EagerDecodingBatch.open(model, parameterStore, manager, inputs);
    }

    private synchronized Optional<DecodingProgram> decoding(ParameterStore parameterStore) {
        if (decoding == null) {
            decoding = attempt(
                    block.name() + "'s decoding",
                    compiler -> compiler.compile((GenerativeModel) block, owner, config),
                    Comparison.onSteps((GenerativeModel) block, parameterStore, owner),
                    parameterStore);
        }
        return decoding;
    }

    private interface Compilation<P> {
        P by(Compiler compiler);
    }

    private <P extends AutoCloseable> Optional<P> attempt(
            String name, Compilation<P> compilation, Comparison<P> comparison, ParameterStore parameterStore) {
        String engine = owner.getEngine().getEngineName();
        String reason = null;
        try {
            for (Compiler compiler : compilers(owner, config)) {
                if (reason != null) {
                    LOGGER.info("{} does not run in ONNX Runtime: {}", name, reason);
                }
                Attempt<P> attempt = attempt(compiler, name, compilation, comparison, parameterStore);
                if (attempt.program() != null) {
                    return Optional.of(attempt.program());
                }
                reason = attempt.reason();
            }
        } catch (UnsupportedOperationException e) {
            reason = e.toString();
        }
        if (EngineKind.of(engine) == EngineKind.HOLDING) {
            throw new IllegalStateException(
                    "CompiledExecution: " + name + " must compile, as " + engine + " computes nothing else: " + reason);
        }
        LOGGER.info("{} stays eager on {}: {}", name, engine, reason);
        eagerReason = reason;
        return Optional.empty();
    }

    /**
     * What came of a compiler.
     *
     * @param program null where there is none that may be used
     * @param reason why there is none
     */
    private record Attempt<P>(P program, String reason) {}

    private <P extends AutoCloseable> Attempt<P> attempt(
            Compiler compiler,
            String name,
            Compilation<P> compilation,
            Comparison<P> comparison,
            ParameterStore parameterStore) {
        String engine = owner.getEngine().getEngineName();
        Precision precision = config.precision();
        P program = null;
        String reason;
        try {
            compiler.requireSupport(owner.getDevice(), precision);
            requireFloat32();
            program = compilation.by(compiler);
            if (EngineKind.of(engine) == EngineKind.HOLDING) {
                LOGGER.info("{} runs compiled on {} ({})", name, engine, precision);
                return new Attempt<>(program, null);
            }
            double difference = comparison.ofProgram(program);
            double tolerance = precision == Precision.INT8
                    ? precision.tolerance(
                            comparison.ofArithmetic(new RoundedOps(parameterStore, compiler.integerSteps())))
                    : precision.tolerance();
            if (difference <= tolerance) {
                LOGGER.info(
                        "{} runs compiled on {} ({}, {}), {} from eager",
                        name,
                        engine,
                        compiler.language(),
                        config.weights() == WeightStorage.PACKED ? precision + " packed" : precision,
                        Text.format("%.1e", difference));
                return new Attempt<>(program, null);
            }
            reason = Text.format("the compiled result differs by %.1e, more than %.1e", difference, tolerance);
        } catch (RuntimeException | LinkageError e) {
            reason = e.toString();
        }
        close(program);
        return new Attempt<>(null, reason);
    }

    /** Why the block stays eager in what it was last compiled for; empty where all that was run is compiled. */
    public Optional<String> eagerReason() {
        return Optional.ofNullable(eagerReason);
    }

    /**
     * Those to be tried, in order: of several only such as take the device and the precision.
     *
     * @throws UnsupportedOperationException if there is none
     */
    private static List<Compiler> compilers(NDManager owner, CompilationConfig config) {
        String engine = owner.getEngine().getEngineName();
        Runtime runtime = config.runtime();
        List<Compiler> all = ServiceLoader.load(Compiler.class).stream()
                .map(CompiledExecution::instance)
                .flatMap(Optional::stream)
                .filter(compiler -> compiler.engine().equals(engine)
                        && (runtime == Runtime.AUTOMATIC
                                || compiler.runtime() == runtime
                                || engine.equals(EngineKind.ONNX_RUNTIME)))
                .sorted(Comparator.comparing(compiler -> compiler.runtime() == Runtime.ENGINE))
                .toList();
        if (all.isEmpty()) {
            throw new UnsupportedOperationException(
                    runtime == Runtime.ONNX
                            ? "there is no compiler for " + engine + " and " + runtime
                                    + "; com.microsoft.onnxruntime:onnxruntime must be on the class path, and the"
                                    + " engine be PyTorch"
                            : "there is no compiler for " + engine);
        }
        return all.size() == 1
                ? all
                : all.stream()
                        .filter(compiler ->
                                compiler.runtime() == Runtime.ENGINE || supports(compiler, owner, config.precision()))
                        .toList();
    }

    private static boolean supports(Compiler compiler, NDManager owner, Precision precision) {
        try {
            compiler.requireSupport(owner.getDevice(), precision);
            return true;
        } catch (UnsupportedOperationException e) {
            return false;
        }
    }

    /** A compiler whose engine is not on the class path cannot even be made. */
    private static Optional<Compiler> instance(Supplier<Compiler> provider) {
        try {
            return Optional.of(provider.get());
        } catch (LinkageError | java.util.ServiceConfigurationError e) {
            return Optional.empty();
        }
    }

    private void requireFloat32() {
        for (Map.Entry<String, Parameter> named : ParameterNames.of(block).entrySet()) {
            DataType type = named.getValue().getArray().getDataType();
            if (type != DataType.FLOAT32) {
                throw new UnsupportedOperationException(
                        "parameters must be FLOAT32, got " + type.name() + " for " + named.getKey());
            }
        }
    }

    private static void close(AutoCloseable program) {
        if (program != null) {
            try {
                program.close();
            } catch (Exception e) {
                LOGGER.warn("A program could not be freed", e);
            }
        }
    }

    /** Frees the programs, which must not be running; the next use compiles anew. */
    @Override
    public synchronized void partsChanged() {
        free();
        programs.clear();
        decoding = null;
        eagerReason = null;
    }

    /** Frees the programs; the model's manager calls this when it is closed. */
    @Override
    public synchronized void close() {
        owner.detachInternal(uid);
        free();
    }

    private void free() {
        programs.values().forEach(program -> program.ifPresent(Program::close));
        if (decoding != null) {
            decoding.ifPresent(DecodingProgram::close);
        }
    }
}
