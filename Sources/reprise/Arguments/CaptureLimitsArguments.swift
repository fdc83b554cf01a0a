import ArgumentParser
import Capture
import Traffic

/// The limits of a capture that a user may need to change (``CaptureLimits`` has them all, with their defaults).
struct CaptureLimitsArguments: ParsableArguments {
    private static let defaults = CaptureLimits()

    @Option(
        name: .customLong("max-body"), help: ArgumentHelp("Keep at most this much of each body.", valueName: "size"))
    var maxBody = ByteCount(UInt64(defaults.maxBodyBytes))

    @Option(
        name: .customLong("max-head"),
        help: ArgumentHelp("Drop messages with a longer head or trailer section.", valueName: "size"))
    var maxHead = ByteCount(UInt64(defaults.maxHeadBytes))

    @Option(
        name: .customLong("max-connections"),
        help: ArgumentHelp(
            "Follow at most this many connections at once; the longest idle one is dropped first.", valueName: "n"))
    var maxConnections = defaults.maxConnections

    @Option(
        name: .customLong("reassembly-memory"),
        help: ArgumentHelp(
            "Memory for buffered data: unfinished messages, and data after a gap.",
            valueName: "size"))
    var reassemblyMemory = ByteCount(UInt64(defaults.maxBufferedBytes))

    @Option(
        name: .customLong("hole-memory"),
        help: ArgumentHelp("The part of it for data after a gap, per connection and direction.", valueName: "size"))
    var holeMemory = ByteCount(UInt64(defaults.maxHeldBytesPerStream))

    @Option(
        name: .customLong("tls-memory"),
        help: ArgumentHelp("Memory for TLS connections that wait for their secrets.", valueName: "size"))
    var tlsMemory = ByteCount(UInt64(defaults.maxAwaitedBytes))

    @Option(
        name: .customLong("secret-patience"),
        help: ArgumentHelp("How long a TLS connection waits for its secrets.", valueName: "duration"))
    var secretPatience = defaults.secretPatience

    @Option(
        name: .customLong("idle-timeout"),
        help: ArgumentHelp("Close a connection after this long without packets.", valueName: "duration"))
    var idleTimeout = defaults.idleTimeout

    @Option(
        name: .customLong("max-credentials"),
        help: ArgumentHelp("Number of tokens and cookies remembered to identify sessions.", valueName: "n"))
    var maxCredentials = defaults.maxCredentials

    func validate() throws {
        try check("--max-body", maxBody, 0...64 << 20)
        try check("--max-head", maxHead, 1 << 10...4 << 20)
        try check("--reassembly-memory", reassemblyMemory, 1 << 20...1 << 40)
        try check("--hole-memory", holeMemory, 64 << 10...1 << 30)
        try check("--tls-memory", tlsMemory, 1 << 20...1 << 40)
        guard (1...100_000_000).contains(maxConnections) else {
            throw ValidationError("--max-connections must be 1 to 100,000,000.")
        }
        guard (1...100_000_000).contains(maxCredentials) else {
            throw ValidationError("--max-credentials must be 1 to 100,000,000.")
        }
        guard idleTimeout >= .seconds(1) else { throw ValidationError("--idle-timeout must be 1s or more.") }
        guard secretPatience >= .zero else { throw ValidationError("--secret-patience must be 0s or more.") }
    }

    private func check(_ name: String, _ size: ByteCount, _ range: ClosedRange<UInt64>) throws {
        guard range.contains(size.bytes) else {
            let lowest = ByteCount(range.lowerBound).defaultValueDescription
            let highest = ByteCount(range.upperBound).defaultValueDescription
            throw ValidationError("\(name) must be \(lowest) to \(highest).")
        }
    }

    /// All limits, including these.
    var limits: CaptureLimits {
        var limits = CaptureLimits()
        limits.maxBodyBytes = Int(maxBody.bytes)
        limits.maxHeadBytes = Int(maxHead.bytes)
        limits.maxConnections = maxConnections
        limits.maxBufferedBytes = Int(reassemblyMemory.bytes)
        limits.maxHeldBytesPerStream = Int(holeMemory.bytes)
        limits.maxAwaitedBytes = Int(tlsMemory.bytes)
        limits.secretPatience = secretPatience
        limits.idleTimeout = idleTimeout
        limits.maxCredentials = maxCredentials
        return limits
    }
}
