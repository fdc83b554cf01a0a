import Formats
import Traffic

/// Numbers as a page shows them.
enum Figures {
    /// Milliseconds to three digits, as many as are known: `0.123`, `12.3`, `1234`.
    static func milliseconds(_ value: Double) -> String {
        value.formatted(decimals: value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0)
    }
}
