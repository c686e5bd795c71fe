package io.github.djltransformers.zoo.recipe;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import io.github.djltransformers.run.Validation;
import java.util.function.UnaryOperator;

/** Judges a model in training, and a block outside of it by the same rule. */
interface BlockValidation extends Validation {
    /**
     * Judges.
     *
     * @param model gives the outputs for inputs
     * @param parent of what is allocated
     */
    Verdict judge(UnaryOperator<NDList> model, NDManager parent);

    @Override
    default Verdict judge(Trainer trainer) {
        return judge(trainer::evaluate, trainer.getManager());
    }

    /** Judges a block with the weights that it has. */
    default Verdict judge(Block block, NDManager parent) {
        ParameterStore parameters = new ParameterStore(parent, false);
        return judge(data -> block.forward(parameters, data, false, null), parent);
    }
}
