package io.github.djltransformers.text.translate;

import io.github.djltransformers.text.tokenizer.SpecialToken;
import io.github.djltransformers.text.tokenizer.TextInput;
import io.github.djltransformers.text.tokenizer.TextTokenizer;
import java.text.Normalizer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Leaves of a text what a vocabulary can read. A character that was too rare in training to have tokens of its
 * own is spelt by parts of its bytes, which a model hardly ever saw and stumbles over: it, and one that the vocabulary lacks, is replaced by what it is composed
 * of or resembles where that is known, and else left out, so that the rest of the text survives.
 */
final class KnownCharacters {
    private static final char NO_CHARACTER = '\uFFFD';
    private static final int ASCII = 128;
    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern BLANKS = Pattern.compile("(?<=\\s)\\s+");

    /** What Unicode does not decompose. */
    private static final Map<Integer, String> ALIKE = Map.ofEntries(
            Map.entry((int) 'Ł', "L"),
            Map.entry((int) 'ł', "l"),
            Map.entry((int) 'Đ', "D"),
            Map.entry((int) 'đ', "d"),
            Map.entry((int) 'Ø', "O"),
            Map.entry((int) 'ø', "o"),
            Map.entry((int) 'Æ', "Ae"),
            Map.entry((int) 'æ', "ae"),
            Map.entry((int) 'Œ', "Oe"),
            Map.entry((int) 'œ', "oe"),
            Map.entry((int) 'ı', "i"),
            Map.entry((int) '«', "\""),
            Map.entry((int) '»', "\""),
            Map.entry((int) '“', "\""),
            Map.entry((int) '”', "\""),
            Map.entry((int) '„', "\""),
            Map.entry((int) '‘', "'"),
            Map.entry((int) '’', "'"),
            Map.entry((int) '‹', "'"),
            Map.entry((int) '›', "'"),
            Map.entry((int) '‐', "-"),
            Map.entry((int) '‑', "-"),
            Map.entry((int) '–', "-"),
            Map.entry((int) '—', "-"),
            Map.entry((int) '−', "-"),
            Map.entry((int) '⁄', "/"));

    private final TextTokenizer tokenizer;
    private final int unknown; // -1 for none
    private final Map<Integer, Boolean> known = new ConcurrentHashMap<>();

    KnownCharacters(TextTokenizer tokenizer) {
        this.tokenizer = tokenizer;
        unknown = tokenizer.id(SpecialToken.UNKNOWN.text()).orElse(-1);
    }

    /** The text itself where all of it is known. */
    String of(String text) {
        String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
        if (composed.codePoints().allMatch(this::isKnown)) {
            return text;
        }
        StringBuilder readable = new StringBuilder();
        composed.codePoints().forEach(character -> append(readable, character));
        return BLANKS.matcher(readable).replaceAll("").strip();
    }

    private void append(StringBuilder readable, int character) {
        if (isKnown(character)) {
            readable.appendCodePoint(character);
            return;
        }
        String parts = Normalizer.normalize(Character.toString(character), Normalizer.Form.NFKD);
        MARKS.matcher(parts)
                .replaceAll("")
                .codePoints()
                .mapToObj(part -> ALIKE.getOrDefault(part, Character.toString(part)))
                .flatMapToInt(String::codePoints)
                .filter(this::isKnown)
                .forEach(readable::appendCodePoint);
    }

    private boolean isKnown(int character) {
        return character < ASCII || known.computeIfAbsent(character, this::isSpeltWhole);
    }

    /** Whether every token of the character is of whole characters. */
    private boolean isSpeltWhole(int character) {
        for (int id : tokenizer
                .encode(TextInput.of(Character.toString(character)).withoutFrame())
                .ids()) {
            if (id == unknown || tokenizer.decode(id).indexOf(NO_CHARACTER) >= 0) {
                return false;
            }
        }
        return true;
    }
}
