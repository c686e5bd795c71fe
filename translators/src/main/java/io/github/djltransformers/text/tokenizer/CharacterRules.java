package io.github.djltransformers.text.tokenizer;

import com.google.gson.JsonObject;
import io.github.djltransformers.Text;
import io.github.djltransformers.text.format.TokenizerJson;
import java.text.Normalizer;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The rules of {@link BpeAlphabet#CHARACTERS_OR_BYTES} and {@link BpeAlphabet#CHARACTERS_OR_UNKNOWN}. */
final class CharacterRules implements AlphabetRules {
    /** Stands for the blank, as in SentencePiece (Kudo and Richardson 2018, section 3.2). */
    private static final String BLANK = "\u2581";

    /** Unicode's punctuation and ASCII's: what Hugging Face's Punctuation pre-tokenizer looks for. */
    private static final String MARKS = "\\p{P}$+<=>^`|~";

    private static final Pattern WORD =
            Pattern.compile("[" + MARKS + "]+|" + BLANK + "?[^" + BLANK + MARKS + "]+|" + BLANK);

    private final boolean fallsBackToBytes;

    CharacterRules(boolean fallsBackToBytes) {
        this.fallsBackToBytes = fallsBackToBytes;
    }

    @Override
    public List<String> fixedTokens() {
        Stream<String> bytes =
                IntStream.range(0, fallsBackToBytes ? 256 : 0).mapToObj(value -> Text.format("<0x%02X>", value));
        return Stream.concat(bytes, Stream.of(BLANK)).toList();
    }

    @Override
    public boolean isLearnt() {
        return true;
    }

    @Override
    public boolean fallsBackToBytes() {
        return fallsBackToBytes;
    }

    @Override
    public void words(String text, Consumer<String> word) {
        if (text.isEmpty()) {
            return;
        }
        String blanked = " " + Normalizer.normalize(text, Normalizer.Form.NFC);
        Matcher matcher = WORD.matcher(blanked.replace(" ", BLANK));
        while (matcher.find()) {
            word.accept(matcher.group());
        }
    }

    @Override
    public List<String> symbols(String word) {
        return word.codePoints().mapToObj(Character::toString).toList();
    }

    @Override
    public void describe(JsonObject tokenizer) {
        tokenizer.add("normalizer", LeadingBlank.normalizer());
        JsonObject metaspace = TokenizerJson.component("Metaspace");
        metaspace.addProperty("replacement", BLANK);
        metaspace.addProperty("prepend_scheme", "never");
        metaspace.addProperty("split", true);
        JsonObject punctuation = TokenizerJson.component("Punctuation");
        punctuation.addProperty("behavior", "Contiguous");
        tokenizer.add("pre_tokenizer", TokenizerJson.sequence("pretokenizers", metaspace, punctuation));
        tokenizer.add("decoder", decoder());
    }

    private JsonObject decoder() {
        JsonObject pattern = new JsonObject();
        pattern.addProperty("String", BLANK);
        JsonObject replace = TokenizerJson.component("Replace");
        replace.add("pattern", pattern);
        replace.addProperty("content", " ");
        JsonObject fuse = TokenizerJson.component("Fuse");
        JsonObject strip = LeadingBlank.decoder();
        return fallsBackToBytes
                ? TokenizerJson.sequence("decoders", replace, TokenizerJson.component("ByteFallback"), fuse, strip)
                : TokenizerJson.sequence("decoders", replace, fuse, strip);
    }
}
