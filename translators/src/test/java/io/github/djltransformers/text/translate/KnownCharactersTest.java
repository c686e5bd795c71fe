package io.github.djltransformers.text.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.djltransformers.text.tokenizer.BpeAlphabet;
import io.github.djltransformers.text.tokenizer.BpeTrainer;
import io.github.djltransformers.text.tokenizer.BpeTrainerConfig;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KnownCharactersTest {
    @ParameterizedTest
    @EnumSource(names = {"BYTE_LEVEL", "CHARACTERS_OR_UNKNOWN"})
    void whatWasNeverSeenIsReplacedOrLeftOut(BpeAlphabet alphabet, @TempDir Path directory) throws Exception {
        BpeTrainer trainer = new BpeTrainer(new BpeTrainerConfig(400, 1, alphabet));
        trainer.add("The quick brown fox jumps over the lazy dog. The Lodz Ae oe 1234567890 -\"'/ ä ä ü ü");
        trainer.add("täglich für ä ü Der Bär übt");
        trainer.train().save(directory.resolve("tokenizer.json"));
        try (TextTokenizer tokenizer = TextTokenizer.open(directory)) {
            KnownCharacters known = new KnownCharacters(tokenizer);
            assertEquals("the Bär übt", known.of("the Bär übt"));
            assertEquals("the a\u0308", known.of("the a\u0308"), "composed it is known");
            assertEquals("Lodz", known.of("Łódź"));
            assertEquals("the fox \"jumps\" - over 12", known.of("the \uD83E\uDD8A fox «jumps» — over 1²"));
            assertEquals("the dog", known.of("the 日本 \uD83D\uDC36 dog"));
            assertEquals("", known.of("日本語"));
        }
    }
}
