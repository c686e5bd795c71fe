package io.github.djltransformers.benchmark;

import ai.djl.ndarray.NDManager;
import io.github.djltransformers.block.Execution;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.compile.CompiledExecution;
import java.util.Optional;

/** One block that several variants run by turns, so that its weights are there once. */
final class Executions {
    private final TransformerBlock block;
    private final NDManager owner;

    Executions(TransformerBlock block, NDManager owner) {
        this.block = block;
        this.owner = owner;
    }

    /**
     * The work of a variant, eager or compiled.
     *
     * @param work runs the block
     */
    Workload workload(Variant variant, Workload work) {
        CompiledExecution.install(block, owner, variant.config());
        Execution execution = block.execution();
        return new Workload() {
            @Override
            public void prepare() throws Exception {
                block.setExecution(execution);
                work.prepare();
            }

            @Override
            public void run() throws Exception {
                work.run();
            }

            @Override
            public Optional<String> refusal() {
                return execution instanceof CompiledExecution compiled
                        ? compiled.eagerReason().map(reason -> "not compiled: " + reason)
                        : Optional.empty();
            }
        };
    }
}
