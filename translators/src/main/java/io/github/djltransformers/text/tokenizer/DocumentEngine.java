package io.github.djltransformers.text.tokenizer;

import ai.djl.MalformedModelException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.github.djltransformers.text.checkpoint.CheckpointTokenizer;
import io.github.djltransformers.text.checkpoint.Languages;
import io.github.djltransformers.text.format.TokenizerFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tokens of one {@code tokenizer.json}. */
final class DocumentEngine implements TokenizerEngine {
    private final HuggingFaceTokenizer tokenizer;
    private final TokenizerFile file;
    private final Languages languages;
    private final SpecialText specialText;
    private final Set<String> specialTokens;

    DocumentEngine(TokenizerFile file, CheckpointTokenizer checkpoint, SpecialText specialText)
            throws MalformedModelException {
        this.file = file;
        languages = checkpoint.languages();
        this.specialText = specialText;
        Set<String> special = new HashSet<>(file.specialTokens());
        checkpoint.roles().values().forEach(token -> special.add(token.text()));
        // What is a single character is text too: some checkpoints pad with an exclamation mark.
        special.removeIf(token -> token.codePointCount(0, token.length()) < 2);
        specialTokens = Set.copyOf(special);
        String text = specialText == SpecialText.PARSED ? file.text() : file.textWithTokensNamed(specialTokens, MARK);
        tokenizer = NativeTokenizers.open(file.source(), text);
    }

    @Override
    public String continuationPrefix() {
        return file.continuationPrefix();
    }

    @Override
    public List<TokenizedText> encode(List<TextInput> inputs) {
        List<TokenizedText> encoded = new ArrayList<>(inputs.size());
        for (int from = 0; from < inputs.size(); ) {
            int to = from + 1;
            while (to < inputs.size() && isAlike(inputs.get(from), inputs.get(to))) {
                to++;
            }
            encodeAlike(inputs.subList(from, to), encoded);
            from = to;
        }
        return encoded;
    }

    private static boolean isAlike(TextInput one, TextInput other) {
        return one.framed() == other.framed() && (one.pair() == null) == (other.pair() == null);
    }

    private void encodeAlike(List<TextInput> inputs, List<TokenizedText> encoded) {
        List<String> texts = inputs.stream().map(input -> written(input.text())).toList();
        boolean framed = inputs.get(0).framed();
        Encoding[] encodings;
        boolean paired = inputs.get(0).pair() != null;
        if (paired) {
            // Not batchEncode, whose native code ends the process where a pair cannot be encoded.
            encodings = new Encoding[texts.size()];
            for (int i = 0; i < encodings.length; i++) {
                encodings[i] =
                        tokenizer.encode(texts.get(i), written(inputs.get(i).pair()), framed, false);
            }
        } else if (texts.size() == 1) {
            encodings = new Encoding[] {tokenizer.encode(texts.get(0), framed, false)};
        } else {
            encodings = tokenizer.batchEncode(texts, framed, false);
        }
        for (int i = 0; i < encodings.length; i++) {
            Places first = Places.of(inputs.get(i).text());
            Places second = paired ? Places.of(inputs.get(i).pair()) : first;
            encoded.add(inLanguage(inputs.get(i), tokenized(encodings[i], first, second)));
        }
    }

    /** A text that the native tokenizer can read, in which no special token is spelt by its hidden name. */
    private static String written(String text) {
        String valid = NativeTokenizers.valid(text);
        return valid.contains(MARK) ? valid.replace(MARK, "\uFFFD\uFFFD") : valid;
    }

    private TokenizedText tokenized(Encoding encoding, Places first, Places second) {
        int[] ids = ints(encoding.getIds());
        int[] sequences = ints(encoding.getSequenceIds());
        String[] tokens = encoding.getTokens();
        CharSpan[] spans = encoding.getCharTokenSpans();
        int[] starts = new int[ids.length];
        int[] ends = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            if (tokens[i].startsWith(MARK)) {
                tokens[i] = tokens[i].substring(MARK.length());
            }
            if (spans[i] != null && sequences[i] >= 0) {
                Places places = sequences[i] == 0 ? first : second;
                starts[i] = places.index(spans[i].getStart());
                ends[i] = places.index(spans[i].getEnd());
            }
        }
        return new TokenizedText(ids, ints(encoding.getTypeIds()), tokens, starts, ends, sequences);
    }

    private TokenizedText inLanguage(TextInput input, TokenizedText text) {
        if (languages.ids().isEmpty()) {
            return text;
        }
        String code = languages.of(input.target(), input.language());
        return code.equals(languages.source())
                ? text
                : text.withFrameToken(languages.id(languages.source()), languages.id(code), code);
    }

    private static int[] ints(long[] values) {
        int[] ints = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            ints[i] = (int) values[i];
        }
        return ints;
    }

    @Override
    public int[] encodeMarked(String marked) {
        String text = specialText == SpecialText.PARSED ? marked.replace(MARK, "") : marked;
        return ints(tokenizer.encode(NativeTokenizers.valid(text), false, false).getIds());
    }

    @Override
    public Set<String> specialTokens() {
        return specialTokens;
    }

    @Override
    public String decode(int[] ids, boolean skipSpecial) {
        String text = tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecial);
        return specialText == SpecialText.PARSED ? text : text.replace(MARK, "");
    }

    @Override
    public int id(String token) {
        return file.id(token).orElse(-1);
    }

    @Override
    public String token(int id) {
        return file.token(id);
    }

    @Override
    public int size() {
        return file.vocabularySize();
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    /** From places counted in code points to those of the String. */
    private record Places(int[] indices) {
        private static final Places SAME = new Places(null);

        static Places of(String text) {
            int count = text.codePointCount(0, text.length());
            if (count == text.length()) {
                return SAME;
            }
            int[] indices = new int[count + 1];
            for (int i = 1; i <= count; i++) {
                indices[i] = text.offsetByCodePoints(indices[i - 1], 1);
            }
            return new Places(indices);
        }

        int index(int codePoints) {
            return indices == null ? codePoints : indices[codePoints];
        }
    }
}
