package io.github.djltransformers.text.sentencepiece;

import ai.djl.MalformedModelException;
import io.github.djltransformers.RegularFile;
import io.github.djltransformers.Text;
import io.github.djltransformers.text.sentencepiece.ProtobufFields.BadMessageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A model of SentencePiece as its file tells it: {@code ModelProto} of the project's {@code sentencepiece_model.proto}.
 *
 * @param algorithm how it cuts a text
 * @param pieces the vocabulary; places are ids
 * @param unknownId the piece for what no other spells
 * @param normalizer what happens to a text before it is cut
 */
public record SentencePieceModel(
        Algorithm algorithm, List<SentencePiece> pieces, int unknownId, SentencePieceNormalizer normalizer) {
    private static final String OWNER = "SentencePieceModel";
    private static final int MAX_BYTES = 1 << 28;
    private static final int MAX_PIECE_LENGTH = 1024;
    private static final List<SentencePiece.Kind> KINDS = List.of(SentencePiece.Kind.values());

    /** How a text is cut. */
    public enum Algorithm {
        /** The likeliest pieces (Kudo 2018). */
        UNIGRAM,
        /** Byte-pair encoding (Sennrich et al. 2016). */
        BPE
    }

    /** Copies the list. */
    public SentencePieceModel {
        pieces = List.copyOf(pieces);
    }

    /** The piece for what no other spells. */
    public String unknownPiece() {
        return pieces.get(unknownId).text();
    }

    /**
     * Reads a model.
     *
     * @param file such as {@code spiece.model} or {@code source.spm}
     * @throws IOException if the file cannot be read
     * @throws MalformedModelException if it breaks a rule of the format, naming file and rule, or its algorithm is neither
     *     unigram nor BPE
     */
    public static SentencePieceModel read(Path file) throws IOException, MalformedModelException {
        Draft draft = new Draft();
        try {
            draft.model(new ProtobufFields(ByteBuffer.wrap(RegularFile.bytes(OWNER, file, MAX_BYTES))));
            return draft.finish();
        } catch (BadMessageException e) {
            throw new MalformedModelException(
                    Text.format("%s: %s must be a model of SentencePiece, got %s", OWNER, file, e.getMessage()), e);
        }
    }

    /** What has been read of a file. */
    private static final class Draft {
        private final List<SentencePiece> pieces = new ArrayList<>();
        private final Set<String> texts = new HashSet<>();
        private byte[] charsmap = {};
        private boolean dummyPrefix = true;
        private boolean removesExtraBlanks = true;
        private long algorithm = 1;
        private long unknownId;

        void model(ProtobufFields fields) throws BadMessageException {
            while (fields.hasNext()) {
                switch (fields.next()) {
                    case 1 -> piece(new ProtobufFields(fields.bytes()));
                    case 2 -> trainer(new ProtobufFields(fields.bytes()));
                    case 3 -> normalizer(new ProtobufFields(fields.bytes()));
                    default -> fields.skip();
                }
            }
        }

        private void piece(ProtobufFields fields) throws BadMessageException {
            String text = "";
            float score = 0;
            long kind = 1;
            while (fields.hasNext()) {
                switch (fields.next()) {
                    case 1 -> text = fields.text();
                    case 2 -> score = fields.real();
                    case 3 -> kind = fields.whole();
                    default -> fields.skip();
                }
            }
            int id = pieces.size();
            if (text.isEmpty() || !texts.add(text)) {
                throw fault("piece %d that is empty or there twice, '%s'", id, text);
            }
            if (text.length() > MAX_PIECE_LENGTH) {
                throw fault("piece %d of %d characters", id, text.length());
            }
            if (!Float.isFinite(score)) {
                throw fault("the score %s of piece %d", score, id);
            }
            if (kind < 1 || kind > KINDS.size()) {
                throw fault("the type %d of piece %d", kind, id);
            }
            pieces.add(new SentencePiece(text, score, KINDS.get((int) kind - 1)));
        }

        private void trainer(ProtobufFields fields) throws BadMessageException {
            while (fields.hasNext()) {
                switch (fields.next()) {
                    case 3 -> algorithm = fields.whole();
                    case 40 -> unknownId = fields.whole();
                    default -> fields.skip();
                }
            }
        }

        private void normalizer(ProtobufFields fields) throws BadMessageException {
            while (fields.hasNext()) {
                switch (fields.next()) {
                    case 2 -> {
                        ByteBuffer bytes = fields.bytes();
                        charsmap = new byte[bytes.remaining()];
                        bytes.get(charsmap);
                    }
                    case 3 -> dummyPrefix = fields.flag();
                    case 4 -> removesExtraBlanks = fields.flag();
                    default -> fields.skip();
                }
            }
        }

        SentencePieceModel finish() throws BadMessageException {
            if (algorithm < 1 || algorithm > Algorithm.values().length) {
                throw fault("the algorithm %d, which is neither unigram (1) nor BPE (2)", algorithm);
            }
            if (unknownId < 0 || unknownId >= pieces.size()) {
                throw fault("the unknown piece %d of %d", unknownId, pieces.size());
            }
            String fault = charsmap.length == 0 ? null : Charsmap.fault(charsmap);
            if (fault != null) {
                throw fault("a precompiled_charsmap with %s", fault);
            }
            return new SentencePieceModel(
                    Algorithm.values()[(int) algorithm - 1],
                    pieces,
                    (int) unknownId,
                    new SentencePieceNormalizer(new Charsmap(charsmap), dummyPrefix, removesExtraBlanks));
        }

        private static BadMessageException fault(String format, Object... arguments) {
            return new BadMessageException(Text.format(format, arguments), null);
        }
    }
}
