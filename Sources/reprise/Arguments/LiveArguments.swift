import ArgumentParser
import Capture
import Traffic

/// Options for captures on an interface only.
struct LiveArguments: ParsableArguments {
    @Option(
        name: [.customShort("B"), .long],
        help: ArgumentHelp("Size of the kernel's packet buffer.", valueName: "size"))
    var buffer = ByteCount(64 << 20)

    @Option(
        name: .customLong("queue"),
        help: ArgumentHelp("Size of the queue of packets waiting to be parsed.", valueName: "size"))
    var queue = ByteCount(64 << 20)

    @Option(
        name: .customLong("packet-timeout"),
        help: ArgumentHelp("How long the kernel may collect packets before it delivers them.", valueName: "duration"))
    var packetTimeout = Duration.milliseconds(50)

    @Flag(
        name: [.customShort("p"), .customLong("no-promiscuous-mode")],
        help: "Do not put the interface into promiscuous mode.")
    var isNotPromiscuous = false

    @Option(
        name: [.customShort("Z"), .long],
        help: ArgumentHelp(
            "Run as this user once the interface and the log are open.",
            discussion: """
                The log then belongs to that user. With --rotate, the user must be able to create files in its folder.
                """, valueName: "name"))
    var user: String?

    func validate() throws {
        guard (1 << 20...1 << 30).contains(buffer.bytes) else {
            throw ValidationError("--buffer must be 1MiB to 1GiB.")
        }
        guard (2 << 20...4 << 30).contains(queue.bytes) else { throw ValidationError("--queue must be 2MiB to 4GiB.") }
        guard packetTimeout >= .milliseconds(1), packetTimeout <= .seconds(10) else {
            throw ValidationError("--packet-timeout must be 1ms to 10s.")
        }
    }
}
