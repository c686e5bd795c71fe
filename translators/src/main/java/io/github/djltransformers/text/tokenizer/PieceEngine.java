package io.github.djltransformers.text.tokenizer;

import ai.djl.MalformedModelException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.djltransformers.text.checkpoint.Languages;
import io.github.djltransformers.text.checkpoint.PieceVocabulary;
import io.github.djltransformers.text.sentencepiece.AlignedText;
import io.github.djltransformers.text.sentencepiece.SentencePieceNormalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tokens of models whose pieces are looked up in a vocabulary of their own. */
final class PieceEngine implements TokenizerEngine {
    private static final String CODE_START = ">>";
    private static final String CODE_END = "<<";

    private final PieceVocabulary vocabulary;
    private final Languages languages;
    private final SpecialText specialText;
    private final Map<Integer, String> tokens = new HashMap<>();
    private final HuggingFaceTokenizer source;
    private final HuggingFaceTokenizer target;
    private final PieceDecoder decoder;
    private final int size;

    PieceEngine(String name, PieceVocabulary vocabulary, Languages languages, SpecialText specialText)
            throws MalformedModelException {
        this.vocabulary = vocabulary;
        this.languages = languages;
        this.specialText = specialText;
        vocabulary.ids().forEach((token, id) -> tokens.put(id, token));
        size = tokens.keySet().stream().mapToInt(id -> id + 1).max().orElse(0);
        source = NativeTokenizers.open(name, vocabulary.source().document().toString());
        target = vocabulary.source() == vocabulary.target() ? source : openTarget(name);
        decoder = new PieceDecoder(vocabulary);
    }

    private HuggingFaceTokenizer openTarget(String name) throws MalformedModelException {
        try {
            return NativeTokenizers.open(name, vocabulary.target().document().toString());
        } catch (MalformedModelException e) {
            source.close();
            throw e;
        }
    }

    @Override
    public List<TokenizedText> encode(List<TextInput> inputs) {
        return inputs.stream().map(this::encode).toList();
    }

    private TokenizedText encode(TextInput input) {
        TokenList list = new TokenList();
        boolean languageFirst = vocabulary.style() == PieceVocabulary.Style.M2M;
        if (input.framed() && languageFirst) {
            int id = languages.id(languages.of(input.target(), input.language()));
            list.add(id, tokens.get(id), 0, 0, TokenizedText.FRAME);
        }
        cut(input.text(), input.target(), 0, list);
        if (input.pair() != null) {
            cut(input.pair(), input.target(), 1, list);
        }
        if (input.framed()) {
            list.add(vocabulary.ids().get(vocabulary.end()), vocabulary.end(), 0, 0, TokenizedText.FRAME);
        }
        return list.build();
    }

    private void cut(String text, boolean isTarget, int sequence, TokenList list) {
        String valid = NativeTokenizers.valid(text);
        int from = 0;
        for (int at = 0; at < valid.length() && specialText == SpecialText.PARSED; ) {
            String marker = marker(valid, at);
            if (marker == null) {
                at++;
                continue;
            }
            cutPart(valid, from, at, isTarget, sequence, list);
            list.add(vocabulary.ids().get(marker), marker, at, at + marker.length(), sequence);
            at += marker.length();
            from = at;
        }
        cutPart(valid, from, valid.length(), isTarget, sequence, list);
    }

    /** The longest marker at a place, or null. */
    private String marker(String text, int at) {
        String longest = null;
        for (String marker : vocabulary.markers()) {
            if (text.startsWith(marker, at) && (longest == null || marker.length() > longest.length())) {
                longest = marker;
            }
        }
        return longest;
    }

    private void cutPart(String text, int from, int to, boolean isTarget, int sequence, TokenList list) {
        int begin = from;
        if (vocabulary.style() == PieceVocabulary.Style.MARIAN && text.startsWith(CODE_START, from)) {
            int end = text.indexOf(CODE_END, from);
            if (end >= 0 && end + CODE_END.length() <= to) {
                begin = end + CODE_END.length();
                String code = text.substring(from, begin);
                list.add(known(code), code, from, begin, sequence);
            }
        }
        PieceVocabulary.Side side = isTarget ? vocabulary.target() : vocabulary.source();
        AlignedText normalized = side.model().normalizer().normalize(text.substring(begin, to));
        String pieces = normalized.text().replace(PieceVocabulary.UNWRITTEN, "\uFFFD\uFFFD");
        if (pieces.isEmpty()) {
            return;
        }
        Encoding encoding = (isTarget ? target : source).encode(pieces, false, false);
        int place = 0;
        for (int i = 0; i < encoding.getIds().length; i++) {
            String piece = encoding.getTokens()[i];
            int end = place + piece.length();
            int content = piece.charAt(0) == SentencePieceNormalizer.BLANK && piece.length() > 1 ? place + 1 : place;
            list.add(known(piece), piece, begin + normalized.start(content), begin + normalized.end(end - 1), sequence);
            place = end;
        }
    }

    /** The id of what a text spells. */
    private int known(String piece) {
        boolean hidden =
                specialText == SpecialText.AS_TEXT && vocabulary.special().contains(piece);
        return hidden ? vocabulary.unknownId() : vocabulary.ids().getOrDefault(piece, vocabulary.unknownId());
    }

    @Override
    public int id(String token) {
        return vocabulary.ids().getOrDefault(token, -1);
    }

    @Override
    public String token(int id) {
        return tokens.get(id);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int[] encodeMarked(String marked) {
        throw new IllegalStateException("TextTokenizer: a translation model takes no conversation");
    }

    @Override
    public Set<String> specialTokens() {
        return vocabulary.special();
    }

    @Override
    public String decode(int[] ids, boolean skipSpecial) {
        List<String> decoded = new ArrayList<>();
        for (int id : ids) {
            String token = tokens.get(id);
            if (token != null && !(skipSpecial && vocabulary.special().contains(token))) {
                decoded.add(token);
            }
        }
        return decoder.decode(decoded);
    }

    @Override
    public void close() {
        source.close();
        if (target != source) {
            target.close();
        }
    }

    /** Tokens in the making. */
    private static final class TokenList {
        private final List<Integer> ids = new ArrayList<>();
        private final List<String> tokens = new ArrayList<>();
        private final List<Integer> starts = new ArrayList<>();
        private final List<Integer> ends = new ArrayList<>();
        private final List<Integer> sequences = new ArrayList<>();

        void add(int id, String token, int start, int end, int sequence) {
            ids.add(id);
            tokens.add(token);
            starts.add(start);
            ends.add(end);
            sequences.add(sequence);
        }

        TokenizedText build() {
            return new TokenizedText(
                    ints(ids),
                    new int[ids.size()],
                    tokens.toArray(String[]::new),
                    ints(starts),
                    ints(ends),
                    ints(sequences));
        }

        private static int[] ints(List<Integer> values) {
            return values.stream().mapToInt(Integer::intValue).toArray();
        }
    }
}
