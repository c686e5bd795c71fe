package io.github.djltransformers.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TokenizeCommandTest {
    @TempDir
    Path directory;

    @BeforeEach
    void writeVocabulary() throws IOException {
        Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"bert\"}");
        Files.writeString(
                directory.resolve("vocab.txt"),
                "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ncafe\nin\nz\n##urich\n,\n[\n]\nsep\n");
    }

    @Test
    void linesShowIdTypePlaceAndSpelling() {
        assertEquals("""
                2	0	-	[CLS]
                5	0	0-4	cafe
                6	0	5-7	in
                7	0	8-9	z
                8	0	9-14	##urich
                1	0	15-17	[UNK]
                3	0	-	[SEP]

                """, run("", "Café in Zürich 😀"));
    }

    @Test
    void jsonIsALineForEachText() {
        assertEquals("""
                {"text":"in, Café","ids":[2,6,9,5,3],"types":[0,0,0,0,0],"tokens":["[CLS]","in",",","cafe","[SEP]"],\
                "offsets":[[0,0],[0,2],[2,3],[4,8],[0,0]],"decoded":"in, cafe"}
                {"text":"z","ids":[2,7,3],"types":[0,0,0],"tokens":["[CLS]","z","[SEP]"],\
                "offsets":[[0,0],[0,1],[0,0]],"decoded":"z"}
                """, run("", "--json", "in, Café", "z"));
        assertEquals("""
                {"text":"in","pair":"z","ids":[2,6,3,7,3],"types":[0,0,0,1,1],"tokens":["[CLS]","in","[SEP]","z","[SEP]"],\
                "offsets":[[0,0],[0,2],[0,0],[0,1],[0,0]],"decoded":"[CLS] in [SEP] z [SEP]"}
                """, run("", "--json", "--keep-special", "--pair", "z", "in"));
    }

    @Test
    void aSpecialTokenInATextIsTextUnlessParsed() {
        assertEquals("10\t0\t0-1\t[\n12\t0\t1-4\tsep\n11\t0\t4-5\t]\n\n", run("", "--no-special", "[SEP]"));
        assertEquals("3\t0\t0-5\t[SEP]\n\n", run("", "--no-special", "--parse-special", "[SEP]"));
    }

    @Test
    void linesOfStandardInputAreTexts() {
        assertEquals("6\t0\t0-2\tin\n\n\n7\t0\t0-1\tz\n\n", run("in\n\nz\n", "--no-special"));
    }

    @Test
    void idsAreDecoded() {
        assertEquals("zurich, in\n", run("", "--decode", "2 7,8 9 6 3 999"));
        assertEquals("[CLS] zurich [SEP]\n", run("", "--decode", "2 7 8 3", "--keep-special"));
        assertEquals("{\"ids\":[7],\"decoded\":\"z\"}\n", run("", "--json", "--decode", "7"));
        assertEquals(
                "djlt tokenize: --decode must hold whole numbers from 0 to 2^31 - 1, got '7 -1'; see djlt tokenize --help\n",
                run("", "--decode", "7 -1"));
        assertEquals(
                "djlt tokenize: --decode and texts exclude each other; see djlt tokenize --help\n",
                run("", "--decode", "7", "z"));
    }

    private String run(String input, String... args) {
        StringWriter out = new StringWriter();
        CommandLine command = Djlt.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(out, true));
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            String[] all = new String[args.length + 3];
            System.arraycopy(args, 0, all, 3, args.length);
            all[0] = "tokenize";
            all[1] = "--model";
            all[2] = directory.toString();
            command.execute(all);
            return out.toString().replace("\r\n", "\n");
        } finally {
            System.setIn(before);
        }
    }
}
