package io.github.djltransformers.text.tokenizer;

import com.google.gson.JsonObject;
import io.github.djltransformers.text.format.TokenizerJson;
import java.text.Normalizer;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules of {@link BpeAlphabet#BYTE_LEVEL}. */
final class ByteLevelRules implements AlphabetRules {
    /** GPT-2's pattern: English contractions, then runs of letters, numbers, other signs or blanks. */
    private static final Pattern WORD = Pattern.compile(
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            Pattern.UNICODE_CHARACTER_CLASS);

    @Override
    public List<String> fixedTokens() {
        return ByteSymbols.all();
    }

    @Override
    public boolean isLearnt() {
        return false;
    }

    @Override
    public boolean fallsBackToBytes() {
        return false;
    }

    @Override
    public void words(String text, Consumer<String> word) {
        if (text.isEmpty()) {
            return;
        }
        Matcher matcher = WORD.matcher(" " + Normalizer.normalize(text, Normalizer.Form.NFC));
        while (matcher.find()) {
            word.accept(matcher.group());
        }
    }

    @Override
    public List<String> symbols(String word) {
        return ByteSymbols.of(word);
    }

    /** Bytes that go on with a character of UTF-8 count for nothing. */
    @Override
    public int characters(String token) {
        int count = 0;
        for (byte value : ByteSymbols.bytes(token)) {
            count += (value & 0xC0) == 0x80 ? 0 : 1;
        }
        return count;
    }

    @Override
    public void describe(JsonObject tokenizer) {
        tokenizer.add("normalizer", LeadingBlank.normalizer());
        tokenizer.add("pre_tokenizer", byteLevel());
        tokenizer.add("decoder", TokenizerJson.sequence("decoders", byteLevel(), LeadingBlank.decoder()));
    }

    private static JsonObject byteLevel() {
        JsonObject byteLevel = TokenizerJson.component("ByteLevel");
        byteLevel.addProperty("add_prefix_space", false);
        byteLevel.addProperty("trim_offsets", true);
        byteLevel.addProperty("use_regex", true);
        return byteLevel;
    }
}
