import Glibc
import Report

extension TerminalReport.Options {
    /// What suits standard output: its width, and colours when it is a terminal that wants them (no `NO_COLOR`, no
    /// `TERM=dumb`).
    static var standardOutput: TerminalReport.Options {
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return TerminalReport.Options(
            width: isKnown ? min(Int(size.ws_col), 120) : 100, usesColor: ResultOutput.isTerminal && wantsColor)
    }

    private static var wantsColor: Bool {
        environment("NO_COLOR").isEmpty && environment("TERM") != "dumb"
    }

    private static func environment(_ name: String) -> String {
        getenv(name).map { String(cString: $0) } ?? ""
    }
}
