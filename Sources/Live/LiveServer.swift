import Dispatch
import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The HTTP server of a live page, on threads of its own.
public final class LiveServer: Sendable {
    /// Why a live page cannot be served.
    public struct Failure: Error, CustomStringConvertible {
        /// One sentence without a full stop.
        public let description: String
    }

    /// Where it listens.
    public let address: ListenAddress

    private let task: Task<Void, Never>
    private let group: MultiThreadedEventLoopGroup
    private let ended: DispatchSemaphore
    private let hub: LiveHub

    /// Connections that are served at once.
    static let connectionLimit = 1200

    /// How starting went: told by the server's thread, once.
    private final class Start: Sendable {
        enum Outcome: Sendable {
            case listening(Int)
            case failed(String)
        }

        private let value = Mutex(Outcome?.none)
        var outcome: Outcome? { value.withLock { $0 } }
        func tell(_ outcome: Outcome) { value.withLock { $0 = $0 ?? outcome } }
    }

    /// Starts to listen; returns when it does.
    ///
    /// - Parameter token: what whoever reads must show; nil for this machine only, which `address` must be of then.
    /// - Throws: ``Failure``, such as that the address is in use.
    public init(_ hub: LiveHub, at address: ListenAddress, token: String?, control: String) throws(Failure) {
        guard token != nil || address.isLoopback else {
            throw Failure(
                description: "\(address) can be reached from other machines: give a token (--live-token) for it")
        }
        let access = LiveAccess(token: token, control: control, isLoopback: address.isLoopback)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (isStarted, ended) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let start = Start()
        var logger = Logger(label: "reprise-live")
        logger.logLevel = .critical
        let application = Application(
            router: LiveRoutes(hub: hub, access: access).router(),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [SlowReaderGuard()], idleTimeout: .seconds(60),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: "reprise", backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(LiveServer.connectionLimit, logger: logger)),
            onServerRunning: { channel in
                start.tell(.listening(channel.localAddress?.port ?? address.port))
                isStarted.signal()
            },
            eventLoopGroupProvider: .shared(group),
            logger: logger)
        let task = Task.detached(priority: .utility) {
            do {
                try await application.run()
                start.tell(.failed("it stopped"))
            } catch {
                start.tell(.failed(LiveServer.text(of: error)))
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
            self.hub = hub
        case .failed(let reason):
            throw Failure(description: "the live page cannot be served on \(address): \(reason)")
        case nil: throw Failure(description: "the live page cannot be served on \(address)")
        }
    }

    /// Stops listening and closes what is open; waits a moment for readers to take what is left.
    public func stop() {
        for _ in 0..<20 where hub.readerCount > 0 { usleep(50_000) }
        task.cancel()
        _ = ended.wait(timeout: .now() + .seconds(2))
        group.shutdownGracefully { _ in }
    }

    private static func text(of error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return error.errnoCode == EADDRINUSE ? "the port is in use; port 0 takes any that is free" : "\(error)"
    }
}
