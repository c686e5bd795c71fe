package io.github.djltransformers.testing;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TimeZone;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Draws where in the world a test run takes place, since nobody's digits, letters or dates may change a result. The line that
 * it prints says how to come back there: {@code -Dtest.locale=tr-TR -Dtest.zone=Asia/Tokyo}.
 */
public final class DrawnPlace implements LauncherSessionListener {
    private static final List<String> LOCALES = List.of(
            "en-US",
            "de-DE",
            "tr-TR",
            "ar-EG-u-nu-arab",
            "th-TH-u-ca-buddhist-nu-thai",
            "hi-IN-u-nu-deva",
            "fa-IR-u-nu-arabext",
            "ja-JP-u-ca-japanese",
            "lt-LT",
            "az-AZ");
    private static final List<String> ZONES =
            List.of("UTC", "America/St_Johns", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago");

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (!Boolean.getBoolean("test.fork")) {
            return; // Maven looks for tests in its own process, whose place must stay
        }
        Random random = new Random();
        String locale = System.getProperty("test.locale", LOCALES.get(random.nextInt(LOCALES.size())));
        String zone = System.getProperty("test.zone", ZONES.get(random.nextInt(ZONES.size())));
        Locale.setDefault(Locale.forLanguageTag(locale));
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        System.out.println("Tests run with -Dtest.locale=" + locale + " -Dtest.zone=" + zone);
    }
}
