package io.github.djltransformers.engine.onnx;

import ai.djl.nn.Parameter;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.function.Predicate;

/**
 * A graph and its weights in ONNX Runtime: a session of all threads, and where a call may be small one of a single thread, as waking
 * another takes longer than its share of some small products.
 */
final class OrtSessions implements AutoCloseable {
    /** So many products or fewer are faster on one thread: a layer of D 128 for 40 tokens. Found by measuring, on two cores with AVX2. */
    private static final long SMALL = 8_000_000;

    private final byte[] model;
    private final boolean packed;
    private final long products; // for one token
    private final OrtWeights weights;
    private OrtSession one;
    private OrtSession all;

    /**
     * Reads the weights and opens a session.
     *
     * @param packed whether the runtime may keep weights in its own order
     * @param loose which weights are inputs of each call
     */
    OrtSessions(OnnxGraph graph, byte[] model, boolean packed, Predicate<Parameter> loose) {
        this.model = model;
        this.packed = packed;
        products = graph.products();
        weights = new OrtWeights(graph, packed);
        try {
            weights.look(loose);
            of(1);
        } catch (OrtException e) {
            close();
            throw OrtModule.failed(e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    OrtWeights weights() {
        return weights;
    }

    /**
     * The session for calls of such a size.
     *
     * @param tokens that go through each linear map
     */
    synchronized OrtSession of(long tokens) throws OrtException {
        if (threads() == 1 || products > 0 && products * tokens <= SMALL) {
            if (one == null) {
                one = open(1);
            }
            return one;
        }
        if (all == null) {
            all = open(threads());
        }
        return all;
    }

    private OrtSession open(int threads) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            // Sizes change at each step, and a plan for each would be kept.
            options.setMemoryPatternOptimization(false);
            // A thread that waits awake is there at once for the next operator, but after a call it takes its core from
            // the engine.
            options.addConfigEntry("session.force_spinning_stop", "1");
            // Weights in the runtime's own order are copies, which do not change when the parameter does.
            options.addConfigEntry("session.disable_prepacking", packed ? "0" : "1");
            weights.give(options);
            return OrtModule.environment().createSession(model, options);
        }
    }

    /** As many as the engine has. */
    static int threads() {
        String set = System.getProperty("ai.djl.pytorch.num_threads", System.getenv("OMP_NUM_THREADS"));
        return set == null || !set.matches("[1-9]\\d{0,8}") // a list, for levels of threads, or nothing
                ? java.lang.Runtime.getRuntime().availableProcessors()
                : Integer.parseInt(set);
    }

    @Override
    public void close() {
        try {
            if (one != null) {
                one.close();
            }
            if (all != null) {
                all.close();
            }
        } catch (OrtException e) {
            throw OrtModule.failed(e);
        } finally {
            weights.close();
        }
    }
}
