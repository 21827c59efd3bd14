package dev.plinth.controller.planning;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as people read them. */
public final class Decimal {
    private static final MathContext DIGITS = new MathContext(4);

    private Decimal() {}

    /** Four digits: no prediction is better than that. */
    public static String text(double value) {
        return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
    }
}
