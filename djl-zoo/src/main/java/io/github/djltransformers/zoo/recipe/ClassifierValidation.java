package io.github.djltransformers.zoo.recipe;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Judges a classifier by what it tells of texts; the score is the mean of its heads'. */
final class ClassifierValidation implements BlockValidation {
    private final List<ClassifierExample> examples;
    private final List<TokenizedText> tokens;
    private final LabelledTexts texts;
    private final List<LabelHead> heads;
    private final List<String> names;

    private ClassifierValidation(
            List<ClassifierExample> examples,
            List<TokenizedText> tokens,
            LabelledTexts texts,
            List<LabelHead> heads,
            List<String> names) {
        this.examples = examples;
        this.tokens = tokens;
        this.texts = texts;
        this.heads = heads;
        this.names = names;
    }

    /**
     * @param names of the heads, which figures begin with
     */
    static ClassifierValidation of(
            List<ClassifierExample> examples, TextTokenizer tokenizer, LabelledTexts.Form form, List<String> names) {
        return new ClassifierValidation(
                examples,
                form.tokens(examples, tokenizer),
                LabelledTexts.of(examples, tokenizer, form, 0),
                form.heads(),
                names);
    }

    @Override
    public Verdict judge(UnaryOperator<NDList> model, NDManager parent) {
        List<LabelHead.Judge> judges = heads.stream().map(LabelHead::judge).toList();
        for (int[] places : texts.all()) {
            try (NDManager manager = parent.newSubManager()) {
                NDList logits = model.apply(texts.inputs(manager, places));
                List<TokenizedText> some =
                        Arrays.stream(places).mapToObj(tokens::get).toList();
                for (int i = 0; i < heads.size(); i++) {
                    List<LabelledText> right = new ArrayList<>();
                    for (int place : places) {
                        right.add(examples.get(place).ofHeads().get(i));
                    }
                    judges.get(i).add(right, some, logits.get(i));
                }
            }
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        for (int i = 0; i < heads.size(); i++) {
            String beginning = names.get(i).isEmpty() ? "" : names.get(i) + ".";
            judges.get(i).figures().forEach((name, figure) -> figures.put(beginning + name, figure));
        }
        double score =
                judges.stream().mapToDouble(LabelHead.Judge::score).average().orElseThrow();
        return new Verdict(score, figures);
    }
}
