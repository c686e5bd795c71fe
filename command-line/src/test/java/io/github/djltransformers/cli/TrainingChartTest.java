package io.github.djltransformers.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingChartTest {
    @TempDir
    private Path folder;

    @Test
    void aLogBecomesThreeLines() throws Exception {
        StringBuilder log = new StringBuilder();
        for (int step = 20; step <= 400; step += 20) {
            log.append("{\"step\":" + step + ",\"loss\":" + 100.0 / step + ",\"learningRate\":" + step * 1e-5 + "}\n");
            if (step % 200 == 0) {
                log.append("{\"step\":" + step + ",\"validation\":{\"nll\":2.0},\"score\":-2.0}\n");
            }
        }
        Files.writeString(folder.resolve("log.jsonl"), log);
        TrainingChart.draw(folder);
        BufferedImage picture = ImageIO.read(folder.resolve("train.png").toFile());
        assertEquals(900, picture.getWidth());
        assertEquals(540, picture.getHeight());
        Set<Integer> colours = new HashSet<>();
        for (int x = 0; x < picture.getWidth(); x++) {
            for (int y = 0; y < picture.getHeight(); y++) {
                colours.add(picture.getRGB(x, y));
            }
        }
        assertNotEquals(1, colours.size());
    }

    @Test
    void anEmptyLogIsNoPicture() throws Exception {
        Files.writeString(folder.resolve("log.jsonl"), "");
        TrainingChart.draw(folder);
        assertFalse(Files.exists(folder.resolve("train.png")));
    }
}
