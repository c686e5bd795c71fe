package io.github.djltransformers.text.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.modality.nlp.translator.NamedEntity;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules by which classes of tokens become entities, on cases worked by hand. */
class EntitiesTest {
    private static final List<String> LABELS = List.of("O", "B-PER", "I-PER", "B-ORG");
    private static final String TEXT = "Enzo Ferrari works at UN.";

    /** En ##zo Ferrari works at UN . */
    private static final List<TaggedToken> TOKENS = List.of(
            token(0, 2, false, 0.1, 0.6, 0.2, 0.1),
            token(2, 4, true, 0.1, 0.05, 0.05, 0.8),
            token(5, 12, false, 0.2, 0.1, 0.7, 0.0),
            token(13, 18, false, 1, 0, 0, 0),
            token(19, 21, false, 0.9, 0.1, 0, 0),
            token(22, 24, false, 0.2, 0, 0, 0.8),
            token(24, 25, false, 1, 0, 0, 0));

    private static TaggedToken token(int start, int end, boolean subword, double... scores) {
        return new TaggedToken(scores, start, start, end, subword);
    }

    private static void expect(Aggregation aggregation, String... expected) {
        NamedEntity[] entities = new Entities(LABELS, aggregation).of(TEXT, TOKENS);
        assertEquals(
                List.of(expected),
                Arrays.stream(entities)
                        .map(each -> each.getEntity() + " " + Math.round(1000 * each.getScore()) + " " + each.getStart()
                                + "-" + each.getEnd() + " " + each.getWord())
                        .toList());
    }

    @Test
    void tokensKeepTheirPrefixes() {
        expect(
                Aggregation.NONE,
                "B-PER 600 0-2 En",
                "B-ORG 800 2-4 zo",
                "I-PER 700 5-12 Ferrari",
                "B-ORG 800 22-24 UN");
    }

    @Test
    void neighboursOfOneClassAreOneUnlessAnotherBegins() {
        expect(Aggregation.SIMPLE, "PER 600 0-2 En", "ORG 800 2-4 zo", "PER 700 5-12 Ferrari", "ORG 800 22-24 UN");
    }

    @Test
    void aWordHasTheClassOfItsFirstToken() {
        expect(Aggregation.FIRST, "PER 650 0-12 Enzo Ferrari", "ORG 800 22-24 UN"); // (0.6 + 0.7) / 2
    }

    @Test
    void aWordHasTheClassThatIsBestOnAverage() {
        // B-PER (0.6 + 0.05) / 2 = 0.325 is less than B-ORG (0.1 + 0.8) / 2 = 0.45.
        expect(Aggregation.AVERAGE, "ORG 450 0-4 Enzo", "PER 700 5-12 Ferrari", "ORG 800 22-24 UN");
    }

    @Test
    void aWordHasTheClassOfItsSurestToken() {
        expect(Aggregation.MAX, "ORG 800 0-4 Enzo", "PER 700 5-12 Ferrari", "ORG 800 22-24 UN");
    }
}
