import Dispatch
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// An HTTP server for pages, on its own thread; used by ``LiveServer`` and ``PageServer``.
final class ServerHost: Sendable {
    /// Where it listens.
    let address: ListenAddress

    private let task: Task<Void, Never>
    private let group: MultiThreadedEventLoopGroup
    private let ended: DispatchSemaphore

    /// The outcome of starting, reported once by the server's thread.
    private final class Start: Sendable {
        enum Outcome: Sendable {
            case listening(Int)
            case failed(String)
        }

        private let value = Mutex(Outcome?.none)
        var outcome: Outcome? { value.withLock { $0 } }
        func report(_ outcome: Outcome) { value.withLock { $0 = $0 ?? outcome } }
    }

    /// Starts to listen, and returns once it does.
    ///
    /// - Parameters:
    ///   - name: what is served, for messages: `the live page`.
    ///   - connections: the most that are served at once.
    /// - Throws: ``LiveServer/Failure``, for example if the address is in use.
    init(
        _ responder: some HTTPResponder<BasicRequestContext>, at address: ListenAddress, name: String, connections: Int
    ) throws(LiveServer.Failure) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (isStarted, ended) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let start = Start()
        var logger = Logger(label: "reprise-live")
        logger.logLevel = .critical
        let application = Application(
            responder: responder,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [SlowReaderGuard()], idleTimeout: .seconds(60),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: "reprise", backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(connections, logger: logger)),
            onServerRunning: { channel in
                start.report(.listening(channel.localAddress?.port ?? address.port))
                isStarted.signal()
            },
            eventLoopGroupProvider: .shared(group),
            logger: logger)
        let task = Task.detached(priority: .utility) {
            do {
                try await application.run()
                start.report(.failed("it stopped"))
            } catch {
                start.report(.failed(ServerHost.text(of: error)))
            }
            isStarted.signal()
            ended.signal()
        }
        isStarted.wait()
        switch start.outcome {
        case .listening(let port):
            self.address = ListenAddress(host: address.host, port: port)
            self.task = task
            self.group = group
            self.ended = ended
        case .failed(let reason):
            throw LiveServer.Failure(description: "\(name) cannot be served on \(address): \(reason)")
        case nil: throw LiveServer.Failure(description: "\(name) cannot be served on \(address)")
        }
    }

    /// Stops listening and closes open connections.
    func stop() {
        task.cancel()
        _ = ended.wait(timeout: .now() + .seconds(2))
        group.shutdownGracefully { _ in }
    }

    private static func text(of error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return error.errnoCode == EADDRINUSE ? "the port is in use; port 0 takes any free port" : "\(error)"
    }
}
