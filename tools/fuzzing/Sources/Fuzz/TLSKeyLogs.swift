import Foundation
import TestSupport

/// Files with the secrets of TLS connections.
enum TLSKeyLogs {
    /// The secrets of the seeds, from the file that REPRISE_FUZZ_KEYLOG names.
    static let ofSeeds = ProcessInfo.processInfo.environment["REPRISE_FUZZ_KEYLOG"] ?? "/nonexistent"

    /// The secrets of the connections that the fuzzer makes.
    static let own: String = {
        let path = NSTemporaryDirectory() + "/reprise-fuzz-\(getpid()).keylog"
        let text = TLSKeys.Suite.allCases.map { TLSKeys($0).keyLog }.joined()
        do { try text.write(toFile: path, atomically: true, encoding: .utf8) } catch { fatalError("\(error)") }
        return path
    }()
}
