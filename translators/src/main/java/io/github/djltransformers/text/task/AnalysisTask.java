package io.github.djltransformers.text.task;

import ai.djl.modality.Classifications;
import ai.djl.modality.nlp.translator.NamedEntity;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What all heads of a model tell of a text. Entities are found in all of a long text, classes told from its beginning. */
final class AnalysisTask implements TextTask<String, TextAnalysis> {
    private final TextTokenizer tokenizer;
    private final WindowConfig windows;
    private final Map<String, ClassificationTask> classes;
    private final Map<String, TaggingTask> entities;

    /**
     * @param classes by the names of heads
     * @param entities by the names of heads
     */
    AnalysisTask(
            TextTokenizer tokenizer,
            WindowConfig windows,
            Map<String, ClassificationTask> classes,
            Map<String, TaggingTask> entities) {
        this.tokenizer = tokenizer;
        this.windows = windows;
        this.classes = classes;
        this.entities = entities;
    }

    @Override
    public List<TokenizedText> rows(String text) {
        TokenizedText tokens = tokenizer.encode(text);
        return entities.isEmpty() ? List.of(tokens.cut(windows.limit())) : windows.over(tokens);
    }

    @Override
    public TextAnalysis result(String text, List<TokenizedText> rows, List<float[][]> numbers) {
        Map<String, Classifications> told = new LinkedHashMap<>();
        classes.forEach((name, task) -> told.put(name, task.result(TextInput.of(text), rows, numbers)));
        Map<String, List<NamedEntity>> found = new LinkedHashMap<>();
        entities.forEach((name, task) -> found.put(name, List.of(task.result(text, rows, numbers))));
        return new TextAnalysis(told, found);
    }
}
