package io.github.djltransformers.text.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.djltransformers.decode.FinishReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TextPublisherTest {
    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    private final List<String> signals = new ArrayList<>();

    @AfterEach
    void shutDown() {
        executor.shutdownNow();
    }

    private static TextStream text(String text) {
        return TextStream.of(new GeneratedText(text, List.of(1), List.of(-1.0), -1, FinishReason.LENGTH));
    }

    /** Notes what it is told, and requests when it is told to. */
    private final class Notes implements Flow.Subscriber<String> {
        private Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(String piece) {
            signals.add(piece);
        }

        @Override
        public void onError(Throwable error) {
            signals.add("error: " + error.getMessage());
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }
    }

    private void settle() throws Exception {
        executor.submit(() -> {}).get(10, TimeUnit.SECONDS);
    }

    @Test
    void piecesComeWhenTheyAreRequested() throws Exception {
        Notes notes = new Notes();
        new TextPublisher(() -> text("Hello"), executor).subscribe(notes);
        settle();
        assertEquals(List.of(), signals);
        notes.subscription.request(1);
        settle();
        assertEquals(List.of("Hello"), signals);
        notes.subscription.request(Long.MAX_VALUE);
        notes.subscription.request(Long.MAX_VALUE);
        settle();
        assertEquals(List.of("Hello", "complete"), signals);
        notes.subscription.request(1);
        notes.subscription.cancel();
        settle();
        assertEquals(2, signals.size());
    }

    @Test
    void whoCancelsHearsNothingMore() throws Exception {
        Notes notes = new Notes();
        new TextPublisher(() -> text("Hello"), executor).subscribe(notes);
        notes.subscription.cancel();
        notes.subscription.request(5);
        settle();
        assertEquals(List.of(), signals);
    }

    @Test
    void errorsAreTheSubscribers() throws Exception {
        Notes notes = new Notes();
        new TextPublisher(
                        () -> {
                            throw new IllegalStateException("no model");
                        },
                        executor)
                .subscribe(notes);
        notes.subscription.request(1);
        settle();
        assertEquals(List.of("error: no model"), signals);
        signals.clear();
        Notes others = new Notes();
        new TextPublisher(() -> text("Hello"), executor).subscribe(others);
        others.subscription.request(0);
        others.subscription.request(1);
        settle();
        settle();
        assertEquals(1, signals.size());
        assertTrue(signals.get(0).startsWith("error: TextPublisher: request must be"), signals.toString());
    }
}
