import ArgumentParser
import Capture
import Traffic

/// What concerns captures on an interface alone.
struct LiveArguments: ParsableArguments {
    @Option(
        name: [.customShort("B"), .long],
        help: ArgumentHelp("Kernel buffer of a live capture: what it can hold while others run.", valueName: "size"))
    var buffer = ByteCount(64 << 20)

    @Option(
        name: .customLong("queue"),
        help: ArgumentHelp("Packets that wait to be parsed, behind the kernel buffer.", valueName: "size"))
    var queue = ByteCount(64 << 20)

    @Option(
        name: .customLong("packet-timeout"),
        help: ArgumentHelp("How long the kernel may gather packets before it hands them over.", valueName: "duration"))
    var packetTimeout = Duration.milliseconds(50)

    @Flag(
        name: [.customShort("p"), .customLong("no-promiscuous-mode")],
        help: "Do not ask the interface for packets that are for others.")
    var isNotPromiscuous = false

    @Option(
        name: [.customShort("Z"), .long],
        help: ArgumentHelp(
            "Go on as this user once the interface and LOG are open.",
            discussion: """
                LOG is given to the user. With --rotate the user must have the right to create files beside it; that is looked \
                at before the capture begins.
                """, valueName: "name"))
    var user: String?

    func validate() throws {
        guard (1 << 20...1 << 30).contains(buffer.bytes) else { throw ValidationError("--buffer is 1MiB to 1GiB") }
        guard (2 << 20...4 << 30).contains(queue.bytes) else { throw ValidationError("--queue is 2MiB to 4GiB") }
        guard packetTimeout >= .milliseconds(1), packetTimeout <= .seconds(10) else {
            throw ValidationError("--packet-timeout is 1ms to 10s")
        }
    }
}
