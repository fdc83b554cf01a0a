import Glibc
import Report

extension ResultOutput {
    /// Columns of the terminal at standard output; 100 if it is not a terminal.
    static var columns: Int {
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return isKnown ? Int(size.ws_col) : 100
    }
}

extension TerminalReport.Options {
    /// Options for standard output: its width, and colours if it is a terminal that supports them (no `NO_COLOR`, a
    /// `TERM` other than `dumb`).
    static var standardOutput: TerminalReport.Options {
        TerminalReport.Options(
            width: min(ResultOutput.columns, 120), usesColor: ResultOutput.isTerminal && wantsColor)
    }

    private static var wantsColor: Bool {
        environment("NO_COLOR").isEmpty && !["", "dumb"].contains(environment("TERM"))
    }

    private static func environment(_ name: String) -> String {
        getenv(name).map { String(cString: $0) } ?? ""
    }
}
