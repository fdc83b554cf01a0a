import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The HTTP server of a worker: it shares its port with other processes (socket(7), `SO_REUSEPORT`), and the kernel
/// distributes the connections. Hummingbird's own server cannot share its port.
struct SharedPortServer {
    let service: Service
    let logger: Logger

    /// Serves until the process ends.
    ///
    /// - Parameter onReady: called once it listens
    func run(host: String, port: Int, onReady: @escaping @Sendable () -> Void) async throws {
        let responder = service.router().buildResponder()
        let logger = logger
        let connections = service.connections
        let dates = DateText()
        let channel = HTTP1Channel(
            responder: { (request, writer: consuming ResponseWriter, channel) in
                let context = APIContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
                var response: Response
                do {
                    response = try await responder.respond(to: request, context: context)
                } catch {
                    response = Response(status: .internalServerError)
                }
                response.headers[.date] = dates.now
                response.headers[.server] = "sample-api"
                try await writer.write(response: response.head, body: response.body)
            },
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ConnectionCounter(counts: connections)]))
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(ChannelOptions.backlog, value: 16_384)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(ChannelOptions.socketOption(NIOBSDSocket.Option(rawValue: SO_REUSEPORT)), value: 1)
            .serverChannelOption(ChannelOptions.maxMessagesPerRead, value: 512)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptErrors(logger: logger))
                }
            }
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .bind(host: host, port: port) { channel.setup(channel: $0, logger: logger) }
        onReady()
        try await withThrowingDiscardingTaskGroup { group in
            try await server.executeThenClose { inbound in
                for try await connection in inbound {
                    group.addTask { await channel.handle(value: connection, logger: logger) }
                }
            }
        }
    }
}

/// Keeps a server going when a connection cannot be accepted, as when the process has no more files (accept(2), `EMFILE`):
/// the connections that it has continue, and it accepts more when one of them has ended.
///
/// NIO leaves the channel open after such an error, but a loop over its connections would end.
private final class AcceptErrors: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private let logger: Logger
    private var wasLogged = false

    init(logger: Logger) { self.logger = logger }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !wasLogged else { return }
        wasLogged = true
        logger.warning("a connection could not be accepted: \(error)")
    }
}

/// The date of a response in HTTP's format (RFC 9110, section 5.6.7), updated once a second.
private final class DateText: Sendable {
    private let last = Mutex((second: time_t(0), text: ""))

    var now: String {
        var second = time(nil)
        return last.withLock { last in
            if last.second == second { return last.text }
            var parts = tm()
            gmtime_r(&second, &parts)
            var bytes = [CChar](repeating: 0, count: 64)
            strftime(&bytes, bytes.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            last = (second, String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            return last.text
        }
    }
}
