import ArgumentParser
import Glibc
import Synchronization
import TestSupport

@main
struct FaultServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fault-server",
        abstract: "Answers HTTP/1.1 on loopback, and goes wrong as asked.",
        discussion: """
            Prints its port when it listens, and on SIGINT or SIGTERM what it has done, as JSON. What a part of connections \
            suffers, 0 to 1, comes with the first request of each.
            """)

    @Option(help: "The port; 0 takes a free one.")
    var port: UInt16 = 0
    @Option(help: "The share of connections that are reset instead of answered.")
    var reset = 0.0
    @Option(help: "The share of connections that are never answered.")
    var hang = 0.0
    @Option(help: "The share of connections that are closed without a response.")
    var closeEarly = 0.0
    @Option(help: "The share of connections that are closed within the body of the response.")
    var cutShort = 0.0
    @Option(help: "The share of connections that are answered with something other than HTTP.")
    var broken = 0.0
    @Option(help: "The share of connections that are answered byte by byte, a millisecond apart.")
    var slow = 0.0
    @Flag(help: "Close each connection after each answer, without saying so.")
    var closeAfterEach = false
    @Option(help: "Stop answering once, so many milliseconds after the first request.")
    var stallAfter: Int?
    @Option(help: "How long that lasts, in milliseconds.")
    var stallFor = 2000
    @Option(help: "Close everything once, the port too, so many milliseconds after the first request.")
    var downAfter: Int?
    @Option(help: "How long that lasts, in milliseconds.")
    var downFor = 3000

    @Flag(help: "Do what each request's path asks for: /h/N is the Nth of --list, from 0.")
    var hostile = false
    @Flag(help: "List what --hostile can do, and end.")
    var list = false

    func validate() throws {
        for ratio in [reset, hang, closeEarly, cutShort, broken, slow] where !(0...1).contains(ratio) {
            throw ValidationError("A part is 0 to 1.")
        }
        for time in [stallAfter ?? 0, stallFor, downAfter ?? 0, downFor] where !(0...86_400_000).contains(time) {
            throw ValidationError("A time is 0 to a day, in milliseconds.")
        }
    }

    func run() throws {
        if list {
            for (number, behaviour) in HostileAnswers.all.enumerated() { print(number, behaviour) }
            return
        }
        if hostile { return try serveHostile() }
        var limit = rlimit()
        getrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit)
        var rules = FaultRules()
        rules.ratios = [
            (.reset, reset), (.hang, hang), (.closedEarly, closeEarly), (.cutShort, cutShort), (.broken, broken),
            (.slow, slow),
        ].filter { $0.1 > 0 }
        rules.closesAfterEach = closeAfterEach
        guard let server = FaultServer(port: port, rules: rules, events: events) else {
            throw ValidationError("Port \(port) cannot be had.")
        }
        // A parent's thread may have them blocked, and children inherit that.
        var stopping = sigset_t()
        sigemptyset(&stopping)
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in FaultServer.isStopping.store(true, ordering: .relaxed) }
            sigaddset(&stopping, number)
        }
        pthread_sigmask(SIG_UNBLOCK, &stopping, nil)
        say("\(server.port)")
        server.run()
        say(server.counts.json)
    }

    private func serveHostile() throws {
        let server = try LoopbackServer { request in
            let number = request.target.split(separator: "/").last.flatMap { Int($0) } ?? 0
            return .hostile(HostileAnswers.all[min(max(number, 0), HostileAnswers.all.count - 1)])
        }
        say("\(server.port)")
        while true { pause() }
    }

    /// At once: who started this waits for it.
    private func say(_ line: String) {
        _ = Array((line + "\n").utf8).withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }

    private var events: [ServerEvent] {
        var events: [ServerEvent] = []
        if let stallAfter {
            events.append(ServerEvent(atNs: Int64(stallAfter) * 1_000_000, kind: .stall))
            events.append(ServerEvent(atNs: Int64(stallAfter + stallFor) * 1_000_000, kind: .stallOver))
        }
        if let downAfter {
            events.append(ServerEvent(atNs: Int64(downAfter) * 1_000_000, kind: .down))
            events.append(ServerEvent(atNs: Int64(downAfter + downFor) * 1_000_000, kind: .up))
        }
        return events.sorted { $0.atNs < $1.atNs }
    }
}
