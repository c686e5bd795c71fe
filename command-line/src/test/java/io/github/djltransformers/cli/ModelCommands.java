package io.github.djltransformers.cli;

import picocli.CommandLine;

/** Makes the commands that run a model with models of the test's own. */
record ModelCommands(SentenceTranslation.Opener opener) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
        if (type == TranslateCommand.class) {
            return type.cast(new TranslateCommand(opener));
        } else if (type == EvaluateCommand.class) {
            return type.cast(new EvaluateCommand(opener));
        }
        return CommandLine.defaultFactory().create(type);
    }
}
