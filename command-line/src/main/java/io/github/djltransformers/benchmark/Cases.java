package io.github.djltransformers.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The cases of the command. */
public final class Cases {
    private static final int BATCH = 64;
    private static final int BEAMS = 4;
    private static final int TRANSLATION_BATCH = 32;
    private static final int GENERATE_BATCH = 16;

    private Cases() {}

    /**
     * All cases, small models before large ones.
     *
     * @param sentences to translate, or null for those that come with the command
     */
    public static List<BenchmarkCase> all(List<String> sentences) {
        List<BenchmarkCase> cases = new ArrayList<>(List.of(
                new EncoderCase(1, 16, 128, 4, 256),
                new EncoderCase(32, 32, 128, 4, 256),
                new EncoderCase(1, 128, 512, 8, 2048),
                new EncoderCase(16, 64, 512, 8, 2048),
                new EncoderCase(8, 512, 512, 8, 2048),
                new EmbeddingCase(32, 20),
                new EmbeddingCase(16, 200),
                new TrainingCase(ModelSize.TINY, TRANSLATION_BATCH),
                new DecodingStepCase(ModelSize.SMALL),
                new DecodingStepCase(ModelSize.BASE)));
        for (ModelSize size : List.of(ModelSize.SMALL, ModelSize.BASE)) {
            for (int batch : List.of(1, BATCH)) {
                cases.add(new DecodingCase(size, batch, 1));
                cases.add(new DecodingCase(size, batch, BEAMS));
            }
        }
        cases.add(new GenerateCase(1));
        cases.add(new GenerateCase(GENERATE_BATCH));
        cases.add(new TranslationCase(
                sentences == null ? TranslationCase.ownSentences() : sentences, BEAMS, TRANSLATION_BATCH));
        return cases;
    }

    /**
     * The case of a checkpoint that gives vectors.
     *
     * @param sentences as in {@link #all}
     */
    public static BenchmarkCase ofCheckpoint(Path directory, List<String> sentences) {
        return new CheckpointCase(directory, sentences == null ? TranslationCase.ownSentences() : sentences);
    }

    /**
     * Those whose name, or its beginning up to a hyphen, is one of the patterns, in which * stands for any characters and ?
     * for one.
     *
     * @param patterns none for all cases
     */
    public static List<BenchmarkCase> matching(List<BenchmarkCase> cases, List<String> patterns) {
        return cases.stream()
                .filter(each ->
                        patterns.isEmpty() || patterns.stream().anyMatch(pattern -> matches(each.name(), pattern)))
                .toList();
    }

    private static boolean matches(String name, String pattern) {
        String expression = Pattern.quote(pattern).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
        return Pattern.matches("(?:" + expression + ")(?:-.*)?", name);
    }
}
